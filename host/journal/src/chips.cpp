// Chips: what became of each, and the two people who see one destroyed.
#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kFindChip = {
    "SELECT c.chip, c.state, c.job, j.state, j.dossier, j.chip, j.recipe FROM chip AS c LEFT JOIN job AS j ON j.id = "
    "c.job "
    "WHERE c.chip = $1"};
constexpr Sql kSetAside = {
    "INSERT INTO chip (chip, state, job, ds, reason) VALUES ($1, 2, 0, '', $2) ON CONFLICT DO NOTHING RETURNING job"};
constexpr Sql kJobOfChip = {"SELECT job FROM chip WHERE chip = $1"};
constexpr Sql kDestroy = {"UPDATE chip SET state = 3 WHERE chip = $1 AND state = 2 RETURNING job"};
static_assert(static_cast<int>(ChipState::quarantined) == 2 && static_cast<int>(ChipState::destroyed) == 3);
constexpr Sql kDropCompletion = {"DELETE FROM completion WHERE job = $1"};
constexpr Sql kPresigned = {"SELECT presigned FROM job WHERE id = $1"};

void forget_card(JobRow& job, State to) {
  job.state = to;
  job.chip.clear();
  job.ds.clear();
  job.station.clear();
  job.evidence.clear();
  job.trail = 0;
  job.lease_until = 0;
  job.done_at = 0;
  // What was sealed holds the keys of that chip.
  if (to == State::accepted) job.payload = {};
  job.changed = true;
}

base::Result<void> check_destruction(const Destruction& destruction) {
  CICADA_CHECK(check_chip(destruction.chip));
  CICADA_CHECK(check_name(destruction.first_operator));
  CICADA_CHECK(check_name(destruction.second_operator));
  if (same_person(destruction.first_operator, destruction.second_operator)) {
    return base::fail({.fault = Fault::bad_input, .what = "two different operators must confirm a destruction"});
  }
  if (is_clean_text(destruction.reason, kMaxName)) return {};
  return base::fail({.fault = Fault::bad_input, .what = "the reason is no text"});
}

}  // namespace

bool same_person(std::string_view first, std::string_view second) noexcept {
  const auto trimmed = [](std::string_view name) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    return name;
  };
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(trimmed(first), trimmed(second), {}, lower, lower);
}

base::Result<std::optional<ChipRecord>> SqlJournal::find_chip(std::string_view chip) {
  CICADA_CHECK(check_chip(chip));
  CICADA_TRY(const Rows rows, database_->run(kFindChip, {std::string{chip}}));
  if (rows.empty()) return std::optional<ChipRecord>{};
  const auto& row = rows.front();
  ChipRecord found{.chip = text_at(row, 0),
                   .state = static_cast<ChipState>(number_at(row, 1)),
                   .job = number_at(row, 2),
                   .job_state = static_cast<State>(number_at(row, 3)),
                   .dossier = text_at(row, 4),
                   .batch = {}};
  if (found.job != 0) {
    CICADA_TRY(found.batch, batch_name(found.job >> kBatchShift));
    CICADA_TRY(found.recipe, recipe_of(number_at(row, 6)));
    found.is_jobs_card = text_at(row, 5) == found.chip;
  }
  return std::optional{std::move(found)};
}

base::Result<void> SqlJournal::set_aside(std::string_view chip, std::string_view reason, const Actor& actor) {
  CICADA_CHECK(check_chip(chip));
  CICADA_CHECK(check_actor(actor));
  if (!is_clean_text(reason, kMaxName)) return base::fail({.fault = Fault::bad_input, .what = "the reason is no text"});
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows added, database_->run(kSetAside, {std::string{chip}, std::string{reason}}));
    if (added.empty()) {
      CICADA_TRY(const auto found, find_chip(chip));
      // Said twice, or its job is in quarantine with it: nothing to add.
      if (found && found->state == ChipState::quarantined) return {};
      return base::fail({.fault = Fault::conflict,
                         .what = "the chip is in the journal already",
                         .hint = "name its dossier, whose card it is"});
    }
    CICADA_CHECK(record("set-aside", actor, {{"chip", chip}, {"reason", reason}}));
    return {};
  });
}

base::Result<std::optional<State>> SqlJournal::destroy(const Destruction& destruction, bool remake,
                                                       const Actor& actor) {
  CICADA_CHECK(check_destruction(destruction));
  CICADA_CHECK(check_actor(actor));
  std::optional<State> now;
  const auto changed = change([&]() -> base::Result<void> {
    now.reset();
    CICADA_TRY(const Rows known, database_->run(kJobOfChip, {destruction.chip}));
    if (!known.empty()) CICADA_CHECK(lock_batch(number_at(known.front(), 0)));
    CICADA_TRY(const Rows destroyed, database_->run(kDestroy, {destruction.chip}));
    if (destroyed.empty()) return base::fail({.fault = Fault::conflict, .what = "the chip is not in quarantine"});
    const JobId id = number_at(destroyed.front(), 0);
    nlohmann::json fields{{"chip", destruction.chip},
                          {"first", destruction.first_operator},
                          {"second", destruction.second_operator},
                          {"reason", destruction.reason}};
    CICADA_TRY(auto jobs, lock_jobs(std::span{&id, 1}));
    const auto job = jobs.find(id);
    if (job == jobs.end() && remake) {
      return base::fail({.fault = Fault::conflict, .what = "the chip was of no job: there is nothing to make again"});
    }
    if (job != jobs.end()) {
      if (job->second.state != State::quarantined || job->second.chip != destruction.chip) {
        return base::fail({.fault = Fault::conflict, .what = "the chip's job is not in quarantine"});
      }
      CICADA_TRY(const Rows payload, database_->run(kPresigned, {id}));
      const bool for_one_chip = !payload.empty() && number_at(payload.front(), 0) == 1;
      forget_card(job->second, !remake ? State::rejected : for_one_chip ? State::accepted : State::ready);
      job->second.reason = destruction.reason;
      // A fence that nobody was given: whoever still holds the job's old one is too late.
      CICADA_TRY(job->second.fence, next_fence());
      CICADA_CHECK(database_->run(kDropCompletion, {id}));
      CICADA_CHECK(write_jobs(jobs));
      fields["job"] = id;
      fields["from"] = to_string(State::quarantined);
      fields["to"] = to_string(job->second.state);
      now = job->second.state;
    }
    CICADA_CHECK(record("destroy", actor, std::move(fields)));
    if (job != jobs.end()) CICADA_CHECK(reopen(id, actor));
    if (remake) CICADA_CHECK(needs_count(id >> kBatchShift));
    return {};
  });
  CICADA_CHECK(changed);
  return now;
}

}  // namespace cicada::host::journal
