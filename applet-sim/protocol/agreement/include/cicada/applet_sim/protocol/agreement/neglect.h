// How a chip sees a terminal's key that does not look closely.
#pragma once

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::protocol::agreement {

/// What a chip may get wrong about keys, of those lapses that a protocol has.
struct KeyLapses {
  bool elements = false;       ///< what is no element of the group is taken for its generator
  bool leading_zeros = false;  ///< coordinates lose them
  bool highest_bit = false;    ///< coordinates that have it get a zero in front, as negative numbers do
};

/// `key` as it came, and what a chip with these lapses makes of it.
[[nodiscard]] base::Bytes key_with_lapses(const Domain& domain, base::ByteView key, KeyLapses lapses);

}  // namespace cicada::applet_sim::protocol::agreement
