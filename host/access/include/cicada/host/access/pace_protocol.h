// Which PACE: what an object identifier and a parameter id name, and which offer is the strongest (9303-11 §4.4.2,
// §9.2.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/host/access/kdf.h"

namespace cicada::host::access {

enum class KeyAgreement : std::uint8_t { dh, ecdh };
enum class Mapping : std::uint8_t { generic, integrated, chip_authentication };

/// One of the 19 protocols below id-PACE that are defined.
struct PaceProtocol {
  asn1::Oid oid;
  KeyAgreement agreement = KeyAgreement::ecdh;
  Mapping mapping = Mapping::generic;
  KeyKind cipher = KeyKind::aes128;

  /// Nothing for any other identifier: CAM exists for ECDH with AES only, 3DES has one form.
  [[nodiscard]] static std::optional<PaceProtocol> from_oid(const asn1::Oid& oid);
};

/// "PACE-ECDH-GM-AES-CBC-CMAC-128"
[[nodiscard]] std::string_view name_of(const PaceProtocol& protocol) noexcept;

/// The group in which keys are agreed.
using Domain = std::variant<crypto::openssl::Curve, crypto::openssl::Modp>;
/// Standardized domain parameters 0 to 2 and 8 to 18 (9303-11 §9.5.1); nothing for the others.
[[nodiscard]] std::optional<Domain> standardized_domain(std::uint32_t parameter_id) noexcept;

/// A PACEInfo that this reader can follow.
struct PaceOffer {
  PaceProtocol protocol;
  std::uint32_t parameter_id = 0;
  Domain domain;
};

/// What a PACEInfo offers. Nothing when its version is not 2, its protocol is unknown, its parameters are not
/// standardized (explicit ones that nobody vouches for could give the password away) or are of the wrong kind, and for
/// integrated mapping on P-224, which has none (p = 1 mod 4).
[[nodiscard]] std::optional<PaceOffer> usable_offer(const asn1::Oid& oid, std::uint32_t version,
                                                    std::optional<std::uint32_t> parameter_id);

/// All usable offers of EF.CardAccess or another file with SecurityInfos, in their order.
[[nodiscard]] std::vector<PaceOffer> usable_offers(const asn1::SecurityInfos& infos);

/// The order of preference, most important first: chip authentication mapping (it proves the chip as well); the
/// security level, which is the weaker of cipher and group; the cipher; the group; generic before integrated mapping;
/// ECDH before DH. Of equals the one that stands first. Null for none.
[[nodiscard]] const PaceOffer* strongest(std::span<const PaceOffer> offers) noexcept;

}  // namespace cicada::host::access
