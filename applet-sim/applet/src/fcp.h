// File control parameters of CREATE FILE.
#pragma once

#include "cicada/applet_sim/fs/file_system.h"

namespace cicada::applet_sim::applet {

/// Reads `62 {82 83 84|80 88 8C}` in exactly this order (docs/card-commands.md). Fails with malformed.
[[nodiscard]] base::Result<fs::FileSpec> read_fcp(base::ByteView data, fs::DfId parent);

}  // namespace cicada::applet_sim::applet
