// Elliptic curves: key pairs, ECDSA, ECDH.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::crypto::openssl {

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

/// Short Weierstrass domain parameters as unsigned big-endian integers of fixed width (field width for p, a, b, x, y).
struct CurveParameters {
  base::Bytes p, a, b;
  base::Bytes generator;  ///< uncompressed point 04 || x || y
  base::Bytes order;
  std::uint32_t cofactor = 1;
};

[[nodiscard]] std::string_view curve_name(Curve curve) noexcept;  ///< "brainpoolP256r1", "P-256"
[[nodiscard]] std::string_view curve_oid(Curve curve) noexcept;   ///< dotted
[[nodiscard]] std::optional<Curve> curve_by_oid(std::string_view dotted) noexcept;
[[nodiscard]] std::size_t field_size(Curve curve) noexcept;  ///< octets of a coordinate
[[nodiscard]] std::size_t order_size(Curve curve) noexcept;  ///< octets of r, s and a private key
[[nodiscard]] const CurveParameters& curve_parameters(Curve curve);
/// The known curve that has exactly these parameters (leading zeros ignored; a cofactor of 0 means "not given").
/// Unknown parameters are never computed with: CVE-2020-0601, CVE-2022-0778.
[[nodiscard]] std::optional<Curve> match_curve(const CurveParameters& parameters);

/// A public point that was checked to be on its curve, not infinity. Several threads may use one object.
class EcPublicKey {
 public:
  /// `point` is uncompressed (04 || x || y) or compressed. Fails with malformed / security when off the curve.
  [[nodiscard]] static base::Result<EcPublicKey> create(Curve curve, base::ByteView point);
  EcPublicKey(const EcPublicKey&) = delete;
  EcPublicKey& operator=(const EcPublicKey&) = delete;
  EcPublicKey(EcPublicKey&&) noexcept;
  EcPublicKey& operator=(EcPublicKey&&) noexcept;
  ~EcPublicKey();

  [[nodiscard]] Curve curve() const noexcept;
  [[nodiscard]] const base::Bytes& point() const noexcept;  ///< uncompressed
  /// Verifies an ECDSA signature in DER (SEQUENCE { r, s }, strict DER, 0 < r,s < n) over `digest` (already hashed,
  /// 20 to 64 octets; truncated to the order's bits as ECDSA says). Fails with malformed when the signature is not in
  /// DER, with security when it does not verify.
  [[nodiscard]] base::Result<void> verify_der(base::ByteView digest, base::ByteView signature) const;
  /// The same for the plain format r || s (each order_size octets).
  [[nodiscard]] base::Result<void> verify_plain(base::ByteView digest, base::ByteView signature) const;

 private:
  friend class EcPrivateKey;
  struct State;
  explicit EcPublicKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// A private key and its public point. Several threads may use one object.
class EcPrivateKey {
 public:
  [[nodiscard]] static base::Result<EcPrivateKey> generate(Curve curve);
  /// `scalar`: order_size octets, 0 < scalar < n; else bad_input.
  [[nodiscard]] static base::Result<EcPrivateKey> create(Curve curve, base::ByteView scalar);
  EcPrivateKey(const EcPrivateKey&) = delete;
  EcPrivateKey& operator=(const EcPrivateKey&) = delete;
  EcPrivateKey(EcPrivateKey&&) noexcept;
  EcPrivateKey& operator=(EcPrivateKey&&) noexcept;
  ~EcPrivateKey();

  [[nodiscard]] Curve curve() const noexcept;
  [[nodiscard]] const base::Bytes& public_point() const noexcept;  ///< uncompressed
  [[nodiscard]] base::Result<base::SecretBytes> scalar() const;
  /// ECDSA over `digest` (already hashed, 20 to 64 octets), in DER or as r || s.
  [[nodiscard]] base::Result<base::Bytes> sign_der(base::ByteView digest) const;
  [[nodiscard]] base::Result<base::Bytes> sign_plain(base::ByteView digest) const;
  /// The x-coordinate of the shared point, fixed width (field_size octets). Rejects infinity.
  [[nodiscard]] base::Result<base::SecretBytes> agree(const EcPublicKey& other) const;

 private:
  friend class PrivateKey;
  struct State;
  explicit EcPrivateKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::openssl
