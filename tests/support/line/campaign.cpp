#include "campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <set>

#include "journal_proxy.h"
#include "kill_points.h"

namespace cicada::test {

namespace journal = host::journal;

namespace {

/// A place that so many lines in a row did not reach is given up.
constexpr int kTries = 6;
constexpr int kTriesAfterAny = 4;
/// Two or three cards of the eight in work come to the place before the line dies there: another one each time.
constexpr std::uint64_t kMostPassed = 3;

/// The number behind a command's name; 0 when there is none.
unsigned ordinal_of(const std::string& place) {
  const auto comma = place.rfind(',');
  const auto space = place.rfind(' ', comma);
  if (comma == std::string::npos || space == std::string::npos) return 0;
  return static_cast<unsigned>(std::strtoul(place.c_str() + space + 1, nullptr, 10));
}

/// Away for one transaction in four.
class FlakyJournal final : public JournalProxy {
 public:
  using JournalProxy::JournalProxy;
  base::Result<void> before(std::string_view call, std::span<const journal::Step>) override {
    constexpr unsigned kOneIn = 4;
    if (call != "apply" || ++calls_ % kOneIn != 0) return {};
    return base::fail({.fault = base::Fault::transport, .what = "the journal is away"});
  }

 private:
  unsigned calls_ = 0;
};

std::unique_ptr<journal::Journal> flaky(journal::Journal& inner) {
  return std::make_unique<FlakyJournal>(inner);
}

}  // namespace

std::string kind_of_place(const std::string& place) {
  auto kind = place.substr(0, place.rfind(','));
  if (ordinal_of(place) != 0) kind.resize(kind.rfind(' '));
  return kind;
}

Campaign::Campaign(Plant& plant, CampaignOptions options)
    : plant_(plant), options_(std::move(options)), random_(options_.seed) {}

bool Campaign::is_wanted(const std::string& place) const {
  const auto ordinal = ordinal_of(place);
  return ordinal <= 2 || ordinal % options_.stride == 0 || !place.starts_with("apdu");
}

void Campaign::begin_batch() {
  ++report_.batches;
  report_.cards += options_.batch;
  plant_.begin_batch(fmt::format("batch-{}", report_.batches), next_citizen_, options_.batch);
  next_citizen_ += options_.batch;
}

void Campaign::remember_cards_in_hand(const std::string& kind) {
  const auto journal = plant_.open_journal("");
  for (const auto& job : must(journal->jobs_in_hand(""))) {
    ++report_.rows[kind].in_hand;
    in_hand_.emplace_back(job.dossier, InHand{.kind = kind, .chip = job.chip, .state = job.state});
  }
}

void Campaign::settle(const std::string& dossier, const InHand& then, const Outcome& outcome) {
  auto& row = report_.rows[then.kind];
  switch (outcome.fate) {
    case Fate::good: ++(outcome.chip == then.chip ? row.same_chip : row.other_chip); break;
    case Fate::quarantined: ++row.quarantined; break;
    case Fate::doubled: ++row.doubled; break;
    case Fate::waiting:
    case Fate::lost: ++row.lost; break;
  }
  // A card that is torn while it is written may be past mending; one whose content is complete never is.
  if (outcome.fate == Fate::quarantined && then.state != journal::State::bound) {
    report_.complaints.push_back(
        fmt::format("{} was {} at {} and went into quarantine", dossier, journal::to_string(then.state), then.kind));
  }
}

void Campaign::count_reasons(const Truth& truth) {
  const auto journal = plant_.open_journal("");
  for (const auto& [dossier, outcome] : truth.outcomes) {
    if (outcome.fate == Fate::quarantined) ++report_.reasons[must(journal->find_card(dossier)).value().reason];
  }
}

/// Until it is made, without another kill; then the cards are asked. No lease of the dead runs out meanwhile: the line
/// takes back what they had claimed.
void Campaign::end_batch() {
  const auto id = fmt::format("batch-{}", report_.batches);
  constexpr int kMostRuns = 10;
  for (int i = 0; i < kMostRuns; ++i) {
    static_cast<void>(run_line_process(plant_, options_.line));
    note_new_places();
    if (must(plant_.open_journal("")->balance(id)).jobs.in(journal::is_waiting) == 0) break;
  }
  const auto truth = plant_.check();
  report_.good += truth.good;
  report_.quarantined += truth.quarantined;
  report_.lost += truth.lost + truth.waiting;
  report_.doubled += truth.doubled;
  report_.unexplained += truth.unexplained;
  report_.complaints.insert(report_.complaints.end(), truth.complaints.begin(), truth.complaints.end());
  count_reasons(truth);
  for (const auto& [dossier, then] : in_hand_) {
    const auto found = truth.outcomes.find(dossier);
    if (found == truth.outcomes.end()) {
      report_.complaints.push_back(fmt::format("{} was in hand at {} and is of no batch", dossier, then.kind));
      continue;
    }
    settle(dossier, then, found->second);
  }
  in_hand_.clear();
  const auto closed = plant_.close_batch(id, truth.blanks);
  if (closed) {
    report_.difference += std::abs(closed->dossier_difference()) + std::abs(closed->blank_difference());
  } else {
    report_.complaints.push_back(fmt::format("{} does not close: {}", id, closed.error().describe()));
  }
}

void Campaign::note_new_places() {
  for (const auto& place : KillPoints::places()) born_of_.try_emplace(place.name, last_death_);
}

/// The line dies at the place, or ends in its own time.
bool Campaign::dies_at(const std::string& place, std::uint64_t nth) {
  auto settings = options_.line;
  // Nothing is spooled while the journal is there.
  if (place.starts_with("spool")) settings.journal = [](journal::Journal& inner) { return flaky(inner); };
  const auto end = end_of(start_process([&] {
    KillPoints::arm(place, nth);
    return run_line(plant_, settings).orderly() ? 0 : 1;
  }));
  note_new_places();
  if (end == -SIGKILL && KillPoints::fired()) {
    last_death_ = place;
    const auto kind = kind_of_place(place);
    ++report_.kills;
    ++report_.rows[kind].kills;
    remember_cards_in_hand(kind);
    return true;
  }
  if (end != 0 && end != 1) report_.complaints.push_back(fmt::format("a line ended with {} before {}", end, place));
  return false;
}

bool Campaign::kill_at(const std::string& place) {
  const auto nth = 1 + random_() % kMostPassed;
  if (dies_at(place, nth)) return true;
  for (int i = 1; i < kTries; ++i) {
    end_batch();
    begin_batch();
    // What only a recovery comes to needs a death before: any, and at last the one after which it was first come to.
    const auto any = std::next(clean_.begin(), static_cast<std::ptrdiff_t>(random_() % clean_.size()));
    const auto& death = i < kTriesAfterAny ? *any : born_of_[place];
    if (!clean_.contains(place) && !death.empty()) static_cast<void>(dies_at(death, 1 + random_() % kMostPassed));
    if (dies_at(place, 1)) return true;
  }
  return false;
}

std::optional<std::string> Campaign::next_place(const std::set<std::string>& done) const {
  for (const auto& place : KillPoints::places()) {
    if (is_wanted(place.name) && !done.contains(place.name) && !unreachable_.contains(place.name)) return place.name;
  }
  return std::nullopt;
}

CampaignReport Campaign::run() {
  KillPoints::create();
  begin_batch();
  end_batch();  // a whole batch without any trouble names the places of a card's life
  for (const auto& place : KillPoints::places()) {
    if (place.reached >= options_.batch) clean_.insert(place.name);
  }
  begin_batch();
  std::set<std::string> killed_at;
  for (std::uint64_t repetition = 0; repetition < options_.repetitions; ++repetition) {
    // The list grows: what only recovery reaches is found by killing.
    std::set<std::string> done;
    while (const auto place = next_place(done)) {
      done.insert(*place);
      if (!kill_at(*place)) {
        if (!killed_at.contains(*place)) unreachable_.insert(*place);
        continue;
      }
      if (killed_at.insert(*place).second) ++report_.rows[kind_of_place(*place)].places;
    }
  }
  end_batch();
  report_.places = KillPoints::places().size();
  report_.stations = plant_.options().stations;
  report_.audit = plant_.verify_audit();
  report_.killed_at = killed_at.size();
  report_.not_reached.assign(unreachable_.begin(), unreachable_.end());
  return report_;
}

std::uint64_t CampaignReport::other_chips() const {
  std::uint64_t others = 0;
  for (const auto& [kind, row] : rows) others += row.other_chip;
  return others;
}

std::vector<std::string> CampaignReport::without_kill(const std::vector<std::string>& kinds) const {
  std::vector<std::string> missed;
  for (const auto& kind : kinds) {
    const auto row = rows.find(kind);
    if (row == rows.end() || row->second.kills == 0) missed.push_back(kind);
  }
  return missed;
}

std::string CampaignReport::text(const CampaignOptions& options) const {
  auto text = fmt::format(
      "{}: {} stations at {} places, {} times each{}, seed {}\n", options.title, stations, killed_at,
      options.repetitions,
      options.stride == 1 ? std::string{} : fmt::format(" (of repeated commands every {}th)", options.stride),
      options.seed);
  constexpr std::string_view kRow = "{:28} {:>6} {:>6} {:>8} {:>9} {:>11} {:>10} {:>5} {:>8}\n";
  text += fmt::format(kRow, "step", "places", "kills", "in hand", "same chip", "quarantined", "other chip", "lost",
                      "doubled");
  for (const auto& [kind, row] : rows) {
    text += fmt::format(kRow, kind, row.places, row.kills, row.in_hand, row.same_chip, row.quarantined, row.other_chip,
                        row.lost, row.doubled);
  }
  text += fmt::format(
      "{} batches, {} cards: {} kills, {} good, {} quarantined, {} lost, {} doubled, {} unexplained; difference {}\n",
      batches, cards, kills, good, quarantined, lost, doubled, unexplained, difference);
  for (const auto& [reason, cards_of_it] : reasons) text += fmt::format("quarantined: {} {}\n", reason, cards_of_it);
  text += fmt::format("audit log: {} records, {} of {} closings signed, {} jobs compared, {} findings\n", audit.records,
                      audit.signed_closings, audit.closings, audit.jobs_compared, audit.findings.size());
  for (const auto& place : not_reached) text += fmt::format("not reached again: {}\n", place);
  for (std::size_t i = 0; i < std::min<std::size_t>(complaints.size(), 20); ++i)
    text += fmt::format("COMPLAINT: {}\n", complaints[i]);
  return text;
}

}  // namespace cicada::test
