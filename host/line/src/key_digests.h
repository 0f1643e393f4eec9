// By what a journal knows the keys of a chip.
#pragma once

#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/perso/chip.h"

namespace cicada::host::line {

/// SHA-256 of each public key: of active authentication, then of chip authentication in the order of the profile.
[[nodiscard]] base::Result<std::vector<journal::Digest>> key_digests(const perso::ChipKeys& keys);

}  // namespace cicada::host::line
