#include "cicada/host/line/preparation.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "cicada/base/rng.h"
#include "cicada/host/issuance/sealed_job.h"

namespace cicada::host::line {

using base::Error;
using base::Fault;
using base::Result;
using journal::IntakeResult;
using journal::State;

/// One dossier on its way to a sealed job.
struct Preparation::Work {
  std::size_t record = 0;  ///< index in block_
  journal::JobId job = 0;
  base::Bytes sealed = {};
  std::string ds = {};
  std::optional<Error> own = {};    ///< this dossier cannot be built
  std::optional<Error> stops = {};  ///< nothing can be built any more: token, journal, document signer
  [[nodiscard]] bool done() const noexcept { return !sealed.empty(); }
};

namespace {

/// The word for the journal.
std::string reason_of(const Error& error) {
  const auto what = error.what.view();
  return what.starts_with("C03") ? "C03" : "cannot be built";
}

/// Codes in the order of their first appearance: no personal data.
std::string codes_of(const issuance::Findings& findings) {
  std::string codes;
  for (const auto& finding : findings) {
    if (codes.find(finding.rule) != std::string::npos) continue;
    if (!codes.empty()) codes += ',';
    codes += finding.rule;
  }
  return codes;
}

bool is_number(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text.size() == kDigits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

journal::Intake intake_of(const issuance::RecordOutcome& record, std::string_view batch) {
  const auto& origin = record.origin;
  journal::Intake intake{
      .dossier = origin.dossier,
      .version = origin.version,
      .number = is_number(record.number) ? record.number : std::string{},
      .content = record.content,
      .portrait = record.portrait,
      .unit = {.province = origin.unit.province, .district = origin.unit.district, .commune = origin.unit.commune},
      .team = origin.team,
      .machine = origin.machine,
      .shift = origin.shift,
      .priority = origin.priority,
      .findings = codes_of(record.findings)};
  if (!record.accepted()) intake.state = record.held() ? State::held : State::rejected;
  if (intake.dossier.empty()) intake.dossier = std::string{batch} + "-line-" + std::to_string(record.line);
  return intake;
}

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
  ended_ = true;
  return {};
}

Result<void> Preparation::work_off() {
  if (block_.empty()) return {};
  ended_ = true;  // until everything below went well
  CICADA_TRY(auto works, take_in());
  build(works);
  CICADA_CHECK(store(works));
  for (const auto& work : works) {
    if (work.own) CICADA_CHECK(hold(work));
  }
  for (const auto& work : works) {
    if (work.stops) return std::unexpected(*work.stops);
  }
  block_.clear();
  ended_ = false;
  return {};
}

Result<std::vector<Preparation::Work>> Preparation::take_in() {
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
  std::vector<Work> works;
  for (std::size_t i = 0; i < block_.size(); ++i) {
    CICADA_TRY(const bool wanted, sort(block_[i], outcomes[i]));
    if (wanted) works.push_back({.record = i, .job = outcomes[i].job});
  }
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

Result<bool> Preparation::belongs_here(const Entry& entry) const {
  CICADA_TRY(const auto found, settings_.journal.find_dossier(entry.record.origin.dossier));
  return found && found->batch == settings_.batch;
}

void Preparation::build(std::vector<Work>& works) const {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};
  const auto work_on = [&] {
    while (!stopped) {
      const auto i = next++;
      if (i >= works.size()) return;
      build_one(works[i]);
      if (works[i].stops) stopped = true;
    }
  };
  std::vector<std::jthread> others;
  const auto threads = std::min<std::size_t>(settings_.threads, works.size());
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work_on);
  work_on();
}

void Preparation::build_one(Work& work) const {
  const auto& record = block_[work.record].record;
  const auto& id = record.origin.dossier;
  const auto version = record.origin.version;
  base::SystemRng rng;
  auto job = issuance::prepare_files(*record.dossier, settings_.profile, rng);
  if (!job) {
    work.own = job.error();
    return;
  }
  if (!settings_.profile.makes_keys()) {
    auto ds = settings_.vault.complete(*job, settings_.profile, {},
                                       {.job = work.job, .fence = 0, .dossier = id, .version = version});
    if (!ds) {
      work.stops = ds.error();
      return;
    }
    work.ds = *std::move(ds);
  }
  const auto key = settings_.vault.job_key(id, version);
  if (!key) {
    work.stops = key.error();
    return;
  }
  auto sealed = issuance::seal(*job, id, version, *key);
  if (!sealed) {
    work.own = sealed.error();
    return;
  }
  work.sealed = *std::move(sealed);
}

Result<void> Preparation::store(std::vector<Work>& works) {
  std::vector<journal::Prepared> prepared;
  for (auto& work : works) {
    if (!work.done()) continue;
    CICADA_TRY(const auto place, pack_.append(work.sealed));
    prepared.push_back(
        {.job = work.job,
         .payload = {.pack = place.pack, .offset = place.offset, .size = place.size, .digest = place.digest},
         .ds = std::move(work.ds)});
  }
  // The order that a crash cannot turn around: data, disk, journal.
  CICADA_CHECK(pack_.flush());
  CICADA_CHECK(settings_.journal.make_ready(settings_.batch, prepared, settings_.actor));
  report_.prepared += prepared.size();
  report_.waiting -= prepared.size();
  return {};
}

Result<void> Preparation::hold(const Work& work) {
  const auto& record = block_[work.record].record;
  CICADA_TRY(const auto found, settings_.journal.find_dossier(record.origin.dossier));
  if (!found) return base::fail({.fault = Fault::conflict, .what = "a dossier left the journal while it was built"});
  const journal::Step step{.job = work.job,
                           .fence = found->fence,
                           .to = State::held,
                           .actor = settings_.actor,
                           .reason = reason_of(*work.own)};
  CICADA_TRY(const auto results, settings_.journal.apply({&step, 1}));
  if (results.size() != 1 || results.front() != journal::StepResult::applied) {
    return base::fail({.fault = Fault::conflict, .what = "a dossier that cannot be built could not be held"});
  }
  --report_.waiting;
  ++report_.held;
  if (settings_.on_outcome) settings_.on_outcome(record, {.job = work.job, .state = State::held});
  return {};
}

}  // namespace cicada::host::line
