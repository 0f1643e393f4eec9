// Files with keys and PINs.
#pragma once

#include <filesystem>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::base {

/// Reads a whole file that is its owner's alone. Fails with bad_input when its group or others may read or write it,
/// else as read_file().
[[nodiscard]] Result<SecretBytes> read_secret_file(const std::filesystem::path& path, std::size_t max_size);

}  // namespace cicada::base
