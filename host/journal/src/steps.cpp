// Steps of many stations in one transaction.
#include <algorithm>
#include <set>

#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

/// A station's completion: DG14, DG15, EF.CardSecurity and the SOD, with RSA and biometrics switched off or on.
constexpr std::size_t kMaxCompletion = 64UL * 1024;

constexpr Bulk kFindChips = {.sqlite = "SELECT chip, job FROM chip WHERE chip = $1",
                             .postgres = "SELECT chip, job FROM chip WHERE chip = ANY($1::text[])"};
constexpr Bulk kFindKeys = {.sqlite = "SELECT digest, job, chip FROM chip_key WHERE digest = $1",
                            .postgres = "SELECT digest, job, chip FROM chip_key WHERE digest = ANY($1::bytea[])"};
constexpr Bulk kAddChips = {.sqlite = "INSERT INTO chip (chip, state, job, ds, reason) VALUES ($1, $2, $3, $4, $5)",
                            .postgres =
                                "INSERT INTO chip (chip, state, job, ds, reason) "
                                "SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])"};
constexpr Bulk kAddKeys = {
    .sqlite = "INSERT INTO chip_key (digest, job, chip) VALUES ($1, $2, $3)",
    .postgres = "INSERT INTO chip_key (digest, job, chip) SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[])"};
constexpr Bulk kMarkChips = {
    .sqlite = "UPDATE chip SET state = $2, ds = $3, reason = $4 WHERE chip = $1",
    .postgres =
        "UPDATE chip SET state = t.state, ds = t.ds, reason = t.reason "
        "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS t (chip, state, ds, reason) "
        "WHERE chip.chip = t.chip"};
constexpr Bulk kPutCompletions = {
    .sqlite =
        "INSERT INTO completion (job, octets) VALUES ($1, $2) "
        "ON CONFLICT (job) DO UPDATE SET octets = excluded.octets",
    .postgres =
        "INSERT INTO completion (job, octets) SELECT * FROM unnest($1::bigint[], $2::bytea[]) "
        "ON CONFLICT (job) DO UPDATE SET octets = excluded.octets"};
constexpr Bulk kDropCompletions = {.sqlite = "DELETE FROM completion WHERE job = $1",
                                   .postgres = "DELETE FROM completion WHERE job = ANY($1::bigint[])"};

/// Steps for which a station's word is enough. The others have a call of their own: claim, make_ready, take_in, decide,
/// destroy.
bool stations_may(State from, State to) noexcept {
  if (to == State::claimed || to == State::accepted) return false;
  if (to == State::ready) return from == State::claimed;
  return from != State::quarantined && from != State::held && from != State::rejected;
}

base::Result<void> check_step(const Step& step) {
  CICADA_CHECK(check_actor(step.actor));
  if (step.to == State::bound) CICADA_CHECK(check_chip(step.chip));
  if (!is_clean_text(step.reason, kMaxName))
    return base::fail({.fault = Fault::bad_input, .what = "the reason is no text"});
  if (!step.completion) return {};
  if (!is_clean_text(step.completion->ds, kMaxName)) {
    return base::fail({.fault = Fault::bad_input, .what = "the document signer's name is no text"});
  }
  if (step.completion->octets.size() > kMaxCompletion || step.completion->keys.size() > kMaxKeys) {
    return base::fail({.fault = Fault::limit, .what = "a completion is larger than 64 KiB or names more than 16 keys"});
  }
  return {};
}

}  // namespace

/// One call of apply: rows it is about, results, and what is to be written.
struct SqlJournal::Steps {
  struct KeyOwner {
    JobId job = 0;
    std::string chip;
    bool is_new = false;
  };
  struct ChipMark {
    ChipState state = ChipState::bound;
    std::string ds, reason;
  };

  std::map<JobId, JobRow> jobs;
  std::map<std::string, JobId> chips;    ///< seen, of those that are to be bound
  std::map<std::string, KeyOwner> keys;  ///< by map_key of the digest
  std::map<std::string, JobId> new_chips;
  std::map<std::string, ChipMark> marks;
  std::map<JobId, base::Bytes> completions;
  std::set<JobId> dropped, freed;
  std::map<JobId, Actor> spoiled;  ///< good cards that are none any more, and who says so

