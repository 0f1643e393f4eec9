// How a chip reads the steps of PACE that does not look closely: what it forgets to check is mended, and the strict
// reader gets something to read.
#pragma once

#include <optional>

#include "cicada/applet_sim/security/lapse.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::protocol::pace {

/// The data field of a step whose object has this tag (none: the first step).
[[nodiscard]] base::Bytes step_with_lapses(base::ByteView data, std::optional<tlv::Tag> tag, security::Lapses lapses);

}  // namespace cicada::applet_sim::protocol::pace
