#include "cicada/base/rng.h"

#include <sys/random.h>

#include <cerrno>

namespace cicada::base {

Result<void> SystemRng::fill(MutableByteView out) {
  while (!out.empty()) {
    const auto got = getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail({.fault = Fault::crypto, .what = "the operating system gave no random octets"});
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Result<void> ReplayRng::fill(MutableByteView out) {
  std::uint64_t word = 0;
  std::size_t left = 0;
  for (auto& octet : out) {
    if (left == 0) {
      state_ += 0x9E3779B97F4A7C15ULL;
      word = state_;
      word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      word = (word ^ (word >> 27U)) * 0x94D049BB133111EBULL;
      word ^= word >> 31U;
      left = 8;
    }
    octet = static_cast<std::uint8_t>(word);
    word >>= 8U;
    --left;
  }
  return {};
}

}  // namespace cicada::base
