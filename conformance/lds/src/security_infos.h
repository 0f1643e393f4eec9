// SecurityInfos of EF.CardAccess, EF.CardSecurity and DG14 (9303-11 §9.2), entry by entry.
#pragma once

#include <vector>

#include "cicada/asn1/oid.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {

inline constexpr std::size_t kMaxInfos = 256;

/// SEQUENCE { protocol, required data, optional data }.
struct Info {
  Object whole;
  asn1::Oid protocol;
  Object required;
  std::optional<Object> optional;
};
using Infos = std::vector<Info>;

/// A SET of SecurityInfo in DER, and nothing behind it.
[[nodiscard]] Judged<Infos> security_infos(base::ByteView octets, std::size_t at);

/// Those of each file, as the way to what they say.
[[nodiscard]] Judged<Infos> card_access_infos(const Evidence& evidence);
[[nodiscard]] Judged<Infos> dg14_infos(const Evidence& evidence);
[[nodiscard]] Judged<Infos> card_security_infos(const Evidence& evidence);

/// Last arcs of a protocol below `arc`; nothing when it is not below it.
[[nodiscard]] std::optional<base::ByteView> below(const asn1::Oid& protocol, const asn1::Oid& arc);
/// The optional INTEGER of an entry: a key's or a parameter set's number.
[[nodiscard]] Judged<std::optional<std::uint32_t>> optional_number(const Info& info, std::string_view what);

/// Every entry of EF.CardAccess stands octet by octet among `signed_infos`.
[[nodiscard]] Verdict repeats_card_access(const Evidence& evidence, const Infos& signed_infos);

// Chip authentication, of DG14 and of EF.CardSecurity.
[[nodiscard]] bool is_chip_key(const Info& info);
[[nodiscard]] bool is_chip_authentication(const Info& info);
/// Identifier, form and value of one ChipAuthenticationPublicKeyInfo.
[[nodiscard]] Judged<void> chip_key_rules(const Info& info);
/// Identifier, version and key number of one ChipAuthenticationInfo.
[[nodiscard]] Judged<void> chip_authentication_rules(const Info& info);
/// Keys and protocols belong together: each key has a protocol and each protocol a key; keys can be told apart.
[[nodiscard]] Judged<void> chip_authentication_coherence(const Infos& infos);

/// PACEInfo entries that say chip authentication mapping, with their parameter numbers.
struct CamInfo {
  const Info* info;
  std::optional<std::uint32_t> parameter;
};
[[nodiscard]] std::vector<CamInfo> cam_infos(const Infos& infos);

}  // namespace cicada::conformance::lds
