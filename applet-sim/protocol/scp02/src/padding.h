// Padding of §B.4: 80 and zeros up to a whole number of blocks.
#pragma once

#include "cicada/base/bytes.h"

namespace cicada::applet_sim::protocol::scp02 {

inline constexpr std::size_t kBlock = 8;

inline void pad(base::Bytes& data) {
  data.push_back(0x80);
  data.resize((data.size() + kBlock - 1) / kBlock * kBlock);
}

}  // namespace cicada::applet_sim::protocol::scp02
