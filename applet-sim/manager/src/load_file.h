// What a load file declares: package and applets of a CAP file (Java Card VM specification, chapter 6).
#pragma once

#include "cicada/applet_sim/manager/state.h"

namespace cicada::applet_sim::manager {

/// `components`: the value of DO'C4'. Header first, each component once, together no more and no less than the octets
/// that there are; nothing but header and applet component is looked into. Fails with malformed.
[[nodiscard]] base::Result<LoadFile> read_load_file(base::ByteView components);

}  // namespace cicada::applet_sim::manager
