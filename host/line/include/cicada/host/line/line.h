// Stations as threads.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/host/line/claims.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/line/journal_queue.h"
#include "cicada/host/line/station.h"
#include "cicada/host/line/workshop.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/vault/vault.h"

namespace cicada::host::line {

/// Stations of one process at most: as many readers as a pcscd serves, and as many simulated ones.
inline constexpr std::size_t kMaxStations = 64;

using OnStation = std::function<void(const StationReport&)>;

struct LineConfig {
  /// Of this process, unique among all that use the journal: the stations are NAME/FEEDER.
  std::string name = "line";
  std::string operator_id = {};
  std::string shift = {};
  std::filesystem::path jobs;   ///< folder of packs
  std::filesystem::path notes;  ///< folder for the notes of the slots, made when it is not there
  const perso::Profile* profile = nullptr;
  perso::TerminalTrust terminal_trust = {};
  const pki::TrustStore* trust = nullptr;
  ClaimOptions claims = {};
  Limits limits = {};
  /// Called from the stations' threads, one at a time.
  OnCard on_card = {};
  /// The same when a station has stopped, for whatever reason.
  OnStation on_station = {};
};

struct LineReport {
  std::vector<StationReport> stations = {};
  QueueCounts journal = {};
  std::vector<RefusedCard> refused_cards = {};
  std::optional<base::Error> not_returned =
      {};  ///< claims that were left could not be given back: their leases run out

  /// The sum over the stations.
  [[nodiscard]] StationReport total() const;
  /// Every station ended because there was nothing to do or somebody wanted it, and no step is lost or in the spool.
  [[nodiscard]] bool orderly() const;
};

/// The dossier whose card this feeder's station had last, if it left a note: it may lie in the slot since a process of
/// this name died.
[[nodiscard]] std::optional<std::string> noted_in_slot(const LineConfig& config, const Feeder& feeder);

/// Everything a process needs to make cards, put together:
///
///     JournalQueue queue{*journal, std::move(spool)};
///     auto vault = ...;   // its HoldsFence asks queue.holds
///     Line line{config, queue, *vault, feeders};
///     const auto report = line.run(stop);
class Line {
 public:
  /// Borrows the queue, the vault and the feeders. The config's pointers must be there.
  Line(LineConfig config, JournalQueue& queue, vault::Vault& vault, std::vector<Feeder*> feeders);

  /// Runs a station a feeder until all have stopped, and gives back what was claimed and not used. `stop`: each
  /// finishes the card in its hand first. Fails with bad_input (no feeder, too many, two of one name), io (the folder
  /// of notes).
  [[nodiscard]] base::Result<LineReport> run(const std::stop_token& stop);

 private:
  LineConfig config_;
  JournalQueue& queue_;
  vault::Vault& vault_;
  std::vector<Feeder*> feeders_;
};

}  // namespace cicada::host::line
