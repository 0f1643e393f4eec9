// Elliptic curves on the card: key pairs and ECDSA.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"

namespace cicada::crypto::mbedtls {

/// The curves of 9303-11 §9.5.1 (standardized domain parameters 8 to 18).
enum class Curve : std::uint8_t {
  p192,
  brainpool_p192r1,
  p224,
  brainpool_p224r1,
  p256,
  brainpool_p256r1,
  brainpool_p320r1,
  p384,
  brainpool_p384r1,
  brainpool_p512r1,
  p521,
};

[[nodiscard]] std::size_t field_size(Curve curve) noexcept;  ///< octets of a coordinate
[[nodiscard]] std::size_t order_size(Curve curve) noexcept;  ///< octets of r, s and a private key

/// Short Weierstrass domain parameters as unsigned big-endian integers (CV certificates of a CVCA carry them).
struct CurveParameters {
  base::Bytes p, a, b;
  base::Bytes generator;  ///< uncompressed point 04 || x || y
  base::Bytes order;
  std::uint32_t cofactor = 1;
};

/// The known curve that has exactly these parameters (leading zeros ignored; a cofactor of 0 means "not given").
[[nodiscard]] std::optional<Curve> match_curve(const CurveParameters& parameters);

/// A public point that was checked to be on its curve.
class EcPublicKey {
 public:
  /// `point` is uncompressed. Fails with malformed / security when it is off the curve or infinity.
  [[nodiscard]] static base::Result<EcPublicKey> create(Curve curve, base::ByteView point);

  [[nodiscard]] Curve curve() const noexcept { return curve_; }
  [[nodiscard]] const base::Bytes& point() const noexcept { return point_; }

  /// ECDSA in the plain format r || s, each order_size octets, over `digest` (20 to 64 octets; truncated to the order's
  /// bits). Fails with malformed (length), security (does not verify, r or s out of range).
  [[nodiscard]] base::Result<void> verify_plain(base::ByteView digest, base::ByteView signature) const;

 private:
  EcPublicKey(Curve curve, base::Bytes point) noexcept : curve_(curve), point_(std::move(point)) {}
  Curve curve_;
  base::Bytes point_;
};

/// A private key on the card. Move-only, wiped.
class EcPrivateKey {
 public:
  /// Takes its randomness from `rng`, as EcGroup::random_scalar does.
  [[nodiscard]] static base::Result<EcPrivateKey> generate(Curve curve, base::Rng& rng);
  /// `scalar`: order_size octets, 0 < scalar < n; else bad_input.
  [[nodiscard]] static base::Result<EcPrivateKey> create(Curve curve, base::ByteView scalar);

  [[nodiscard]] Curve curve() const noexcept { return curve_; }
  [[nodiscard]] const base::Bytes& public_point() const noexcept { return point_; }  ///< uncompressed
  [[nodiscard]] const base::SecretBytes& scalar() const noexcept { return scalar_; }
  [[nodiscard]] EcPrivateKey clone() const;

  /// ECDSA over `digest` (already hashed, 20 to 64 octets) as r || s; the nonce comes from `rng`.
  [[nodiscard]] base::Result<base::Bytes> sign_plain(base::ByteView digest, base::Rng& rng) const;

 private:
  EcPrivateKey(Curve curve, base::SecretBytes scalar, base::Bytes point) noexcept
      : curve_(curve), scalar_(std::move(scalar)), point_(std::move(point)) {}
  Curve curve_;
  base::SecretBytes scalar_;
  base::Bytes point_;
};

}  // namespace cicada::crypto::mbedtls
