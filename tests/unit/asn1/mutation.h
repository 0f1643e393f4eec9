// Thousands of spoilt inputs for a parser, and what is asked of it.
#pragma once

#include <chrono>
#include <ctime>
#include <functional>
#include <vector>

#include "exact.h"
#include "mutator.h"

#include "harness.h"

namespace cicada::test {

inline constexpr std::size_t kInputs = 10'000;
inline constexpr std::chrono::milliseconds kLongest{500};

/// Time on the processor, so that a busy machine fails no test.
inline std::chrono::microseconds processor_time() {
  return std::chrono::microseconds{std::clock() * (1'000'000 / CLOCKS_PER_SEC)};
}

/// Says whether the input was accepted.
using Parser = std::function<bool(base::ByteView)>;

struct Tally {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::chrono::microseconds longest{0};
};

inline Tally try_all(const std::vector<base::Bytes>& seeds, std::uint64_t seed, const Parser& parse) {
  Mutator mutator{seed};
  Tally tally;
  for (std::size_t i = 0; i < kInputs; ++i) {
    const auto& original = seeds[i % seeds.size()];
    const Exact exact{mutator.mutate(original)};
    const auto begin = processor_time();
    const bool accepted = parse(exact.view());
    tally.longest = std::max(tally.longest, processor_time() - begin);
    ++(accepted ? tally.accepted : tally.refused);
  }
  return tally;
}

/// Every input got an answer in time, and the mutations were neither all harmless nor all hopeless.
inline void check(const Tally& tally) {
  LONGS_EQUAL(kInputs, tally.accepted + tally.refused);
  CHECK(tally.accepted > kInputs / 100);
  CHECK(tally.refused > kInputs / 4);
  CHECK(tally.longest < kLongest);
}

}  // namespace cicada::test
