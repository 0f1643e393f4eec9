// The file under a journal: lines appended, each whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cicada/base/error.h"

namespace cicada::conformance::runner {

class JournalFile {
 public:
  /// Opens or makes it (0600) and locks it. Fails with conflict when another process has it, not_found (its folder),
  /// io.
  [[nodiscard]] static base::Result<JournalFile> open(const std::filesystem::path& path, bool may_create);
  JournalFile(JournalFile&& other) noexcept;
  JournalFile& operator=(JournalFile&& other) noexcept;
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;
  ~JournalFile();

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Fails with io, limit.
  [[nodiscard]] base::Result<std::string> read() const;
  /// Cuts everything behind the first `size` octets.
  [[nodiscard]] base::Result<void> truncate(std::size_t size);
  /// All of `line` and a line feed, or nothing. Fails with io, limit.
  [[nodiscard]] base::Result<void> append_line(std::string_view line);

 private:
  JournalFile(int fd, std::size_t size) noexcept : fd_(fd), size_(size) {}
  int fd_;
  std::size_t size_;
};

}  // namespace cicada::conformance::runner
