// Where a line's CPU time goes: taken around the calls of its parts, on the thread that makes them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "cicada/host/journal/journal.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/vault/vault.h"
#include "floor.h"

namespace cicada::bench {

/// Nanoseconds, in memory shared with the processes that are forked. Asking for a thread's CPU time is a system call,
/// and a card's life would need a hundred of them, more than 100 us: only one life in kOneIn is measured.
struct Parts {
  static constexpr std::uint64_t kOneIn = 8;
  std::atomic<std::uint64_t> lives{0}, measured{0};
  std::atomic<std::uint64_t> card{0};     ///< everything in simulated cards and their files
  std::atomic<std::uint64_t> journal{0};  ///< of every call, in this process; a database server's time is its own
  std::atomic<std::uint64_t> vault{0};
  std::atomic<std::uint64_t> feeder{0};  ///< moving and opening card files

  /// Of all cards, from those that were measured.
  [[nodiscard]] double of_all(const std::atomic<std::uint64_t>& part) const;
  /// Lives as long as the program.
  [[nodiscard]] static Parts& shared();
};

[[nodiscard]] std::unique_ptr<host::line::Feeder> timed(host::line::Feeder& inner, Parts& parts);
[[nodiscard]] std::unique_ptr<host::journal::Journal> timed(host::journal::Journal& inner, Parts& parts);
[[nodiscard]] std::unique_ptr<host::vault::Vault> timed(host::vault::Vault& inner, Parts& parts);
/// Writes down every command of every card.
[[nodiscard]] std::unique_ptr<host::line::Feeder> listening(host::line::Feeder& inner, std::vector<Wire>& life);

}  // namespace cicada::bench
