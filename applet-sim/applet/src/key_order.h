// Templates that ask for a key of the chip, or bring one (docs/card-commands.md).
#pragma once

#include <optional>
#include <vector>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/error.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/hash.h"

namespace cicada::applet_sim::applet {

namespace key_tag {
inline constexpr tlv::Tag kActive = 0xB6;  ///< a template for digital signature
inline constexpr tlv::Tag kChip = 0xA6;    ///< a template for key agreement
inline constexpr tlv::Tag kDomain = 0x81;
inline constexpr tlv::Tag kHash = 0x82;
inline constexpr tlv::Tag kKeyId = 0x84;
inline constexpr tlv::Tag kOid = 0x06;
}  // namespace key_tag

[[nodiscard]] inline std::unexpected<base::Error> bad_template(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .sw = apdu::sw::k6A80IncorrectData});
}

/// The next object, which has this tag and one octet.
[[nodiscard]] base::Result<std::uint8_t> take_octet(tlv::Reader& reader, tlv::Tag tag);

/// Standardized domain parameters are numbered like the groups (9303-11 §9.5.1): 8 to 18 are curves, 0 to 2 MODP
/// groups.
[[nodiscard]] bool is_curve(std::uint8_t domain) noexcept;
[[nodiscard]] bool is_modp(std::uint8_t domain) noexcept;
/// `domain` is a curve.
[[nodiscard]] crypto::mbedtls::Curve curve_of(std::uint8_t domain) noexcept;

/// `82 01 hash`
[[nodiscard]] base::Result<crypto::mbedtls::HashAlgorithm> take_hash(tlv::Reader& reader);
/// 9303-11 §6.1.2.3: with ECDSA no SHA-1, and a hash no longer than the key.
[[nodiscard]] bool goes_with(crypto::mbedtls::HashAlgorithm hash, crypto::mbedtls::Curve curve) noexcept;

/// `84 01 key identifier`, when there is one
[[nodiscard]] base::Result<std::optional<std::uint8_t>> take_key_id(tlv::Reader& reader);

/// A key of chip authentication.
struct ChipOrder {
  std::uint8_t domain = 0;
  std::optional<std::uint8_t> id;
  std::vector<base::Bytes> protocols;
};

/// `81 01 domain`, `84 01 key identifier`, `06 0A OID` once for each protocol; what follows is left in the reader.
[[nodiscard]] base::Result<ChipOrder> take_chip_order(tlv::Reader& reader);

}  // namespace cicada::applet_sim::applet
