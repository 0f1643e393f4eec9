// Are the files built as they have to be (9303-10 §4)? Private to the room.
#pragma once

#include "cicada/host/auth/passive.h"

namespace cicada::host::auth {

/// What is in a data group counts only once it is known to be what was signed: `signature` and `hashes` are the
/// outcomes of sod-signature and dg-hashes (TR-03105-5.1: a group with both faults is a fault of EF.SOD).
[[nodiscard]] Check judge_file_structure(const PassiveInput& input, const Check& signature, const Check& hashes);

}  // namespace cicada::host::auth
