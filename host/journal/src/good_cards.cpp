// Cards that somebody doubts, or that nobody finds.
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kFindJob = {"SELECT job FROM dossier WHERE dossier = $1 AND current = 1"};
constexpr Sql kDelivery = {"SELECT delivery FROM job WHERE id = $1"};
constexpr Sql kNotDelivered = {"UPDATE job SET delivery = 0 WHERE id = $1"};
constexpr Sql kMark = {"UPDATE chip SET state = $3, reason = $4, ds = $5 WHERE chip = $1 AND state = $2 RETURNING job"};

}  // namespace

base::Result<void> SqlJournal::set_card_aside(std::string_view dossier, std::string_view reason,
                                              std::string_view second_operator, const Actor& actor) {
  CICADA_CHECK(check_operator(actor));
  if (reason.empty() || !is_clean_text(reason, kMaxName) || !is_clean_text(second_operator, kMaxName)) {
    return base::fail({.fault = Fault::bad_input, .what = "the reason or the second operator is no text"});
  }
  if (!second_operator.empty() && same_person(actor.operator_id, second_operator)) {
    return base::fail({.fault = Fault::bad_input, .what = "the two operators are one"});
  }
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows found, database_->run(kFindJob, {std::string{dossier}}));
    if (found.empty()) return base::fail({.fault = Fault::not_found, .what = "the journal has no such dossier"});
    const JobId id = number_at(found.front(), 0);
    CICADA_CHECK(lock_batch(id));
    CICADA_TRY(auto jobs, lock_jobs(std::span{&id, 1}));
    auto& job = jobs[id];
    const State from = job.state;
    if (from != State::done && !in_hand(from)) {
      return base::fail({.fault = Fault::conflict, .what = "the dossier has no card that could be set aside"});
    }
    const auto was = from == State::done ? ChipState::good : ChipState::bound;
    CICADA_TRY(const Rows marked,
               database_->run(kMark, {job.chip, static_cast<std::int64_t>(was),
                                      static_cast<std::int64_t>(ChipState::quarantined), std::string{reason}, job.ds}));
    if (marked.empty()) return base::fail({.fault = Fault::malformed, .what = "the card's chip is not its job's"});
    CICADA_TRY(const Rows delivered, database_->run(kDelivery, {id}));
    job.state = State::quarantined;
    job.reason = reason;
    job.trail = 0;
    CICADA_TRY(job.fence, next_fence());
    job.changed = true;
    nlohmann::json fields{{"job", id},
                          {"chip", job.chip},
                          {"from", to_string(from)},
                          {"to", to_string(State::quarantined)},
                          {"delivery", to_string(static_cast<Delivery>(number_at(delivered.front(), 0)))},
                          {"reason", reason}};
    if (!second_operator.empty()) fields["second"] = second_operator;
    CICADA_CHECK(write_jobs(jobs));
    CICADA_CHECK(database_->run(kNotDelivered, {id}));
    CICADA_CHECK(record("set-card-aside", actor, std::move(fields)));
    CICADA_CHECK(reopen(id, actor));
    return {};
  });
}

/// Wherever the card was once, it lies in quarantine now: it goes its way to the holder from the beginning.
base::Result<void> SqlJournal::take_up_again(std::map<JobId, JobRow>& jobs, std::string_view reason,
                                             const Actor& actor) {
  auto& job = jobs.begin()->second;
  CICADA_TRY(const Rows marked,
             database_->run(kMark, {job.chip, static_cast<std::int64_t>(ChipState::quarantined),
                                    static_cast<std::int64_t>(ChipState::good), std::string{}, job.ds}));
  if (marked.empty()) return base::fail({.fault = Fault::malformed, .what = "the card's chip is not in quarantine"});
  job.state = State::done;
  job.reason = reason;
  job.trail = 0;
  job.changed = true;
  CICADA_CHECK(database_->run(kNotDelivered, {job.id}));
  CICADA_CHECK(record("decide", actor,
                      {{"job", job.id},
                       {"chip", job.chip},
                       {"delivery", to_string(Delivery::none)},
                       {"from", to_string(State::quarantined)},
                       {"to", to_string(State::done)},
                       {"reason", reason}}));
  CICADA_CHECK(reopen(job.id, actor));
  return write_jobs(jobs);
}

}  // namespace cicada::host::journal
