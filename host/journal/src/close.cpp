// A batch closes when everything about it adds up.
#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kLockBatch = {"SELECT number, close_chain, close_sequence, counted FROM batch WHERE id = $1 FOR UPDATE"};
constexpr Sql kLockNumber = {"SELECT id FROM batch WHERE number = $1 FOR UPDATE"};
constexpr Sql kOneRecord = {"SELECT json, hash FROM audit WHERE chain = $1 AND sequence = $2"};
constexpr Sql kHeads = {
    "SELECT w.name, a.sequence, a.hash FROM writer AS w JOIN audit AS a ON a.chain = w.name AND a.sequence = "
    "(SELECT max(b.sequence) FROM audit AS b WHERE b.chain = w.name) ORDER BY w.name"};
/// Of one batch: chips that are its finished jobs' cards, as the one and the other say; good chips of its jobs; and
/// those of no batch. That no job has two good chips the database holds itself (chip_good).
constexpr Sql kGoodCards = {
    "SELECT (SELECT count(*) FROM chip AS c CROSS JOIN job AS j WHERE c.state = 1 AND c.job BETWEEN $1 AND $2 "
    "AND j.id = c.job AND j.id BETWEEN $1 AND $2 AND j.state = 7 AND j.chip = c.chip), "
    "(SELECT count(*) FROM chip WHERE state = 1 AND job BETWEEN $1 AND $2), "
    "(SELECT count(*) FROM chip WHERE state = 1 AND job < 4294967296)"};
static_assert(static_cast<int>(State::done) == 7 && static_cast<int>(ChipState::good) == 1 && kBatchShift == 32);
constexpr Sql kReopen = {
    "UPDATE batch SET close_chain = NULL, close_sequence = NULL WHERE number = $1 AND close_chain IS NOT NULL "
    "RETURNING id"};
constexpr Sql kForget = {"DELETE FROM closing WHERE batch = $1"};
constexpr Sql kClose = {"UPDATE batch SET close_chain = $2, close_sequence = $3 WHERE number = $1"};
/// What the batch has from now on, until it is opened again.
constexpr Sql kRemember = {
    "INSERT INTO closing (batch, cards, dossiers, done, rejected, held, quarantined) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};

/// Conflicts that the record of a closing names; each has a record of its own as well.
constexpr std::size_t kConflictsNamed = 1000;

/// `cards`: a row of kGoodCards. `counted`: the blanks were, after the last card of the batch. What is left now is what
/// was left then, less what was used since, so that an older count says nothing about blanks that vanished meanwhile.
base::Result<void> check_balance(const Balance& balance, const Row& cards, bool counted) {
  if (balance.jobs.in(is_waiting) != 0) {
    return base::fail({.fault = Fault::conflict, .what = "jobs of the batch are waiting or in work"});
  }
  if (balance.dossier_difference() != 0) {
    return base::fail({.fault = Fault::conflict,
                       .what = "dossiers are not good + rejected + held + quarantined, or announced are not dossiers + "
                               "repeated + conflicts",
                       .hint = "prepare the batch again: what was announced and never came is missing"});
  }
  const auto done = static_cast<std::int64_t>(balance.jobs.in(State::done));
  if (number_at(cards, 0) != done || number_at(cards, 1) != done || number_at(cards, 2) != 0) {
    return base::fail({.fault = Fault::conflict, .what = "jobs and chips are not one to one"});
  }
  if (!counted) {
    return base::fail({.fault = Fault::conflict,
                       .what = "the blanks were not counted since the last card of the batch",
                       .hint = "count the blanks that are left: cicada line blanks --left N"});
  }
  if (balance.blank_difference() != 0) {
    return base::fail({.fault = Fault::conflict,
                       .what = "blanks received are not good + spoiled + quarantined + in work + left",
                       .hint = "count the blanks that are left"});
  }
  return {};
}

nlohmann::json balance_fields(const Balance& balance) {
  nlohmann::json jobs = nlohmann::json::object();
  for (std::size_t i = 0; i < kStates; ++i) jobs[std::string{to_string(static_cast<State>(i))}] = balance.jobs.at(i);
  return {{"jobs", std::move(jobs)},
          {"dossiers", balance.dossiers},
          {"announced", balance.announced},
          {"repeated", balance.repeated},
          {"conflicts", balance.conflicts},
          {"blanks_received", balance.blanks_received},
          {"blanks_left", balance.blanks_left},
          {"good", balance.good},
          {"spoiled", balance.spoiled},
          {"quarantined", balance.quarantined},
          {"in_work", balance.in_work}};
}

Row remembered(std::int64_t number, const Balance& balance) {
  const auto jobs = [&](State state) { return static_cast<std::int64_t>(balance.jobs.in(state)); };
  return {number,
          jobs(State::done),  // and as many good chips: check_balance
          static_cast<std::int64_t>(balance.dossiers),
          jobs(State::done),
          jobs(State::rejected),
          jobs(State::held),
          jobs(State::quarantined)};
}

}  // namespace

