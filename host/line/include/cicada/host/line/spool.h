// Steps that could not be committed, kept on this machine until the journal is back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"

namespace cicada::host::line {

/// Steps that a spool takes at most: the cards in hand when the journal went away, four steps each, many times over.
inline constexpr std::size_t kMaxSpooledSteps = 10'000;
/// Octets of a spool file at most.
inline constexpr std::size_t kMaxSpoolSize = 64UL * 1024 * 1024;

/// One step as the spool keeps it; of every step it wants to know the chip. Public data only: a completion has signed
/// files, no keys.
[[nodiscard]] base::Bytes encode_step(const journal::Step& step);
/// Fails with malformed.
[[nodiscard]] base::Result<journal::Step> decode_step(base::ByteView octets);

/// An append-only file of checksummed records, mode 0600, locked against a second process. A record is its length (4),
/// the length's complement (4), the content, and the first 16 octets of a SHA-256 chained over all before it. What a
/// crash left of a record that was being written is cut off when the file is opened; nobody was told that it is there.
/// Any other octet that is not as it was written makes opening fail with malformed: a person has to look.
class Spool {
 public:
  /// Makes the file when there is none. Fails with conflict when another process has it, malformed, limit, io.
  [[nodiscard]] static base::Result<std::unique_ptr<Spool>> open(const std::filesystem::path& file);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  Spool(Spool&&) = delete;
  Spool& operator=(Spool&&) = delete;
  ~Spool();

  /// On disk (fdatasync) when it returns. Fails with limit, io (disk full); the file is then as it was.
  [[nodiscard]] base::Result<void> append(std::span<const journal::Step> steps);
  /// In the order in which they came.
  [[nodiscard]] const std::vector<journal::Step>& pending() const noexcept { return pending_; }
  /// Everything has been committed. Fails with io; the steps then stay, and are committed once more, which harms
  /// nothing.
  [[nodiscard]] base::Result<void> clear();

 private:
  using Checksum = std::array<std::uint8_t, 16>;
  explicit Spool(int fd) noexcept : fd_(fd) {}
  [[nodiscard]] base::Result<void> start();
  [[nodiscard]] base::Result<void> replay(base::ByteView octets);
  [[nodiscard]] base::Result<void> write(base::ByteView octets);

  int fd_;
  std::size_t size_ = 0;
  Checksum checksum_{};
  std::vector<journal::Step> pending_;
};

}  // namespace cicada::host::line
