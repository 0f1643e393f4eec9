// What a card means that does not let its secure channel be opened.
#pragma once

#include "cicada/base/error.h"

namespace cicada::host::perso {

/// Puts the answers that a personalizing station meets into words; other errors as they are.
[[nodiscard]] base::Error refused_to_open(const base::Error& error);

}  // namespace cicada::host::perso
