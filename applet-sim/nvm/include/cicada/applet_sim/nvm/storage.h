// Where a card's octets stay when its power goes.
#pragma once

#include <filesystem>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::nvm {

/// No card file is larger; 128 KiB of files, their records and one compaction's slack fit four times over.
inline constexpr std::size_t kMaxStorageSize = 4UL * 1024 * 1024;

/// Octets that outlive power. The journal (journal.h) gives them a meaning; this is only the memory.
///
/// Every operation either happened when it returns, or failed and left the old octets in place; a power cut inside
/// append() may leave a part of the appended octets at the end, a cut inside replace() the old or the new content.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  Storage(Storage&&) = delete;
  Storage& operator=(Storage&&) = delete;
  virtual ~Storage() = default;

  /// All octets. Fails with io, or limit above kMaxStorageSize.
  [[nodiscard]] virtual base::Result<base::Bytes> read() = 0;
  /// Adds octets at the end. Fails with io (full disk) or limit.
  [[nodiscard]] virtual base::Result<void> append(base::ByteView octets) = 0;
  /// Cuts everything behind the first `size` octets.
  [[nodiscard]] virtual base::Result<void> truncate(std::size_t size) = 0;
  /// Replaces all octets at once.
  [[nodiscard]] virtual base::Result<void> replace(base::ByteView octets) = 0;
};

/// A memory that lives as long as someone holds its cell: a test keeps the cell to look at it or to open it again.
class MemoryStorage final : public Storage {
 public:
  using Cell = std::shared_ptr<base::Bytes>;

  explicit MemoryStorage(Cell cell = std::make_shared<base::Bytes>()) noexcept : cell_(std::move(cell)) {}

  [[nodiscard]] base::Result<base::Bytes> read() override;
  [[nodiscard]] base::Result<void> append(base::ByteView octets) override;
  [[nodiscard]] base::Result<void> truncate(std::size_t size) override;
  [[nodiscard]] base::Result<void> replace(base::ByteView octets) override;

 private:
  Cell cell_;
};

/// What a commit waits for.
enum class Durability : std::uint8_t {
  durable,  ///< the octets are on the disk (fdatasync) before the card answers
  relaxed,  ///< the operating system has them: survives a crash of the program, not of the machine
};

/// One file on disk, mode 0600, locked against a second process (and a second opening in this one).
class FileStorage final : public Storage {
 public:
  /// A new file, still without octets. Fails with conflict when a file with octets is there already or another process
  /// has it open, not_found when the folder is missing, io.
  [[nodiscard]] static base::Result<std::unique_ptr<FileStorage>> create(const std::filesystem::path& path,
                                                                         Durability durability = Durability::durable);
  /// A file that exists. Fails with not_found, conflict (in use by another process), io.
  [[nodiscard]] static base::Result<std::unique_ptr<FileStorage>> open(const std::filesystem::path& path,
                                                                       Durability durability = Durability::durable);
  FileStorage(const FileStorage&) = delete;
  FileStorage& operator=(const FileStorage&) = delete;
  FileStorage(FileStorage&&) = delete;
  FileStorage& operator=(FileStorage&&) = delete;
  ~FileStorage() override;

  [[nodiscard]] base::Result<base::Bytes> read() override;
  [[nodiscard]] base::Result<void> append(base::ByteView octets) override;
  [[nodiscard]] base::Result<void> truncate(std::size_t size) override;
  [[nodiscard]] base::Result<void> replace(base::ByteView octets) override;

 private:
  FileStorage(std::filesystem::path path, int fd, std::size_t size, Durability durability) noexcept;
  [[nodiscard]] base::Result<void> sync() const;

  std::filesystem::path path_;
  int fd_;
  std::size_t size_;
  Durability durability_;
  bool broken_ = false;  // a failed write could not be taken back: nothing more is written
};

}  // namespace cicada::applet_sim::nvm
