#include "cicada/host/line/station.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "card_run.h"

namespace cicada::host::line {

using base::Error;
using base::Result;
using Kind = CardEvent::Kind;

namespace {

constexpr std::string_view kNoAnswer = "C01 no answer";

/// What became of the job of a chip that does not answer any more.
struct GivenUp {
  std::string dossier = {};                                   ///< empty: it has no job in work
  journal::StepResult result = journal::StepResult::applied;  ///< of its quarantine
};

/// A chip that does not answer any more goes into quarantine, with its job if it has one in work.
Result<GivenUp> give_up(journal::Journal& journal, const std::string& chip, const journal::Actor& actor) {
  const auto aside = journal.set_aside(chip, kNoAnswer, actor);
  if (aside) return GivenUp{};
  if (aside.error().fault != base::Fault::conflict) return std::unexpected(aside.error());
  CICADA_TRY(const auto claim, journal.recover(chip, actor));
  if (!claim || claim->state == journal::State::done || claim->state == journal::State::quarantined) {
    return GivenUp{};
  }
  const journal::Step step{.job = claim->job,
                           .fence = claim->fence,
                           .to = journal::State::quarantined,
                           .actor = actor,
                           .reason = std::string{kNoAnswer}};
  CICADA_TRY(const auto results, journal.apply({&step, 1}));
  if (results.size() != 1) {
    return base::fail({.fault = base::Fault::malformed, .what = "the journal answered for another number of steps"});
  }
  return GivenUp{.dossier = claim->dossier, .result = results.front()};
}

}  // namespace

std::string_view to_string(StationEnd end) noexcept {
  switch (end) {
    case StationEnd::no_more_jobs: return "no-more-jobs";
    case StationEnd::no_more_blanks: return "no-more-blanks";
    case StationEnd::stopped: return "stopped";
    case StationEnd::bad_lot: return "bad-lot";
    case StationEnd::reader: return "reader";
    case StationEnd::journal_away: return "journal-away";
    case StationEnd::vault_away: return "vault-away";
    case StationEnd::other_profile: return "other-profile";
    case StationEnd::trouble: return "trouble";
  }
  return "unknown";
}

bool is_orderly(StationEnd end) noexcept {
  return end == StationEnd::no_more_jobs || end == StationEnd::no_more_blanks || end == StationEnd::stopped;
}

std::string_view to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::good: return "good";
    case Kind::recovered: return "recovered";
    case Kind::counted_before: return "counted-before";
    case Kind::quarantined: return "quarantined";
    case Kind::set_aside: return "set-aside";
    case Kind::untouched: return "untouched";
    case Kind::held: return "held";
  }
  return "unknown";
}

Station::Station(Workshop& workshop, Claims& claims, Feeder& feeder, journal::Actor actor)
    : workshop_(workshop),
      claims_(claims),
      feeder_(feeder),
      actor_(std::move(actor)),
      note_(std::make_unique<SlotNote>(workshop.notes, actor_.station)) {}

Station::~Station() = default;

StationReport Station::run(const std::stop_token& stop) {
  report_ = {.station = actor_.station};
  ended_ = false;
  failures_ = 0;
  tries_ = 0;
  away_since_.reset();
  // A slot that cannot be looked into has whatever next() finds in it.
  const auto occupied = feeder_.occupied();
  slot_asked_ = occupied && !*occupied;
  while (!ended_) next_card(stop);
  if (claim_) claims_.give_back(*std::exchange(claim_, std::nullopt));
  return report_;
}

void Station::end(StationEnd why, std::optional<Error> error, std::string detail) {
  ended_ = true;
  report_.end = why;
  report_.error = error;
  report_.detail = std::move(detail);
  // Whatever is in the slot stays there; power goes.
  static_cast<void>(feeder_.put(Tray::slot));
}

Result<bool> Station::have_claim(const std::stop_token& stop) {
  if (!claim_) {
    CICADA_TRY(claim_, claims_.next(stop));
    away_since_.reset();
  }
  return claim_.has_value();
}

/// No blank is taken out of the magazine before there is a job for it; only what the slot holds at the start, or after
/// trouble, is looked at without one.
void Station::next_card(const std::stop_token& stop) {
  const auto no_jobs = [&] {
    end(stop.stop_requested() || claims_.stopped_by_order() ? StationEnd::stopped : StationEnd::no_more_jobs);
  };
  if (stop.stop_requested()) return no_jobs();
  if (slot_asked_) {
    const auto claimed = have_claim(stop);
    if (!claimed) return react(from_journal(claimed.error(), "claiming"), stop);
    if (!*claimed) return no_jobs();
  }
  const auto card = feeder_.next();
  if (!card && card.error().fault == base::Fault::malformed) return put_dead_card_away(card.error(), stop);
  if (!card) return end(StationEnd::reader, card.error(), "taking a card");
  if (*card == nullptr) {
    return stop.stop_requested() || claims_.stopped_by_order() ? no_jobs() : end(StationEnd::no_more_blanks);
  }
  work_on(**card, stop);
}

