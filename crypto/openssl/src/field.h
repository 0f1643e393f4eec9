// Arithmetic modulo an odd prime, with numbers that are wiped.
#pragma once

#include <array>
#include <utility>

#include "cicada/base/bytes.h"

#include "pkey.h"

namespace cicada::crypto::openssl {

using BnContext = std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>>;

/// Numbers of one calculation: taken from the context, wiped and given back at the end of a scope.
class Frame {
 public:
  explicit Frame(BN_CTX* context) noexcept : context_(context) { BN_CTX_start(context_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  Frame(Frame&&) = delete;
  Frame& operator=(Frame&&) = delete;
  ~Frame() {
    for (std::size_t i = 0; i < taken_; ++i) BN_clear(numbers_.at(i));
    BN_CTX_end(context_);
  }

  /// At most 16 in a frame. After one null (out of memory) all that follow are null.
  [[nodiscard]] BIGNUM* take() {
    auto* number = BN_CTX_get(context_);
    if (number != nullptr) numbers_.at(taken_++) = number;
    return number;
  }

 private:
  BN_CTX* context_;
  std::array<BIGNUM*, 16> numbers_{};
  std::size_t taken_ = 0;
};

/// Operations modulo one prime. Operands are below it, and a result may be an operand. A refusal of the library is
/// remembered, so that a formula is written down whole and asked once at its end.
class Field {
 public:
  /// False when the library is out of memory or the modulus is even.
  [[nodiscard]] bool prepare(const BIGNUM* prime, BN_CTX* context) {
    context_ = context;
    return prime_ && minus_2_ && montgomery_ && BN_copy(prime_.get(), prime) != nullptr &&
           BN_copy(minus_2_.get(), prime) != nullptr && BN_sub_word(minus_2_.get(), 2) == 1 &&
           BN_MONT_CTX_set(montgomery_.get(), prime, context) == 1;
  }

  [[nodiscard]] const BIGNUM* prime() const noexcept { return prime_.get(); }

  /// r = octets mod prime. The number may be a key: the library is told to avoid branches on it.
  void read(BIGNUM* r, base::ByteView octets) {
    note(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), r) != nullptr);
    BN_set_flags(r, BN_FLG_CONSTTIME);
    note(BN_nnmod(r, r, prime_.get(), context_) == 1);
  }
  void add(BIGNUM* r, const BIGNUM* a, const BIGNUM* b) { note(BN_mod_add(r, a, b, prime_.get(), context_) == 1); }
  void negate(BIGNUM* r, const BIGNUM* a) { note(BN_mod_sub(r, prime_.get(), a, prime_.get(), context_) == 1); }
  void multiply(BIGNUM* r, const BIGNUM* a, const BIGNUM* b) { note(BN_mod_mul(r, a, b, prime_.get(), context_) == 1); }
  void square(BIGNUM* r, const BIGNUM* a) { note(BN_mod_sqr(r, a, prime_.get(), context_) == 1); }
  /// In time that depends on the width of the exponent only.
  void power(BIGNUM* r, const BIGNUM* a, const BIGNUM* exponent) {
    note(BN_mod_exp_mont_consttime(r, a, exponent, prime_.get(), context_, montgomery_.get()) == 1);
  }
  /// a^(prime-2), by Fermat: the inverse of `a`, and 0 for 0.
  void invert(BIGNUM* r, const BIGNUM* a) { power(r, a, minus_2_.get()); }

  /// Did everything succeed since the last time? Asking forgets.
  [[nodiscard]] bool succeeded() noexcept { return !std::exchange(failed_, false); }

 private:
  void note(bool success) noexcept { failed_ |= !success; }

  BN_CTX* context_ = nullptr;
  Bignum prime_{BN_new()};
  Bignum minus_2_{BN_new()};
  std::unique_ptr<BN_MONT_CTX, FreeWith<BN_MONT_CTX_free>> montgomery_{BN_MONT_CTX_new()};
  bool failed_ = false;
};

}  // namespace cicada::crypto::openssl
