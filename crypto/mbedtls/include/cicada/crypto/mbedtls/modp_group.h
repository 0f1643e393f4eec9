// Diffie-Hellman over a prime field: the groups of RFC 5114 that 9303-11 §9.5.1 standardizes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"

namespace cicada::crypto::mbedtls {

/// Standardized domain parameters 0, 1 and 2: RFC 5114 §2.1, §2.2, §2.3.
enum class Modp : std::uint8_t { modp_1024_160, modp_2048_224, modp_2048_256 };

/// The known group with exactly this prime and generator (unsigned big-endian, leading zeros ignored). Parameters of no
/// known group are never computed with.
[[nodiscard]] std::optional<Modp> match_modp(base::ByteView prime, base::ByteView generator);

/// A subgroup of prime order q in the integers mod p. Elements are big-endian; those that come out have the length of
/// p. One object serves one thread at a time.
class ModpGroup {
 public:
  [[nodiscard]] static base::Result<ModpGroup> create(Modp group);

  ModpGroup(const ModpGroup&) = delete;
  ModpGroup& operator=(const ModpGroup&) = delete;
  ModpGroup(ModpGroup&&) noexcept;
  ModpGroup& operator=(ModpGroup&&) noexcept;
  ~ModpGroup();

  [[nodiscard]] Modp group() const noexcept;
  [[nodiscard]] const base::Bytes& prime() const noexcept;
  [[nodiscard]] const base::Bytes& order() const noexcept;
  [[nodiscard]] const base::Bytes& generator() const noexcept;  ///< as long as p
  [[nodiscard]] std::size_t size() const noexcept { return prime().size(); }

  /// A uniform exponent, 0 < k < q, as long as q; drawn like EcGroup::random_scalar.
  [[nodiscard]] base::Result<base::SecretBytes> random_exponent(base::Rng& rng) const;

  /// y^k mod p in constant time. `exponent` has 1 to 256 octets. `element` is checked (see check), `power_of_generator`
  /// needs no check. The result has the length of p with its leading zeros. Fails like check, and with security when
  /// the result is 1.
  [[nodiscard]] base::Result<base::Bytes> power(base::ByteView element, base::ByteView exponent) const;
  [[nodiscard]] base::Result<base::Bytes> power_of_generator(base::ByteView exponent) const;
  /// power(), as a shared secret.
  [[nodiscard]] base::Result<base::SecretBytes> agree(base::ByteView exponent, base::ByteView element) const;

  /// a * b mod p; both are checked. Fails with security when the product is 1.
  [[nodiscard]] base::Result<base::Bytes> multiply(base::ByteView a, base::ByteView b) const;

  /// 1 < y < p-1 and y^q = 1: y is in the subgroup and neither trivial nor of small order. Fails with malformed when it
  /// is longer than p, with security otherwise.
  [[nodiscard]] base::Result<void> check(base::ByteView element) const;

  /// Integrated mapping (9303-11 §4.4.3.3.2): (x mod p)^((p-1)/q) mod p for a number of 1 to 320 octets.
  /// Fails with security when that is 0 or 1.
  [[nodiscard]] base::Result<base::Bytes> map_to_element(base::ByteView number) const;

 private:
  struct State;
  explicit ModpGroup(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::mbedtls
