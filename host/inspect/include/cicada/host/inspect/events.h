// What a waiting person may be told while a chip is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::inspect {

/// The chip is open. Sent again when a session had to be started anew.
struct AccessDone {
  std::string_view protocol;  ///< "PACE", "BAC", "none"
};

/// Some octets of a file arrived; the first time its size is known, the last time it is complete.
struct Progress {
  lds::Ef ef;
  std::size_t file_index;   ///< 1 for the first file
  std::size_t file_count;   ///< files that will be read; grows once, when EF.SOD has told which there are
  std::size_t file_bytes;   ///< octets of this file so far
  std::size_t file_size;    ///< octets of this file in all
  std::size_t total_bytes;  ///< octets of all files so far
};

/// A file is complete: its content can be shown while the others are still being read. Nothing is verified yet.
struct FileRead {
  lds::Ef ef;
  base::ByteView content;  ///< valid during the call
};

/// A file that the document lists could not be read; the inspection goes on.
struct FileSkipped {
  lds::Ef ef;
  std::uint16_t sw;  ///< the card's answer; 0 when it was not asked
};

using Event = std::variant<AccessDone, Progress, FileRead, FileSkipped>;
using EventHandler = std::function<void(const Event&)>;

}  // namespace cicada::host::inspect
