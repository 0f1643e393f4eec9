// Points and scalars of one curve: what PACE and chip authentication compute beyond ECDSA and plain ECDH.
#pragma once

#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/ec.h"

namespace cicada::crypto::mbedtls {

/// The group of one known curve (9303-11 §9.5.1). Points are uncompressed, 04 || x || y, and every point that comes in
/// is checked: right length and form, coordinates under p, on the curve, not infinity (all known curves have cofactor
/// 1). Scalars are big-endian; those that come out have order_size octets. One object serves one thread at a time.
class EcGroup {
 public:
  [[nodiscard]] static base::Result<EcGroup> create(Curve curve);

  EcGroup(const EcGroup&) = delete;
  EcGroup& operator=(const EcGroup&) = delete;
  EcGroup(EcGroup&&) noexcept;
  EcGroup& operator=(EcGroup&&) noexcept;
  ~EcGroup();

  [[nodiscard]] Curve curve() const noexcept;
  [[nodiscard]] const base::Bytes& generator() const noexcept;

  /// A uniform scalar, 0 < k < n. Takes order_size octets at a time from `rng`, clears the bits above the order's
  /// highest, and takes the next ones while the number is 0 or not below n: a test that replays a published private key
  /// gets that key. Fails with crypto after 128 tries.
  [[nodiscard]] base::Result<base::SecretBytes> random_scalar(base::Rng& rng) const;

  /// k * P. `scalar` has 1 to 66 octets and is taken modulo n. Fails with malformed for a point of another form,
  /// with security for one that is not on the curve and when the result is infinity.
  [[nodiscard]] base::Result<base::Bytes> multiply(base::ByteView scalar, base::ByteView point) const;
  [[nodiscard]] base::Result<base::Bytes> multiply_generator(base::ByteView scalar) const;

  /// P + Q (also P = Q). Fails like multiply.
  [[nodiscard]] base::Result<base::Bytes> add(base::ByteView p, base::ByteView q) const;

  /// The x-coordinate of k * P, field_size octets with its leading zeros (9303-11 §9.6). Fails like multiply.
  [[nodiscard]] base::Result<base::SecretBytes> agree(base::ByteView scalar, base::ByteView point) const;

  /// Nothing, or the same failures as multiply.
  [[nodiscard]] base::Result<void> check(base::ByteView point) const;

  /// numerator / denominator mod n. Fails with bad_input when the denominator is 0 mod n.
  [[nodiscard]] base::Result<base::SecretBytes> divide(base::ByteView numerator, base::ByteView denominator) const;

  /// The point encoding of integrated mapping (9303-11 §4.4.3.3.2, App. B.2.1): a field element (1 to 66 octets,
  /// below p) to a point. Fails with unsupported when p = 1 mod 4 (P-224), with bad_input for an element not below p,
  /// with security for the few elements that have no image.
  [[nodiscard]] base::Result<base::Bytes> map_to_point(base::ByteView field_element) const;

  /// `octets` (any length up to 128) as a number mod p, field_size octets: the last step of the pseudo-random function
  /// of integrated mapping.
  [[nodiscard]] base::Result<base::SecretBytes> reduce_to_field(base::ByteView octets) const;

 private:
  struct State;
  explicit EcGroup(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::mbedtls
