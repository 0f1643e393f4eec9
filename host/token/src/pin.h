// Where the PIN comes from.
#pragma once

#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/token/token.h"

namespace cicada::host::token {

/// Reads the PIN and leaves no copy where it stood, as far as that is this process's own memory. Fails with bad_input
/// when it is named twice or not at all, empty, too long, or in a file that others may read; not_found, io.
[[nodiscard]] base::Result<base::SecretBytes> read_pin(const TokenSettings& settings);

}  // namespace cicada::host::token
