// Numbers of the library with an owner, and arithmetic that is asked once whether it went well.
#pragma once

#include <mbedtls/bignum.h>

#include <utility>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"

namespace cicada::crypto::mbedtls {

/// A number that is wiped and freed with the object; passes as the library's own.
struct Mpi : mbedtls_mpi {
  Mpi() noexcept : mbedtls_mpi{} { mbedtls_mpi_init(this); }
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;
  Mpi(Mpi&&) = delete;
  Mpi& operator=(Mpi&&) = delete;
  ~Mpi() { mbedtls_mpi_free(this); }

  /// False when the library is out of memory.
  [[nodiscard]] bool read(base::ByteView octets) noexcept {
    return mbedtls_mpi_read_binary(this, octets.data(), octets.size()) == 0;
  }
};

/// The number in `width` octets, big-endian. Fails with crypto when it is longer.
[[nodiscard]] base::Result<base::Bytes> octets_of(const mbedtls_mpi& number, std::size_t width);
[[nodiscard]] base::Result<base::SecretBytes> secret_octets_of(const mbedtls_mpi& number, std::size_t width);

/// A uniform number, 0 < k < limit, in as many octets as `limit` has. Takes that many octets at a time from `rng` and
/// clears the bits above the limit's highest. Fails with crypto after 128 tries: for every order we know more than half
/// of the numbers fit.
[[nodiscard]] base::Result<base::SecretBytes> draw_below(const mbedtls_mpi& limit, base::Rng& rng);

/// An Rng as the library calls it.
[[nodiscard]] inline int draw_for_library(void* rng, unsigned char* out, std::size_t size) {
  return static_cast<base::Rng*>(rng)->fill({out, size}) ? 0 : -1;
}

/// Operations modulo one prime. Operands are below it, and a result may be an operand. A refusal of the library (it has
/// no memory) is remembered, so that a formula is written down whole and asked once at its end.
class Field {
 public:
  /// Copies the prime. False when the library is out of memory.
  [[nodiscard]] bool prepare(const mbedtls_mpi& prime) noexcept {
    return mbedtls_mpi_copy(&prime_, &prime) == 0 && mbedtls_mpi_sub_int(&minus_2_, &prime, 2) == 0;
  }
  [[nodiscard]] const mbedtls_mpi& prime() const noexcept { return prime_; }

  void read(Mpi& r, base::ByteView octets) noexcept {
    note(r.read(octets) ? 0 : -1);
    reduce(r);
  }
  void add(Mpi& r, const mbedtls_mpi& a, const mbedtls_mpi& b) noexcept {
    note(mbedtls_mpi_add_mpi(&r, &a, &b));
    reduce(r);
  }
  void negate(Mpi& r, const mbedtls_mpi& a) noexcept {
    note(mbedtls_mpi_sub_mpi(&r, &prime_, &a));
    reduce(r);
  }
  void multiply(Mpi& r, const mbedtls_mpi& a, const mbedtls_mpi& b) noexcept {
    note(mbedtls_mpi_mul_mpi(&r, &a, &b));
    reduce(r);
  }
  /// The library's exponentiation, whose steps depend on the length of the exponent only.
  void power(Mpi& r, const mbedtls_mpi& a, const mbedtls_mpi& exponent) noexcept {
    note(mbedtls_mpi_exp_mod(&r, &a, &exponent, &prime_, &montgomery_));
  }
  /// a^(prime-2), by Fermat: the inverse of `a`, and 0 for 0.
  void invert(Mpi& r, const mbedtls_mpi& a) noexcept { power(r, a, minus_2_); }

  /// Did everything succeed since the last time? Asking forgets.
  [[nodiscard]] bool succeeded() noexcept { return !std::exchange(failed_, false); }

 private:
  void note(int refusal) noexcept { failed_ |= refusal != 0; }
  void reduce(Mpi& r) noexcept { note(mbedtls_mpi_mod_mpi(&r, &r, &prime_)); }

  Mpi prime_;
  Mpi minus_2_;
  Mpi montgomery_;  ///< the library's helper for this modulus, made by the first exponentiation
  bool failed_ = false;
};

}  // namespace cicada::crypto::mbedtls
