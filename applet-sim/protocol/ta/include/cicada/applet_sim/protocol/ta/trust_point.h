// Whom the card trusts: the public keys of CVCAs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/crypto/mbedtls/ec.h"

namespace cicada::applet_sim::protocol::ta {

/// The leaf below id-TA (9303-11 §7.1.5): family in the upper, variant in the lower half. Numbers of card files too.
enum class Scheme : std::uint8_t {
  rsa_v15_sha1 = 0x11,
  rsa_v15_sha256 = 0x12,
  rsa_pss_sha1 = 0x13,
  rsa_pss_sha256 = 0x14,
  rsa_v15_sha512 = 0x15,
  rsa_pss_sha512 = 0x16,
  ecdsa_sha1 = 0x21,
  ecdsa_sha224 = 0x22,
  ecdsa_sha256 = 0x23,
  ecdsa_sha384 = 0x24,
  ecdsa_sha512 = 0x25,
};

[[nodiscard]] constexpr bool is_rsa(Scheme scheme) noexcept {
  return (static_cast<unsigned>(scheme) >> 4U) == 1;
}

/// Unsigned big-endian, no leading zero.
struct RsaKey {
  base::Bytes modulus, exponent;

  friend bool operator==(const RsaKey&, const RsaKey&) = default;
};
struct EcKey {
  crypto::mbedtls::Curve curve{};
  base::Bytes point;  ///< uncompressed

  friend bool operator==(const EcKey&, const EcKey&) = default;
};

/// A key that verifies certificates or the terminal's signature.
struct PublicKey {
  Scheme scheme{};
  std::variant<RsaKey, EcKey> key;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// A day as certificates write it: YYMMDD, one digit an octet, the century is 20 (9303-12 §7.2.2).
using Date = std::array<std::uint8_t, 6>;

/// Two bits on top of the authorization octet (9303-11 §7.1.3).
enum class Role : std::uint8_t { inspection_system = 0, foreign_verifier = 1, domestic_verifier = 2, cvca = 3 };

[[nodiscard]] constexpr Role role_of(std::uint8_t authorization) noexcept {
  return static_cast<Role>(authorization >> 6U);
}
/// What the bits under the role allow; the others are reserved and mean nothing.
inline constexpr std::uint8_t kReadDg3 = 0x01;
inline constexpr std::uint8_t kReadDg4 = 0x02;

/// The longest certificate holder reference: country (2), mnemonic (9), sequence number (5).
inline constexpr std::size_t kMaxReferenceSize = 16;
/// Trust points of one application (9303-11 §7.1.4).
inline constexpr std::size_t kMaxTrustPoints = 2;

/// What the card keeps of a CVCA certificate.
struct TrustPoint {
  base::Bytes holder;              ///< certificate holder reference, 8 to 16 octets
  std::uint8_t authorization = 0;  ///< role and rights, the octet of 9303-11 §7.1.3
  Date effective{}, expiration{};
  PublicKey key;

  friend bool operator==(const TrustPoint&, const TrustPoint&) = default;
};

}  // namespace cicada::applet_sim::protocol::ta
