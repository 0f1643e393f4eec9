// Work for the stations of one process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/journal_queue.h"

namespace cicada::host::line {

struct ClaimOptions {
  std::size_t batch = 64;                   ///< jobs claimed at once
  journal::Recipe recipe = {};              ///< of the jobs that are claimed; empty: any
  std::chrono::seconds lease{60};           ///< renewed while a third of it is left at the latest
  std::optional<std::uint64_t> limit = {};  ///< jobs handed out in all
  std::chrono::milliseconds look{1000};     ///< how often the orders are looked at
};

/// Claims in batches for all stations, looks at the orders (run, pause, stop) before it hands one out, prolongs the
/// leases, and gives back what was not used. Threads share one object.
class Claims {
 public:
  /// `line` claims: its station is the name of the process; a station's own name comes with its first step.
  Claims(JournalQueue& queue, journal::Actor line, ClaimOptions options = {})
      : queue_(queue), line_(std::move(line)), options_(options) {}

  /// What an earlier process of this name had claimed and did not begin is ready again; asked once, before the first
  /// claim at the latest. Fails as the journal does.
  [[nodiscard]] base::Result<void> take_back();
  /// The next job. Waits while the order is to pause. Nothing when there is none left, the order is to stop, the limit
  /// is reached, or `stop` was asked for. Fails as the journal does.
  [[nodiscard]] base::Result<std::optional<journal::Claim>> next(const std::stop_token& stop);
  /// It was not used: the next station gets it.
  void give_back(journal::Claim claim);
  /// A chip is bound to it: it has no lease any more.
  void used(const journal::Claim& claim);
  /// It was used for nothing, and counts for nothing: it is held, or somebody else's.
  void drop(const journal::Claim& claim);
  /// Prolongs the leases of the claims that this object holds when it is time; called now and then. What turns out to
  /// be somebody else's is handed out to no station.
  void renew();
  /// What is left becomes ready again. Fails as the journal does; leases then run out by themselves.
  [[nodiscard]] base::Result<void> return_all();
  /// Looks at the orders when it is time: for stations that wait for a card and not for a claim. False also when the
  /// journal is away.
  [[nodiscard]] bool is_to_stop();
  /// The order to stop was seen; from then on it stands, also after a resume.
  [[nodiscard]] bool stopped_by_order() const;

 private:
  [[nodiscard]] base::Result<journal::Order> order();
  [[nodiscard]] base::Result<void> refill();
  [[nodiscard]] base::Result<void> take_back_locked();
  [[nodiscard]] std::vector<journal::Hold> due();
  void let_go(const journal::Claim& claim);

  JournalQueue& queue_;
  journal::Actor line_;
  ClaimOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<journal::Claim> waiting_;
  std::map<journal::JobId, journal::Fence> held_;  ///< waiting, or in a station's hand and not bound
  bool taken_back_ = false;
  std::uint64_t handed_out_ = 0;
  journal::Order order_ = journal::Order::run;
  std::chrono::steady_clock::time_point looked_{};
  std::chrono::steady_clock::time_point renewed_ = std::chrono::steady_clock::now();
};

}  // namespace cicada::host::line
