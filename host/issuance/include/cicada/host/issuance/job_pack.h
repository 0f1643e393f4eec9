// Sealed jobs in files: one append-only pack a batch.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::issuance {

/// Where a sealed job lies, and what it must be.
struct PlacedJob {
  std::string pack;  ///< file name in the folder of packs
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::array<std::uint8_t, 32> digest{};  ///< SHA-256 of the sealed octets
};

/// Longest id of a batch that becomes a file name.
inline constexpr std::size_t kMaxPackId = 100;
/// Octets that a writer holds back at most before it writes (they are on disk only after flush()).
inline constexpr std::size_t kPackBuffer = 4UL * 1024 * 1024;

/// "BATCH.pack". Fails with bad_input for an id that has anything but letters, digits, '.', '_' and '-', or that begins
/// with a '.'.
[[nodiscard]] base::Result<std::string> pack_name(std::string_view batch);

/// Appends to one pack. What a crash left at the end stays there and nothing refers to it: only what flush() has put on
/// disk may be told to a journal. One writer a pack, in all processes. One object serves one thread.
class JobPackWriter {
 public:
  /// Makes the folder (0700) and the pack (0600) when they are not there. Fails with conflict when another process
  /// writes this pack, io.
  [[nodiscard]] static base::Result<JobPackWriter> open(const std::filesystem::path& folder, std::string_view batch);
  JobPackWriter(const JobPackWriter&) = delete;
  JobPackWriter& operator=(const JobPackWriter&) = delete;
  JobPackWriter(JobPackWriter&& other) noexcept;
  JobPackWriter& operator=(JobPackWriter&&) = delete;
  ~JobPackWriter();

  /// Fails with limit for more than kMaxSealedJob octets, io (the disk is full: the pack ends where the last flush
  /// ended, and nothing more can be appended with this object).
  [[nodiscard]] base::Result<PlacedJob> append(base::ByteView sealed);
  /// Everything that was appended is on disk when this returns; one fsync.
  [[nodiscard]] base::Result<void> flush();

 private:
  JobPackWriter(int fd, std::string name, std::uint64_t end)
      : fd_(fd), name_(std::move(name)), flushed_(end), end_(end) {}
  [[nodiscard]] base::Result<void> write_buffer();
  [[nodiscard]] base::Result<void> give_up(base::Error error);

  int fd_;
  std::string name_;
  std::uint64_t flushed_;  ///< what the last flush left
  std::uint64_t end_;      ///< of what was appended
  base::Bytes buffer_ = {};
  bool failed_ = false;
};

/// Reads jobs out of the packs of a folder. Threads may share one object.
class JobPackReader {
 public:
  explicit JobPackReader(std::filesystem::path folder);
  JobPackReader(const JobPackReader&) = delete;
  JobPackReader& operator=(const JobPackReader&) = delete;
  JobPackReader(JobPackReader&&) = delete;
  JobPackReader& operator=(JobPackReader&&) = delete;
  ~JobPackReader();

  /// The sealed octets. Fails with bad_input for a name that is no pack's, not_found, malformed when the pack ends too
  /// early, security when the digest is another, limit, io.
  [[nodiscard]] base::Result<base::Bytes> read(const PlacedJob& place);

 private:
  class OpenPack;
  [[nodiscard]] base::Result<std::shared_ptr<const OpenPack>> find(const std::string& pack);

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const OpenPack>> open_;
};

}  // namespace cicada::host::issuance
