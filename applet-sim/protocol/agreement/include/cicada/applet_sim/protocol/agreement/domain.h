// Groups to agree on a key in.
#pragma once

#include <cstdint>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/modp_group.h"

namespace cicada::applet_sim::protocol::agreement {

/// A number of the table of standardized domain parameters (9303-11 §9.5.1).
using DomainId = std::uint8_t;

enum class Kind : std::uint8_t { dh, ecdh };

/// The kind of a standardized group. Fails with unsupported for 3 to 7 and everything from 19 on.
[[nodiscard]] base::Result<Kind> kind_of(DomainId id);

/// The numbers of the known groups.
[[nodiscard]] DomainId domain_of(crypto::mbedtls::Curve curve) noexcept;
[[nodiscard]] DomainId domain_of(crypto::mbedtls::Modp group) noexcept;

/// Standardized domain parameters. For DH "multiply" is exponentiation and "combine" multiplication: the names are the
/// curve's. Elements are 04 || x || y, or integers of at most the prime's length; elements that come out have full
/// length. One object serves one thread at a time.
class Domain {
 public:
  /// Fails with unsupported like kind_of, crypto.
  [[nodiscard]] static base::Result<Domain> create(DomainId id);

  [[nodiscard]] DomainId id() const noexcept { return id_; }
  [[nodiscard]] Kind kind() const noexcept { return curve() != nullptr ? Kind::ecdh : Kind::dh; }
  /// ceil(log2 p)
  [[nodiscard]] std::size_t field_bits() const noexcept;
  [[nodiscard]] const base::Bytes& generator() const noexcept;

  /// A private key, as long as the group's order. Fails with crypto.
  [[nodiscard]] base::Result<base::SecretBytes> random_private_key(base::Rng& rng) const;

  /// k * P. Fails with malformed or security when P is no element of the group, with security when the result is
  /// neutral.
  [[nodiscard]] base::Result<base::Bytes> multiply(base::ByteView scalar, base::ByteView element) const;
  /// P + Q. Fails like multiply.
  [[nodiscard]] base::Result<base::Bytes> combine(base::ByteView p, base::ByteView q) const;
  /// The shared secret with its leading zeros: x-coordinate, or integer (9303-11 §9.6). Fails like multiply.
  [[nodiscard]] base::Result<base::SecretBytes> agree(base::ByteView private_key, base::ByteView public_key) const;
  /// Nothing, or the failures of multiply.
  [[nodiscard]] base::Result<void> check(base::ByteView element) const;
  /// True when both are the same element; integers may have leading zeros.
  [[nodiscard]] bool same(base::ByteView a, base::ByteView b) const noexcept;

  /// An element as data objects carry it (9303-11 §9.4.5): an uncompressed point, an integer without leading zeros.
  [[nodiscard]] base::Bytes encode(base::ByteView element) const;
  /// Comp(PK) of 9303-11 §7.1.3: the x-coordinate, or the SHA-1 hash of the integer's octets as they travelled. Fails
  /// with crypto.
  [[nodiscard]] base::Result<base::Bytes> compress(base::ByteView public_key) const;
  /// 7F49 { 06 `oid`, 86 point or 84 integer } with the public key as it came (9303-11 §9.4.5, without the domain
  /// parameters).
  [[nodiscard]] base::Bytes public_key_object(base::ByteView oid, base::ByteView public_key) const;

  /// nullptr when the group is of the other kind.
  [[nodiscard]] const crypto::mbedtls::EcGroup* curve() const noexcept {
    return std::get_if<crypto::mbedtls::EcGroup>(&group_);
  }
  [[nodiscard]] const crypto::mbedtls::ModpGroup* field() const noexcept {
    return std::get_if<crypto::mbedtls::ModpGroup>(&group_);
  }

 private:
  using Group = std::variant<crypto::mbedtls::EcGroup, crypto::mbedtls::ModpGroup>;
  Domain(DomainId id, Group group) noexcept : id_(id), group_(std::move(group)) {}

  DomainId id_;
  Group group_;
};

}  // namespace cicada::applet_sim::protocol::agreement
