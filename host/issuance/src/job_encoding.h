// The octets of a card job: one compact form, for packs of sealed jobs and for the journal.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/cursor.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::issuance {

/// Most files of one job, and octets of one file or of one text.
inline constexpr std::size_t kMaxJobFiles = 32;
inline constexpr std::size_t kMaxJobFile = 256UL * 1024;
inline constexpr std::size_t kMaxJobText = 1024;
/// Most lines of an MRZ.
inline constexpr std::size_t kMaxMrzLines = 3;

// How a file is called: whether it lies in the application (00) or in the master file (01), and its identifier.
inline constexpr std::size_t kFileNameSize = 3;
inline constexpr std::size_t kFileHeaderSize = kFileNameSize + 4;

/// Appends name, size (4 octets) and content.
void append_file(base::Bytes& to, lds::Ef ef, base::ByteView content);
/// Fails with malformed, limit.
struct JobFile {
  lds::Ef ef{};
  base::ByteView content;  ///< borrowed
};
[[nodiscard]] base::Result<JobFile> take_file(base::Cursor& from);

/// Appends size (2 octets) and octets.
void append_text(base::Bytes& to, std::string_view text);
[[nodiscard]] base::Result<std::string_view> take_text(base::Cursor& from);

}  // namespace cicada::host::issuance
