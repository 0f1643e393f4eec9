// How a chip sees a terminal's key that does not look closely.
#pragma once

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::protocol::agreement {

/// `key` as it came; with lapses (key_elements, leading_zeros, highest_bit) what the chip makes of it.
[[nodiscard]] base::Bytes key_with_lapses(const Domain& domain, base::ByteView key, security::Lapses lapses);

}  // namespace cicada::applet_sim::protocol::agreement