base::Result<AuditRecord> SqlJournal::close_batch(std::string_view batch, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  AuditRecord closed;
  const auto changed = change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows rows, database_->run(kLockBatch, {std::string{batch}}));
    if (rows.empty()) return base::fail({.fault = Fault::not_found, .what = "the journal has no such batch"});
    const auto number = number_at(rows.front(), 0);
    if (!text_at(rows.front(), 1).empty()) {
      // Closed before, perhaps by a process that did not live to sign it.
      closed.chain = text_at(rows.front(), 1);
      closed.sequence = static_cast<std::uint64_t>(number_at(rows.front(), 2));
      CICADA_TRY(const Rows there, database_->run(kOneRecord, {closed.chain, number_at(rows.front(), 2)}));
      if (there.empty()) return base::fail({.fault = Fault::malformed, .what = "the record of the closing is gone"});
      closed.json = text_at(there.front(), 0);
      closed.hash = to_digest(octets_at(there.front(), 1));
      return {};
    }
    CICADA_TRY(const Balance sums, balance(batch));
    const JobId first = number << kBatchShift;
    CICADA_TRY(const Rows cards, database_->run(kGoodCards, {first, first + (JobId{1} << kBatchShift) - 1}));
    CICADA_CHECK(check_balance(sums, cards.front(), number_at(rows.front(), 3) == 1));
    CICADA_TRY(const Rows heads, database_->run(kHeads, {}));
    nlohmann::json ends = nlohmann::json::object();
    for (const auto& row : heads) {
      ends[text_at(row, 0)] = {{"sequence", number_at(row, 1)}, {"hash", base::to_hex(octets_at(row, 2))}};
    }
    nlohmann::json fields{{"batch", batch}, {"balance", balance_fields(sums)}, {"heads", std::move(ends)}};
    if (sums.conflicts > 0) {
      CICADA_TRY(const auto found, conflicts(batch, kConflictsNamed));
      for (const auto& one : found) fields["conflicts"].push_back({one.dossier, one.version});
    }
    CICADA_TRY(closed, record("close", actor, std::move(fields)));
    CICADA_CHECK(database_->run(kClose, {number, closed.chain, static_cast<std::int64_t>(closed.sequence)}));
    CICADA_CHECK(database_->run(kRemember, remembered(number, sums)));
    return {};
  });
  CICADA_CHECK(changed);
  return closed;
}

/// While a batch is open, kReopen touches no row: without this lock a closing that has counted already would commit
/// after the change that it did not count.
base::Result<void> SqlJournal::lock_batch(JobId job) {
  CICADA_CHECK(database_->run(kLockNumber, {job >> kBatchShift}));
  return {};
}

base::Result<void> SqlJournal::reopen(JobId job, const Actor& actor) {
  CICADA_CHECK(lock_batch(job));
  CICADA_TRY(const Rows reopened, database_->run(kReopen, {job >> kBatchShift}));
  if (reopened.empty()) return {};
  CICADA_CHECK(database_->run(kForget, {job >> kBatchShift}));
  CICADA_CHECK(record("reopen", actor, {{"batch", text_at(reopened.front(), 0)}, {"for", job}}));
  return {};
}

base::Result<void> SqlJournal::add_signature(const AuditRecord& closed, base::ByteView signature, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  return change([&]() -> base::Result<void> {
    CICADA_CHECK(
        record("signature", actor,
               {{"of", {{"chain", closed.chain}, {"sequence", closed.sequence}, {"hash", base::to_hex(closed.hash)}}},
                {"signature", base::to_hex(signature)}}));
    return {};
  });
}

}  // namespace cicada::host::journal
