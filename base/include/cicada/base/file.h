// Whole files: read with a cap, written so that a crash leaves the old or the new content.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::base {

/// No file that Cicada reads in one piece is larger (an ICAO master list is about 5 MB).
inline constexpr std::size_t kMaxFileSize = 64UL * 1024 * 1024;

/// Reads a whole regular file. Fails with not_found, io, or limit when it is larger than `max_size` octets.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_size = kMaxFileSize);

/// Writes a new file beside `path`, syncs it, and renames it over `path`: after a crash the old or the new content is
/// there, never a mixture. `mode` is the permission from the first octet on (0600 for keys).
/// Fails with io (and says when the disk is full); the old file is then untouched and nothing is left behind.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, ByteView content, mode_t mode = 0644);

}  // namespace cicada::base
