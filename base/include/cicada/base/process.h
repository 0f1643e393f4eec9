// What the operating system may do with this process.
#pragma once

#include "cicada/base/error.h"

namespace cicada::base {

/// For processes that hold keys, before the first key is read: no core file (neither on disk nor through a handler),
/// and no other process of the same user may look into this one's memory. Fails with io.
[[nodiscard]] Result<void> keep_memory_private();

}  // namespace cicada::base
