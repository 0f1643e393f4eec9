#include "cicada/host/line/preparation.h"

#include <algorithm>
#include <set>

#include "block_builder.h"
#include "cicada/host/issuance/rejects.h"
#include "cicada/host/line/sender_lines.h"

namespace cicada::host::line {

using base::Fault;
using base::Result;
using journal::IntakeResult;
using journal::State;

namespace {

bool is_number(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text.size() == kDigits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// What no two documents of a kind share. A passport has a number of its own, and its holder may well have a card, with
/// the same portrait: what is a passport's is kept apart from what is a card's.
void put_keys(const issuance::RecordOutcome& record, journal::Intake& intake) {
  intake.portrait = record.portrait;
  if (record.document_number.empty()) {
    if (is_number(record.number)) intake.number = record.number;
    return;
  }
  if (journal::is_passport_number(record.document_number)) intake.number = record.document_number;
  if (!intake.portrait) return;
  for (auto& octet : *intake.portrait) octet = static_cast<std::uint8_t>(~octet);
}

}  // namespace

journal::Intake intake_of(const issuance::RecordOutcome& record, std::string_view batch) {
  const auto& origin = record.origin;
  journal::Intake intake{
      .dossier = origin.dossier,
      .version = origin.version,
      .number = {},
      .content = record.content,
      .unit = {.province = origin.unit.province, .district = origin.unit.district, .commune = origin.unit.commune},
      .team = origin.team,
      .machine = origin.machine,
      .shift = origin.shift,
      .priority = origin.priority,
      .findings = issuance::codes_of(record.findings)};
  put_keys(record, intake);
  if (!record.accepted()) intake.state = record.held() ? State::held : State::rejected;
  if (intake.dossier.empty()) intake.dossier = std::string{batch} + "-line-" + std::to_string(record.line);
  return intake;
}

Preparation::Preparation(PreparationSettings settings, issuance::JobPackWriter pack)
    : settings_(std::move(settings)), pack_(std::move(pack)) {}
Preparation::Preparation(Preparation&&) noexcept = default;
Preparation::~Preparation() = default;

Result<Preparation> Preparation::open(PreparationSettings settings) {
  if (settings.threads == 0 || settings.threads > kMaxPreparationThreads || settings.block == 0 ||
      settings.block > journal::kMaxRows) {
    return base::fail({.fault = Fault::bad_input, .what = "threads or records of a block are out of range"});
  }
  CICADA_TRY(auto pack, issuance::JobPackWriter::open(settings.jobs, settings.batch));
  return Preparation{std::move(settings), std::move(pack)};
}

Result<void> Preparation::add(issuance::RecordOutcome record, std::string text) {
  if (ended_) return base::fail({.fault = Fault::conflict, .what = "this preparation has ended"});
  block_.push_back({.record = std::move(record), .text = std::move(text)});
  return block_.size() < settings_.block ? Result<void>{} : work_off();
}

Result<void> Preparation::finish() {
  if (ended_) return base::fail({.fault = Fault::conflict, .what = "this preparation has ended"});
  CICADA_CHECK(work_off());
  CICADA_CHECK(work_off());  // of the block that was built just now
  ended_ = true;
  return {};
}

Result<void> Preparation::work_off() {
  ended_ = true;  // until everything below went well
  CICADA_TRY(auto works, take_in());
  std::vector<Building> built;
  if (const auto before = std::move(builder_)) built = before->finish();
  // While the token signs the next block, the last one goes on disk and into the journal; not after trouble.
  const bool trouble = std::ranges::any_of(built, [](const auto& one) { return one.stops.has_value(); });
  if (!works.empty() && !trouble) {
    builder_ = std::make_unique<BlockBuilder>(settings_.vault, settings_.profile, settings_.threads, std::move(works));
  }
  CICADA_CHECK(settle(std::move(built)));
  ended_ = false;
  return {};
}

Result<void> Preparation::settle(std::vector<Building> built) {
  CICADA_CHECK(store(built));
  for (const auto& one : built) {
    if (one.own) CICADA_CHECK(hold(one));
  }
  for (const auto& one : built) {
    if (one.stops) return std::unexpected(*one.stops);
  }
  return {};
}

Result<std::vector<Building>> Preparation::take_in() {
  std::vector<Building> works;
  if (block_.empty()) return works;
  std::vector<journal::Intake> intakes;
  intakes.reserve(block_.size());
  for (const auto& entry : block_) {
    intakes.push_back(intake_of(entry.record, settings_.batch));
    intakes.back().copy = seen_[entry.record.content]++;
  }
  CICADA_TRY(const auto outcomes, settings_.journal.take_in(settings_.batch, intakes, settings_.actor));
  if (outcomes.size() != block_.size()) {
    return base::fail({.fault = Fault::malformed, .what = "the journal answered for another number of records"});
  }
  std::set<journal::JobId> now;
  for (std::size_t i = 0; i < block_.size(); ++i) {
    CICADA_TRY(const bool wanted, sort(block_[i], outcomes[i]));
    if (!wanted) continue;
    if (before_.contains(outcomes[i].job) || !now.insert(outcomes[i].job).second) {
      --report_.waiting;  // it is being built already
      ++report_.known;
      continue;
    }
    works.push_back({.record = std::move(block_[i].record), .job = outcomes[i].job});
  }
  block_.clear();
  before_ = std::move(now);
  return works;
}

Result<bool> Preparation::sort(Entry& entry, const journal::IntakeOutcome& outcome) {
  auto& record = entry.record;
  ++report_.records;
  if (settings_.on_outcome) settings_.on_outcome(record, outcome);
  if (outcome.result == IntakeResult::version_conflict) {
    ++report_.conflicts;
    return false;
  }
  if (outcome.result == IntakeResult::number_taken || outcome.result == IntakeResult::portrait_taken) {
    ++report_.taken;
    return false;
  }
  switch (outcome.state) {
    case State::accepted: break;
    case State::rejected: ++report_.rejected; return false;
    case State::held: ++report_.held; return false;
    default: ++report_.known; return false;
  }
  ++report_.waiting;
  if (outcome.result == IntakeResult::known) {
    CICADA_TRY(const bool here, belongs_here(entry));
    if (!here) {
      --report_.waiting;
      ++report_.known;
      return false;
    }
  }
  if (!record.dossier && settings_.release) record.dossier = settings_.release(record, entry.text);
  return record.dossier.has_value();
}

/// Of this batch, and not an earlier version of what it has: one job is never built from the other's record.
Result<bool> Preparation::belongs_here(const Entry& entry) const {
  CICADA_TRY(const auto found, settings_.journal.find_dossier(entry.record.origin.dossier));
  return found && found->batch == settings_.batch && found->version == entry.record.origin.version;
}

Result<void> Preparation::store(std::vector<Building>& built) {
  std::vector<journal::Prepared> prepared;
  for (auto& one : built) {
    if (!one.done()) continue;
    CICADA_TRY(const auto place, pack_.append(one.sealed));
    prepared.push_back(
        {.job = one.job,
         .payload = {.pack = place.pack, .offset = place.offset, .size = place.size, .digest = place.digest},
         .ds = std::move(one.ds),
         .keys = std::move(one.keys)});
  }
  if (prepared.empty()) return {};
  // The order that a crash cannot turn around: data, disk, journal.
  CICADA_CHECK(pack_.flush());
  CICADA_CHECK(settings_.journal.make_ready(settings_.batch, prepared, settings_.actor));
  report_.prepared += prepared.size();
  report_.waiting -= prepared.size();
  return {};
}

Result<void> Preparation::hold(const Building& one) {
  const auto& record = one.record;
  CICADA_TRY(const auto found, settings_.journal.find_dossier(record.origin.dossier));
  if (!found) return base::fail({.fault = Fault::conflict, .what = "a dossier left the journal while it was built"});
  const journal::Step step{.job = one.job,
                           .fence = found->fence,
                           .to = State::held,
                           .actor = settings_.actor,
                           .reason = reason_not_built(*one.own)};
  CICADA_TRY(const auto results, settings_.journal.apply({&step, 1}));
  if (results.size() != 1 || results.front() != journal::StepResult::applied) {
    return base::fail({.fault = Fault::conflict, .what = "a dossier that cannot be built could not be held"});
  }
  --report_.waiting;
  ++report_.held;
  if (settings_.on_outcome) settings_.on_outcome(record, {.job = one.job, .state = State::held, .reason = step.reason});
  return {};
}

}  // namespace cicada::host::line
