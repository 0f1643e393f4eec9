// The group of PACE: points of a curve or numbers modulo a prime, under one set of words.
#pragma once

#include <cstddef>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/host/access/pace_protocol.h"

namespace cicada::host::access {

/// Elements: 04 || x || y, or y with the length of p; one that comes in may lack leading zeros of y. Every element that
/// comes in is checked to be in the group and not trivial; what is not fails with malformed (form) or security. Serves
/// one thread at a time.
class PaceGroup {
 public:
  [[nodiscard]] static base::Result<PaceGroup> create(const Domain& domain);

  [[nodiscard]] KeyAgreement agreement() const noexcept;
  [[nodiscard]] const base::Bytes& generator() const noexcept;
  /// An element as it travels: points as they are, numbers as unsigned integers without leading zeros (TR-03110-3
  /// §D.2.1.1). Tokens are computed over this form.
  [[nodiscard]] base::Bytes encode(base::ByteView element) const;
  /// Octets of an element.
  [[nodiscard]] std::size_t element_size() const noexcept { return generator().size(); }
  /// Bits of p.
  [[nodiscard]] std::size_t field_bits() const;

  /// A fresh private key.
  [[nodiscard]] base::Result<base::SecretBytes> random_scalar(base::Rng& rng) const;
  /// scalar * element, or element^scalar.
  [[nodiscard]] base::Result<base::Bytes> multiply(base::ByteView scalar, base::ByteView element) const;
  [[nodiscard]] base::Result<base::Bytes> multiply_generator(base::ByteView scalar) const;
  /// a + b, or a * b.
  [[nodiscard]] base::Result<base::Bytes> combine(base::ByteView a, base::ByteView b) const;
  /// The shared secret with its leading zeros: x of scalar * element, or element^scalar (9303-11 §9.6).
  [[nodiscard]] base::Result<base::SecretBytes> agree(base::ByteView scalar, base::ByteView element) const;
  [[nodiscard]] base::Result<void> check(base::ByteView element) const;
  /// Integrated mapping: a number of any length, taken modulo p, to an element (9303-11 §4.4.3.3.2).
  [[nodiscard]] base::Result<base::Bytes> map_number(base::ByteView number) const;

  /// What a public key is signed as: x of a point, SHA-1 of a number (9303-11 §9.6, Comp). `element` as it travelled,
  /// which for our own is what encode gives; it is not checked.
  [[nodiscard]] base::Result<base::Bytes> compress(base::ByteView element) const;

 private:
  using Group = std::variant<crypto::openssl::EcGroup, crypto::openssl::ModpGroup>;
  explicit PaceGroup(Group group) noexcept : group_(std::move(group)) {}
  Group group_;
};

}  // namespace cicada::host::access
