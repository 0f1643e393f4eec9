// Are the data groups those that were signed (9303-11 §5.1.1 step 5)? Private to the room.
#pragma once

#include "cicada/host/auth/passive.h"
#include "sod.h"

namespace cicada::host::auth {

/// `signature` is the outcome of sod-signature: hashes that match an unsigned list prove nothing.
[[nodiscard]] Check judge_data_groups(const Sod& sod, const PassiveInput& input, CheckResult signature);

}  // namespace cicada::host::auth
