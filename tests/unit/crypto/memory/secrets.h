// A secret to look for, and a count of how often it was left behind.
#pragma once

#include <array>

#include "cicada/base/bytes.h"
#include "watch.h"

namespace watch {

/// Below the order of every curve and prime field that we know. No octet is zero and none repeats.
inline constexpr std::array<std::uint8_t, 20> kNumber = {0x43, 0x1A, 0x77, 0x5E, 0x90, 0x2B, 0xF4, 0x6D, 0x18, 0xE5,
                                                         0x3C, 0xA9, 0x82, 0x4F, 0xD6, 0x0B, 0x71, 0xBE, 0x29, 0x94};

/// How often `pattern` stood in memory that `work` freed. What the library keeps for good is made before.
inline std::size_t found_after(cicada::base::ByteView pattern, auto work) {
  work();
  look_for(pattern);
  work();
  stop();
  return found();
}

}  // namespace watch
