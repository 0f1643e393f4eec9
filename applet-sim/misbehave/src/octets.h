// Octets and the data objects in them, changed.
#pragma once

#include <functional>

#include "cicada/applet_sim/misbehave/fault.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::misbehave {

/// What an action makes of a field; nothing when it finds no place in it (no such object, not so many octets).
/// `command` is the data field of the command, for what comes from there.
[[nodiscard]] std::optional<base::Bytes> edited(const Action& action, base::ByteView field, base::ByteView command,
                                                base::Rng& rng);

/// The value of the object at the end of a path.
[[nodiscard]] std::optional<base::Bytes> value_at(base::ByteView field, const Path& path);

}  // namespace cicada::applet_sim::misbehave
