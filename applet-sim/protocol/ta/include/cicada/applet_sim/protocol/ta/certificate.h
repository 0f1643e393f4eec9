// Card-verifiable certificates as terminals send them (9303-12 §7.2, TR-03110-3 C).
#pragma once

#include <optional>
#include <variant>

#include "cicada/applet_sim/protocol/ta/trust_point.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::protocol::ta {

/// A point whose curve the certificate need not name: below a CVCA it is the issuer's.
struct EcPoint {
  std::optional<crypto::mbedtls::Curve> curve;
  base::Bytes point;
};

struct Certificate {
  base::Bytes authority;           ///< reference of the issuer, 8 to 16 octets
  base::Bytes holder;              ///< reference of the holder, 8 to 16 octets
  std::uint8_t authorization = 0;  ///< role and rights
  Date effective{}, expiration{};
  Scheme scheme{};
  std::variant<RsaKey, EcPoint> key;
  base::Bytes body;  ///< all of the DO'7F4E': what is signed
  base::Bytes signature;

  [[nodiscard]] Role role() const noexcept { return role_of(authorization); }
};

/// `7F4E L body 5F37 L signature`: the data field of PSO: VERIFY CERTIFICATE. Objects in their one order, DER lengths,
/// integers without leading zeros, days that the calendar has, an inspection system's authorization (id-IS). Extensions
/// are read over; they must be objects. Fails with malformed and sw 6A80, also for a curve that the card does not know.
[[nodiscard]] base::Result<Certificate> read_certificate(base::ByteView objects);
/// The same inside `7F21 L`: what personalization brings.
[[nodiscard]] base::Result<Certificate> read_whole_certificate(base::ByteView object);

/// `7F4E L body` alone, without a signature: what the open passport applet is personalized with.
[[nodiscard]] base::Result<Certificate> read_certificate_body(base::ByteView object);

/// The certificate's key; an EC point without a curve lies on `inherited`. Fails with malformed and sw 6A80 when there
/// is none either.
[[nodiscard]] base::Result<PublicKey> key_of(const Certificate& certificate,
                                             const std::optional<crypto::mbedtls::Curve>& inherited);

/// The signature over `message`: RSA v1.5 and PSS (salt as long as the hash) and ECDSA in the plain format, with the
/// hash of the key's scheme. Fails with security and sw 6300 when it does not verify, whatever is wrong with it.
[[nodiscard]] base::Result<void> verify(const PublicKey& key, base::ByteView message, base::ByteView signature);

/// Is it a key at all: a point of its curve, a modulus and an exponent that RSA works with? Fails with security and sw
/// 6300.
[[nodiscard]] base::Result<void> check(const PublicKey& key);

/// Bits of the modulus, or of the field of the curve.
[[nodiscard]] std::size_t key_bits(const PublicKey& key) noexcept;

}  // namespace cicada::applet_sim::protocol::ta
