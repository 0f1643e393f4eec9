// What goes away under a line: cards, readers, keys, a disk.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "cicada/host/line/feeder.h"
#include "cicada/host/vault/vault.h"

namespace cicada::test {

/// How a card's commands fail.
enum class Loss : std::uint8_t {
  command,  ///< the card leaves before it sees the command
  answer,   ///< the card did what it was told, and leaves
  reader,   ///< the reader is gone, and comes back when the line is started again
};

/// Every `period`-th exchange of a station fails. Sessions in the card are gone then, as without power.
[[nodiscard]] std::unique_ptr<host::line::Feeder> losing(host::line::Feeder& inner, Loss loss, std::uint64_t period,
                                                         std::atomic<std::uint64_t>& losses);

/// Every `period`-th call fails with transport; period 1: all of them, the token is gone.
[[nodiscard]] std::unique_ptr<host::vault::Vault> failing(host::vault::Vault& inner, std::uint64_t period,
                                                          std::atomic<std::uint64_t>& failures);

/// Every call takes `delay` longer: a token under load.
[[nodiscard]] std::unique_ptr<host::vault::Vault> slow(host::vault::Vault& inner, std::chrono::milliseconds delay,
                                                       std::atomic<std::uint64_t>& calls);

/// A small file system in memory. Root makes it; without that right, usable() is false.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path folder, std::size_t octets);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  SmallDisk(SmallDisk&&) = delete;
  SmallDisk& operator=(SmallDisk&&) = delete;
  ~SmallDisk();
  [[nodiscard]] bool usable() const noexcept { return mounted_; }
  /// The same disk with more room.
  void resize(std::size_t octets) const;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }

 private:
  std::filesystem::path folder_;
  bool mounted_;
};

}  // namespace cicada::test
