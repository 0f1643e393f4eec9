// Where random octets come from.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::base {

/// A source of random octets. Injected wherever a nonce or a key is made, so that a test can replay a run.
class Rng {
 public:
  Rng() = default;
  Rng(const Rng&) = delete;
  Rng& operator=(const Rng&) = delete;
  Rng(Rng&&) = delete;
  Rng& operator=(Rng&&) = delete;
  virtual ~Rng() = default;

  /// Fills all of `out`, or fails with crypto and leaves its content unspecified.
  [[nodiscard]] virtual Result<void> fill(MutableByteView out) = 0;
};

/// The operating system's generator (getrandom). Safe for keys.
class SystemRng final : public Rng {
 public:
  [[nodiscard]] Result<void> fill(MutableByteView out) override;
};

/// A generator that replays: the same seed gives the same octets (SplitMix64). Never for keys that matter.
class ReplayRng final : public Rng {
 public:
  explicit ReplayRng(std::uint64_t seed) noexcept : state_(seed) {}
  [[nodiscard]] Result<void> fill(MutableByteView out) override;

 private:
  std::uint64_t state_;
};

}  // namespace cicada::base