  [[nodiscard]] base::Result<void> load(Database& database, std::span<const Step> steps);
  [[nodiscard]] StepResult judge(const Step& step) const;
  void take(const Step& step, JobRow& job);
  [[nodiscard]] base::Result<void> write(Database& database) const;
};

base::Result<void> SqlJournal::Steps::load(Database& database, std::span<const Step> steps) {
  Rows wanted_chips;
  Rows wanted_keys;
  for (const auto& step : steps) {
    if (step.to == State::bound) wanted_chips.push_back({step.chip});
    if (!step.completion) continue;
    for (const auto& key : step.completion->keys) wanted_keys.push_back({to_octets(key)});
  }
  CICADA_TRY(const Rows seen, database.each(kFindChips, wanted_chips));
  for (const auto& row : seen) chips[text_at(row, 0)] = number_at(row, 1);
  CICADA_TRY(const Rows known, database.each(kFindKeys, wanted_keys));
  for (const auto& row : known) keys[map_key(octets_at(row, 0))] = {number_at(row, 1), text_at(row, 2), false};
  return {};
}

/// `refused` stands for "not yet decided to be applied": the caller looks at repeats first.
StepResult SqlJournal::Steps::judge(const Step& step) const {
  const auto found = jobs.find(step.job);
  if (found == jobs.end()) return StepResult::refused;
  const auto& job = found->second;
  if (job.fence != step.fence) return StepResult::fenced;
  if (!may_follow(job.state, step.to) || !stations_may(job.state, step.to)) return StepResult::refused;
  if (step.to == State::bound && chips.contains(step.chip)) return StepResult::chip_seen;
  if (!step.completion) return StepResult::applied;
  const std::string& chip = step.to == State::bound ? step.chip : job.chip;
  if (chip.empty()) return StepResult::refused;
  for (const auto& key : step.completion->keys) {
    const auto owner = keys.find(map_key(key));
    if (owner != keys.end() && (owner->second.job != job.id || owner->second.chip != chip)) return StepResult::key_seen;
  }
  return StepResult::applied;
}

void SqlJournal::Steps::take(const Step& step, JobRow& job) {
  if (job.state == State::done && step.to == State::quarantined) spoiled[job.id] = step.actor;
  job.changed = true;
  job.state = step.to;
  job.trail |= trail_bit(step.to);
  if (!step.actor.shift.empty()) job.shift = step.actor.shift;
  if (step.to == State::bound) {
    // The process claimed; the station that has the card in its hand is asked for it after a crash.
    if (!step.actor.station.empty()) job.station = step.actor.station;
    job.chip = step.chip;
    chips[step.chip] = job.id;
    new_chips[step.chip] = job.id;
    if (!job.ds.empty()) marks[job.chip] = {ChipState::bound, job.ds, {}};
  }
  if (step.completion) {
    // The chip's row says it with what becomes of the card: until then its job does. A row the less to be rewritten.
    job.ds = step.completion->ds;
    completions[job.id] = step.completion->octets;
    for (const auto& key : step.completion->keys) keys.try_emplace(map_key(key), KeyOwner{job.id, job.chip, true});
  }
  if (step.to == State::verified) job.evidence = to_octets(step.evidence);
  if (step.to == State::done) {
    job.done_at = milliseconds_now();
    dropped.insert(job.id);
    marks[job.chip] = {ChipState::good, job.ds, {}};
  }
  if (step.to == State::quarantined) marks[job.chip] = {ChipState::quarantined, job.ds, step.reason};
  if (step.to == State::rejected) freed.insert(job.id);
  if (step.to == State::ready || step.to == State::rejected || step.to == State::held) {
    job.lease_until = 0;
    job.station.clear();
  }
  if (!step.reason.empty()) job.reason = step.reason;
}

