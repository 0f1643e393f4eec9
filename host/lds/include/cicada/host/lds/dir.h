// EF.DIR: which applications the chip has.
#pragma once

#include <span>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// One template 61. @clause 9303-10 §3.11.2
struct DirEntry {
  base::Bytes aid;                     ///< 4F, 5 to 16 octets
  std::vector<UnknownObject> unknown;  ///< whatever else: labels, paths
};

/// More applications than this are refused.
inline constexpr std::size_t kMaxDirEntries = 64;

/// Reads the whole file content: templates one after the other, in any order, zeros behind them. Fails with malformed,
/// or limit.
[[nodiscard]] base::Result<std::vector<DirEntry>> parse_dir(base::ByteView file);
/// Fails with bad_input for a name that does not have 5 to 16 octets.
[[nodiscard]] base::Result<base::Bytes> build_dir(std::span<const DirEntry> entries);

}  // namespace cicada::host::lds
