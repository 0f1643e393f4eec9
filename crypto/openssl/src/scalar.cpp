#include "scalar.h"

#include <bit>
#include <utility>

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Result;
using base::SecretBytes;

namespace {
constexpr int kMaxDraws = 128;
}  // namespace

bool in_range(ByteView value, ByteView order) noexcept {
  unsigned borrow = 0;
  unsigned any = 0;
  for (std::size_t i = value.size(); i-- > 0;) {
    borrow = ((static_cast<unsigned>(value[i]) - order[i] - borrow) >> 8U) & 1U;
    any |= value[i];
  }
  return borrow == 1 && any != 0;
}

Result<SecretBytes> draw_below(ByteView order, base::Rng& rng) {
  const auto mask = static_cast<std::uint8_t>((1U << static_cast<unsigned>(std::bit_width(order[0]))) - 1);
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    Bytes octets(order.size());
    const auto filled = rng.fill(octets);
    octets[0] &= mask;
    SecretBytes number{std::move(octets)};
    CICADA_CHECK(filled);
    if (in_range(number.expose(), order)) return number;
  }
  return base::fail({.fault = base::Fault::crypto, .what = "the random source gives no number below the order"});
}

Result<SecretBytes> secret_octets(const BIGNUM& number, std::size_t width) {
  Bytes octets(width);
  const bool fits = BN_bn2binpad(&number, octets.data(), static_cast<int>(width)) >= 0;
  SecretBytes secret{std::move(octets)};
  if (!fits) return refused("the number is too long");
  return secret;
}

}  // namespace cicada::crypto::openssl
