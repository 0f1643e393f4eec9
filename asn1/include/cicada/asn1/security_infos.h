// SecurityInfos (9303-11 §9.2): what a chip says about its protocols and keys, in EF.CardAccess, EF.CardSecurity, DG14.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/oid.h"
#include "cicada/asn1/public_key.h"

namespace cicada::asn1 {

/// Longer encodings (octets) and more entries than these are refused; real ones have some hundred octets.
inline constexpr std::size_t kMaxSecurityInfosSize = 65'536;
inline constexpr std::size_t kMaxSecurityInfos = 256;

/// PACEInfo: id-PACE-... with mapping and cipher (9303-11 §9.2.1). Which protocol it names is for host/access to say.
struct PaceInfo {
  std::uint32_t version = 2;                  ///< as it stands; only 2 is defined
  std::optional<std::uint32_t> parameter_id;  ///< domain parameters: 0 to 31 standardized, others explicit

  friend bool operator==(const PaceInfo&, const PaceInfo&) = default;
};

/// PACEDomainParameterInfo: id-PACE-DH-GM and its like, without cipher (9303-11 §9.2.2).
struct PaceDomainParameterInfo {
  AlgorithmIdentifier domain_parameter;
  std::optional<std::uint32_t> parameter_id;

  friend bool operator==(const PaceDomainParameterInfo&, const PaceDomainParameterInfo&) = default;
};

/// ChipAuthenticationInfo: id-CA-... with cipher (9303-11 §9.2.3).
struct ChipAuthenticationInfo {
  std::uint32_t version = 1;  ///< as it stands; 2 and 3 are those of TR-03110 EAC2
  std::optional<std::uint32_t> key_id;

  friend bool operator==(const ChipAuthenticationInfo&, const ChipAuthenticationInfo&) = default;
};

/// ChipAuthenticationPublicKeyInfo: id-PK-DH or id-PK-ECDH (9303-11 §9.2.4).
struct ChipAuthenticationPublicKeyInfo {
  SubjectPublicKeyInfo public_key;
  std::optional<std::uint32_t> key_id;
};

/// Where EF.CVCA is, when not at 011C.
struct CvcaFile {
  std::uint16_t file_id = 0;
  std::optional<std::uint8_t> short_file_id;

  friend bool operator==(const CvcaFile&, const CvcaFile&) = default;
};

/// TerminalAuthenticationInfo: the generic id-TA (9303-11 §9.2.5).
struct TerminalAuthenticationInfo {
  std::uint32_t version = 1;  ///< as it stands; 2 is that of TR-03110 EAC2
  std::optional<CvcaFile> ef_cvca;

  friend bool operator==(const TerminalAuthenticationInfo&, const TerminalAuthenticationInfo&) = default;
};

/// ActiveAuthenticationInfo: id-icao-mrtd-security-aaProtocolObject (9303-11 §9.2.6).
struct ActiveAuthenticationInfo {
  std::uint32_t version = 1;  ///< as it stands; only 1 is defined
  Oid signature_algorithm;    ///< one of ecdsa-plain-signatures

  friend bool operator==(const ActiveAuthenticationInfo&, const ActiveAuthenticationInfo&) = default;
};

/// EFDIRInfo: a signed copy of EF.DIR (9303-11 §9.2.8).
struct EfDirInfo {
  base::Bytes ef_dir;  ///< content of the file

  friend bool operator==(const EfDirInfo&, const EfDirInfo&) = default;
};

/// Any other protocol, or one of the above in a form that it does not have.
struct UnknownInfo {
  base::Bytes data;  ///< what follows the object identifier, as it stood

  friend bool operator==(const UnknownInfo&, const UnknownInfo&) = default;
};

using SecurityInfoData =
    std::variant<PaceInfo, PaceDomainParameterInfo, ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo,
                 TerminalAuthenticationInfo, ActiveAuthenticationInfo, EfDirInfo, UnknownInfo>;

/// One entry. Entries are the same when their octets are.
struct SecurityInfo {
  base::Bytes der;  ///< the whole SEQUENCE as it stood
  Oid protocol;
  SecurityInfoData info;
};

/// The entries in the order of the file. Nothing in them has been verified.
struct SecurityInfos {
  std::vector<SecurityInfo> entries;
  std::vector<base::Literal> deviations;  ///< forms that DER forbids or that a protocol does not have; tolerated

  /// The data of every entry of one kind, with the entry: `for (auto [entry, pace] : infos.all<PaceInfo>())`.
  template <typename Info>
  struct Found {
    const SecurityInfo* entry;
    const Info* info;
  };
  /// Points into this object.
  template <typename Info>
  [[nodiscard]] std::vector<Found<Info>> all() const {
    std::vector<Found<Info>> found;
    for (const auto& entry : entries) {
      if (const auto* info = std::get_if<Info>(&entry.info)) found.push_back({&entry, info});
    }
    return found;
  }
};

/// Reads the SET (tag 31), which is all of EF.CardAccess, the eContent of EF.CardSecurity, and what tag 6E of DG14
/// holds. BER lengths, a SET that is not sorted and entries that stand twice are tolerated and named in `deviations`,
/// as is an entry of a known protocol in a form that it does not have: that one becomes an UnknownInfo.
/// Fails with malformed or limit.
[[nodiscard]] base::Result<SecurityInfos> parse_security_infos(base::ByteView set);

/// An entry from its parts, with its DER.
[[nodiscard]] SecurityInfo make_security_info(const Oid& protocol, SecurityInfoData info);
/// DER of the SET OF the entries' octets, sorted (X.690 §11.6). For new files; never for what is to be hashed.
[[nodiscard]] base::Bytes encode_security_infos(std::span<const SecurityInfo> entries);

/// The entries of EF.CardAccess that `signed_infos` (of DG14 or EF.CardSecurity) does not repeat octet by octet. A
/// reader that finds one was shown other protocols than the chip has (9303-11 §9.2.11: whoever signed must repeat all).
[[nodiscard]] std::vector<SecurityInfo> missing_from(const SecurityInfos& card_access,
                                                     const SecurityInfos& signed_infos);

}  // namespace cicada::asn1