void Station::work_on(transport::Transport& card, const std::stop_token& stop) {
  const auto need = [&]() -> Outcome<std::optional<journal::Claim>> {
    const auto claimed = have_claim(stop);
    if (!claimed) return std::unexpected(from_journal(claimed.error(), "claiming"));
    return claim_;
  };
  const auto used = [this](bool for_a_card) {
    for_a_card ? claims_.used(*claim_) : claims_.drop(*claim_);
    claim_.reset();
  };
  CardRun run{workshop_, feeder_, card, actor_, *note_, need, used};
  auto done = run.run(!slot_asked_);
  std::string detail;
  if (!done && done.error().then == Halt::Then::quarantine) {
    const auto halt = done.error();
    detail = halt.detail.empty() ? halt.error.describe() : halt.detail + ": " + halt.error.describe();
    done = run.set_aside(halt);
  }
  report_.apdus += run.exchanges();
  if (!done) return react(done.error(), stop);
  if (!done->detail.empty()) detail += (detail.empty() ? "" : "; ") + done->detail;
  slot_asked_ = true;
  tries_ = 0;
  finish({.kind = done->kind,
          .station = actor_.station,
          .dossier = done->kind == Kind::untouched ? std::string{} : run.dossier(),
          .chip = run.chip(),
          .reason = done->reason,
          .detail = std::move(detail)},
         done->tray);
}

/// It cannot be asked who it is: what stands on its outside has to do. Without that, whoever counts the blanks finds
/// it.
void Station::put_dead_card_away(const Error& why, const std::stop_token& stop) {
  CardEvent event{.kind = Kind::set_aside,
                  .station = actor_.station,
                  .chip = feeder_.label(),
                  .reason = std::string{kNoAnswer},
                  .detail = why.describe()};
  if (!event.chip.empty()) {
    const auto job =
        workshop_.queue.ask([&](journal::Journal& journal) { return give_up(journal, event.chip, actor_); });
    // What stands on it may be no number of a chip.
    if (!job && job.error().fault != base::Fault::bad_input) {
      return react(from_journal(job.error(), "setting a card aside"), stop);
    }
    if (job && !job->dossier.empty()) {
      event.dossier = job->dossier;
      if (job->result == journal::StepResult::applied) {
        event.kind = Kind::quarantined;
      } else {
        event.detail += "; its job is not in quarantine: it is not this station's any more";
      }
    }
  }
  slot_asked_ = true;
  finish(std::move(event), Tray::quarantine);
}

void Station::react(const Halt& halt, const std::stop_token& stop) {
  switch (halt.then) {
    case Halt::Then::again:
      if (++tries_ >= workshop_.limits.tries_of_a_card) return end(StationEnd::reader, halt.error, halt.detail);
      slot_asked_ = false;
      return;
    case Halt::Then::again_with_journal: slot_asked_ = false; return wait_for_journal(stop, halt.error);
    case Halt::Then::stop:
      if (halt.end == StationEnd::reader && ++tries_ < workshop_.limits.tries_of_a_card && feeder_.reader_is_back()) {
        slot_asked_ = false;
        return;
      }
      [[fallthrough]];
    case Halt::Then::quarantine: return end(halt.end, halt.error, halt.detail);
  }
}

/// Nothing is claimed or bound meanwhile. What waits in the spool is committed by the first question that succeeds.
void Station::wait_for_journal(const std::stop_token& stop, const Error& why) {
  // A journal whose disk is full can be read: that it answers does not end the wait, a step that it took does.
  if (!away_since_) away_since_ = std::chrono::steady_clock::now();
  const auto give_up = *away_since_ + workshop_.limits.journal_patience;
  std::mutex mutex;
  std::condition_variable_any wake;
  for (;;) {
    {
      std::unique_lock lock{mutex};
      wake.wait_for(lock, stop, workshop_.limits.journal_look, [] { return false; });
    }
    if (stop.stop_requested()) return end(StationEnd::stopped, why, "the journal is away");
    if (std::chrono::steady_clock::now() >= give_up) return end(StationEnd::journal_away, why);
    if (workshop_.queue.ask([](journal::Journal& journal) { return journal.order(); })) return;
  }
}

void Station::count(const CardEvent& event) {
  switch (event.kind) {
    case Kind::recovered: ++report_.recovered; [[fallthrough]];
    case Kind::good:
      ++report_.good;
      failures_ = 0;
      break;
    case Kind::counted_before: ++report_.counted_before; break;
    case Kind::quarantined:
      ++report_.quarantined;
      ++failures_;
      break;
    case Kind::set_aside:
      ++report_.set_aside;
      ++failures_;
      break;
    case Kind::untouched: ++report_.untouched; break;
    case Kind::held: ++report_.held; break;
  }
}

void Station::finish(CardEvent event, Tray tray) {
  count(event);
  away_since_.reset();
  if (workshop_.on_card) workshop_.on_card(event);
  if (const auto put = feeder_.put(tray); !put) return end(StationEnd::reader, put.error(), "putting a card away");
  if (const auto occupied = feeder_.occupied(); occupied && !*occupied) note_->clear();
  if (failures_ >= workshop_.limits.failures_in_a_row) {
    end(StationEnd::bad_lot, Error{.fault = base::Fault::card_status, .what = "too many cards in a row were set aside"},
        event.reason);
  }
}

}  // namespace cicada::host::line
