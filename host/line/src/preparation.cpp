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
    if (!one.own) continue;
    const auto reason = reason_not_built(*one.own);
    CICADA_CHECK(hold(one.record, one.job, reason));
    --report_.waiting;
    ++report_.held;
    if (settings_.on_outcome) {
      settings_.on_outcome(one.record, {.job = one.job, .state = State::held, .reason = reason});
    }
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
    auto outcome = outcomes[i];
    const bool begun = before_.contains(outcome.job) || now.contains(outcome.job);
    if (outcome.result == IntakeResult::known && outcome.state == State::accepted && !begun) {
      CICADA_CHECK(look_again(block_[i], intakes[i].copy == 0, outcome));
    }
    if (settings_.on_outcome) settings_.on_outcome(block_[i].record, outcome);
    if (!count(block_[i], outcome, begun)) continue;
    now.insert(outcome.job);
    works.push_back({.record = std::move(block_[i].record), .job = outcome.job});
  }
  block_.clear();
  before_ = std::move(now);
  return works;
}

/// An earlier run left it accepted.
Result<void> Preparation::look_again(Entry& entry, bool first, journal::IntakeOutcome& outcome) {
  auto& record = entry.record;
  CICADA_TRY(entry.here, belongs_here(entry));
  if (!entry.here) return {};
  if (!record.dossier && settings_.release) record.dossier = settings_.release(record, entry.text);
  // Of a line that stands twice the second is refused, and the first is not.
  if (record.dossier || !first || !issuance::any_rejecting(record.findings)) return {};
  outcome.reason = reason_refused_later(record.findings);
  outcome.state = State::held;
  return hold(record, outcome.job, outcome.reason);
}

bool Preparation::count(const Entry& entry, const journal::IntakeOutcome& outcome, bool begun) {
  ++report_.records;
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
  if (begun || !entry.here) {
    ++report_.known;
    return false;
  }
  ++report_.waiting;
  return entry.record.dossier.has_value();
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
  if (!settings_.on_outcome) return {};
  for (const auto& one : built) {
    if (one.done()) settings_.on_outcome(one.record, {.job = one.job, .state = State::ready});
  }
  return {};
}

Result<void> Preparation::hold(const issuance::RecordOutcome& record, journal::JobId job, const std::string& reason) {
  CICADA_TRY(const auto found, settings_.journal.find_dossier(record.origin.dossier));
  if (!found) return base::fail({.fault = Fault::conflict, .what = "a dossier left the journal while it was built"});
  const journal::Step step{
      .job = job, .fence = found->fence, .to = State::held, .actor = settings_.actor, .reason = reason};
  CICADA_TRY(const auto results, settings_.journal.apply({&step, 1}));
  if (results.size() != 1 || results.front() != journal::StepResult::applied) {
    return base::fail({.fault = Fault::conflict, .what = "a dossier that cannot be built could not be held"});
  }
  return {};
}

}  // namespace cicada::host::line
