// The parts of a profile that say what the chip proves and wants proved.
#pragma once

#include "cicada/base/strict_table.h"

#include "cicada/host/perso/profile.h"

namespace cicada::host::perso {

using base::StrictTable;

/// Reads [[pace]], [active-authentication], [[chip-authentication]] and [terminal-authentication] of the document, and
/// checks them against each other and against what was read before.
[[nodiscard]] Checked<void> read_chip(const StrictTable& document, Profile& profile);

}  // namespace cicada::host::perso
