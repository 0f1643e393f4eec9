// One reader, one magazine, one card at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/claims.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/line/workshop.h"

namespace cicada::host::line {

/// Why a station has stopped.
enum class StationEnd : std::uint8_t {
  no_more_jobs,
  no_more_blanks,
  stopped,        ///< it was asked to
  bad_lot,        ///< too many cards in a row had to be set aside
  reader,         ///< the reader is gone, or a command took too long; the card is in the slot
  journal_away,   ///< and did not come back in time; the card is in the slot
  vault_away,     ///< the card is in the slot
  other_profile,  ///< the card in the slot is of a job of another profile or country; it is as it was
  trouble,        ///< this machine's: a full disk, a crypto library that refuses; the card is in the slot
};
[[nodiscard]] std::string_view to_string(StationEnd end) noexcept;
/// Everything that is to be done was done, or somebody wanted an end.
[[nodiscard]] bool is_orderly(StationEnd end) noexcept;

struct StationReport {
  std::string station = {};
  StationEnd end = StationEnd::no_more_jobs;
  std::optional<base::Error> error = {};  ///< of an end that is not orderly
  std::string detail = {};                ///< the step at which it happened
  std::uint64_t good = 0;                 ///< jobs done by this run, recovered ones among them
  std::uint64_t recovered = 0;
  std::uint64_t counted_before = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t set_aside = 0;
  std::uint64_t untouched = 0;
  std::uint64_t held = 0;
  std::uint64_t apdus = 0;
};

/// The life of one card at a station:
///
///   feeder.next -> open with the transport keys of its serial -> known? recover it : claim a job
///     -> bind (durable) -> the chip makes its keys -> the vault signs -> content is written
///     -> written, with what was signed (durable) -> personalize, lock -> locked
///     -> reset, read back, compare, judge -> verified -> done (durable) -> good
///
/// Nothing is written before the bind is on disk, and nothing that cannot be undone before what was signed is. The card
/// that is in the slot when the station starts is asked first what it is. What a failure means:
///   the card refused, broke the channel, or reads back otherwise   quarantine, and the next card
///   the card left the field                                        it is asked again, a few times
///   what is in the slot does not answer as a card                  it is set aside, and the next card
///   the reader is gone, a command took too long                    a feeder that can waits for it, a few times; else
///                                                                  the station stops, the card stays in the slot
///   the journal is away                                            the card in hand is finished from the spool if its
///                                                                  content is signed already; else it waits in the
///                                                                  slot
///   the vault is away                                              asked again a few times, then as with the reader
///   the card's job has another recipe than this line               the station stops, the card stays in the slot,
///                                                                  nothing is written
///   the job is another's now (fenced)                              untouched cards go back, written ones to quarantine
class Station {
 public:
  /// Borrows all of them. `actor.station` is unique among all stations that ever use this journal at one time.
  Station(Workshop& workshop, Claims& claims, Feeder& feeder, journal::Actor actor);
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;
  Station(Station&&) = delete;
  Station& operator=(Station&&) = delete;
  ~Station();

  /// Works until there is nothing to do, it is told to stop, or it cannot go on. A card in hand is finished first.
  [[nodiscard]] StationReport run(const std::stop_token& stop);

 private:
  void next_card(const std::stop_token& stop);
  [[nodiscard]] base::Result<bool> have_claim(const std::stop_token& stop);
  void work_on(transport::Transport& card, const std::stop_token& stop);
  void put_dead_card_away(const base::Error& why, const std::stop_token& stop);
  void react(const struct Halt& halt, const std::stop_token& stop);
  void finish(CardEvent event, Tray tray);
  void count(const CardEvent& event);
  void end(StationEnd why, std::optional<base::Error> error = {}, std::string detail = {});
  void wait_for_journal(const std::stop_token& stop, const base::Error& why);

  Workshop& workshop_;
  Claims& claims_;
  Feeder& feeder_;
  journal::Actor actor_;
  std::unique_ptr<class SlotNote> note_;
  StationReport report_ = {};
  bool ended_ = false;
  bool slot_asked_ = false;  ///< what was in the slot before is dealt with
  std::optional<journal::Claim> claim_ = {};
  std::size_t failures_ = 0;                                              ///< in a row
  std::optional<std::chrono::steady_clock::time_point> away_since_ = {};  ///< the journal took nothing since then
  std::size_t tries_ = 0;                                                 ///< of the card in the slot
};

}  // namespace cicada::host::line