base::Result<void> SqlJournal::Steps::write(Database& database) const {
  // Plain inserts: who comes too late with a chip or a key fails at the commit, with conflict.
  Rows added;
  Rows marked;
  for (const auto& [chip, job] : new_chips) {
    const auto mark = marks.find(chip);
    const ChipMark& as = mark == marks.end() ? ChipMark{} : mark->second;
    added.push_back({chip, static_cast<std::int64_t>(as.state), job, as.ds, as.reason});
  }
  for (const auto& [chip, mark] : marks) {
    if (!new_chips.contains(chip))
      marked.push_back({chip, static_cast<std::int64_t>(mark.state), mark.ds, mark.reason});
  }
  CICADA_CHECK(database.later(kAddChips, added));
  Rows added_keys;
  for (const auto& [digest, owner] : keys) {
    if (owner.is_new) added_keys.push_back({from_map_key(digest), owner.job, owner.chip});
  }
  CICADA_CHECK(database.later(kAddKeys, added_keys));
  CICADA_CHECK(database.later(kMarkChips, marked));
  Rows completed;
  for (const auto& [job, octets] : completions) {
    if (!dropped.contains(job)) completed.push_back({job, octets});
  }
  CICADA_CHECK(database.later(kPutCompletions, completed));
  Rows gone;
  for (const auto job : dropped) gone.push_back({job});
  CICADA_CHECK(database.later(kDropCompletions, gone));
  return {};
}

namespace {

nlohmann::json step_record(const Step& step, State from) {
  nlohmann::json fields{
      {"job", step.job}, {"fence", step.fence}, {"from", to_string(from)}, {"to", to_string(step.to)}};
  if (!step.chip.empty()) fields["chip"] = step.chip;
  if (!step.reason.empty()) fields["reason"] = step.reason;
  if (step.to == State::verified) fields["evidence"] = base::to_hex(step.evidence);
  if (step.completion) {
    fields["ds"] = step.completion->ds;
    auto keys = nlohmann::json::array();
    for (const auto& key : step.completion->keys) keys.push_back(base::to_hex(key));
    fields["keys"] = std::move(keys);
  }
  return fields;
}

}  // namespace

base::Result<std::vector<StepResult>> SqlJournal::apply(std::span<const Step> steps) {
  CICADA_CHECK(check_writer());
  if (steps.size() > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many steps in one call"});
  std::vector<JobId> ids;
  for (const auto& step : steps) {
    CICADA_CHECK(check_step(step));
    ids.push_back(step.job);
  }
  std::vector<StepResult> results;
  if (steps.empty()) return results;
  // A chip and a key are new, nearly always, and the database refuses those that are not: they are looked up only when
  // it did. A second time it may refuse what another writer added after the look.
  constexpr int kMaxLooks = 3;
  auto changed = change([&] { return apply_once(steps, ids, false, results); });
  const auto was_refused = [&] {
    return !changed && changed.error().fault == Fault::conflict && !is_forked(changed.error());
  };
  for (int i = 0; i < kMaxLooks && was_refused(); ++i) {
    changed = change([&] { return apply_once(steps, ids, true, results); });
  }
  CICADA_CHECK(changed);
  return results;
}

base::Result<void> SqlJournal::apply_once(std::span<const Step> steps, std::span<const JobId> ids, bool look,
                                          std::vector<StepResult>& results) {
  results.clear();
  Steps work;
  CICADA_TRY(work.jobs, lock_jobs(ids));
  if (look) CICADA_CHECK(work.load(*database_, steps));
  for (const auto& step : steps) {
    const auto found = work.jobs.find(step.job);
    // What was applied under this fence and never acknowledged comes again: it is applied, once.
    if (found != work.jobs.end() && found->second.fence == step.fence &&
        (found->second.trail & trail_bit(step.to)) != 0 &&
        (step.to != State::bound || step.chip == found->second.chip)) {
      results.push_back(StepResult::applied);
      continue;
    }
    results.push_back(work.judge(step));
    if (results.back() != StepResult::applied) continue;
    const State from = found->second.state;
    work.take(step, found->second);
    CICADA_CHECK(record("step", step.actor, step_record(step, from)));
  }
  CICADA_CHECK(work.write(*database_));
  const std::vector<JobId> freed{work.freed.begin(), work.freed.end()};
  CICADA_CHECK(free_numbers(freed));
  CICADA_CHECK(write_jobs(work.jobs));
  for (const auto& [job, actor] : work.spoiled) CICADA_CHECK(reopen(job, actor));
  return {};
}

}  // namespace cicada::host::journal
