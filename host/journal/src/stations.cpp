// What stations ask for: claims, leases, fences, and the job of a card in the field.
#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr std::chrono::seconds kLongestLease = std::chrono::hours{24 * 7};

/// In the trail of a claim: its lease had run out under somebody else. RETURNING shows new values only.
constexpr std::int64_t kTakenOver = 65536;

/// Expired leases first, then the pending jobs by priority and age. PostgreSQL passes over what others are claiming at
/// this moment, and looks only into partitions from the oldest open batch ($5) on. Leases run on the database's clock.
constexpr Sql kClaim = {
    "UPDATE job SET state = 2, trail = CASE WHEN state = 2 THEN 65536 ELSE 0 END, station = $2, shift = CASE WHEN $3 = "
    "'' THEN shift ELSE $3 END, "
    "lease_until = CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) + $4, fence = t.fence "
    "FROM (SELECT id, (SELECT value FROM counter) + row_number() OVER () AS fence FROM ("
    "SELECT id FROM (SELECT id FROM job WHERE state = 2 AND "
    "lease_until <= CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) ORDER BY lease_until LIMIT $1) "
    "UNION ALL SELECT id FROM (SELECT id FROM job WHERE state = 1 ORDER BY priority DESC, id LIMIT $1) LIMIT $1)) AS t "
    "WHERE job.id = t.id RETURNING job.id, job.fence, job.trail",
    "WITH expired AS (SELECT id FROM job WHERE state = 2 AND id >= $5 AND "
    "lease_until <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint ORDER BY lease_until LIMIT $1 "
    "FOR UPDATE SKIP LOCKED), fresh AS (SELECT id FROM job WHERE state = 1 AND id >= $5 "
    "ORDER BY priority DESC, id LIMIT (SELECT $1 - count(*) FROM expired) FOR UPDATE SKIP LOCKED) "
    "UPDATE job SET state = 2, trail = CASE WHEN state = 2 THEN 65536 ELSE 0 END, station = $2, shift = CASE WHEN $3 = "
    "'' THEN shift ELSE $3 END, "
    "lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $4, fence = nextval('fence') "
    "FROM (SELECT id FROM expired UNION ALL SELECT id FROM fresh) AS t WHERE job.id = t.id "
    "RETURNING job.id, job.fence, job.trail"};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::claimed) == 2);
constexpr Sql kOldestOpen = {"SELECT coalesce(min(number), 0) FROM batch WHERE close_chain IS NULL"};
constexpr Bulk kRenew = {
    .sqlite =
        "UPDATE job SET lease_until = CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) + $3 "
        "WHERE id = $1 AND fence = $2 AND state = 2 RETURNING id",
    .postgres =
        "UPDATE job SET lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + t.lease "
        "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS t (id, fence, lease) "
        "WHERE job.id = t.id AND job.fence = t.fence AND job.state = 2 RETURNING job.id"};
constexpr Sql kClaimsOf = {"SELECT id FROM job WHERE state = 2 AND station = $1 ORDER BY id LIMIT $2"};
constexpr Sql kInHand = {"SELECT id FROM job WHERE state BETWEEN 3 AND 6 ORDER BY id"};
constexpr Sql kInHandOf = {"SELECT id FROM job WHERE state BETWEEN 3 AND 6 AND station = $1 ORDER BY id"};
static_assert(static_cast<int>(State::bound) == 3 && static_cast<int>(State::verified) == 6);
constexpr Sql kFindChip = {"SELECT job, state FROM chip WHERE chip = $1"};

State from_of(const Row& claimed) noexcept {
  return number_at(claimed, 2) == kTakenOver ? State::claimed : State::ready;
}

base::Result<std::int64_t> lease_of(std::chrono::seconds lease) {
  if (lease >= std::chrono::seconds{0} && lease <= kLongestLease) return std::int64_t{lease.count()} * 1000;
  return base::fail({.fault = Fault::bad_input, .what = "a lease is 0 seconds to seven days"});
}

}  // namespace

base::Result<std::vector<Claim>> SqlJournal::claim(const Actor& actor, std::size_t count, std::chrono::seconds lease) {
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(check_name(actor.station));
  if (count > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many claims in one call"});
  CICADA_TRY(const auto milliseconds, lease_of(lease));
  std::vector<Claim> claims;
  const auto changed = change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows oldest, database_->run(kOldestOpen, {}));
    const JobId from = oldest.empty() ? 0 : number_at(oldest.front(), 0) << kBatchShift;
    CICADA_TRY(Rows taken, database_->run(kClaim, {static_cast<std::int64_t>(count), actor.station, actor.shift,
                                                   milliseconds, from}));
    claims.clear();
    if (taken.empty()) return {};
    CICADA_CHECK(database_->count_fences(taken.size()));
    // The fence's order is the order in which they were picked.
    std::ranges::sort(taken, {}, [](const Row& row) { return number_at(row, 1); });
    CICADA_TRY(claims, read_claims(taken));
    auto jobs = nlohmann::json::array();
    for (const auto& row : taken)
      jobs.push_back(nlohmann::json::array({number_at(row, 0), number_at(row, 1), to_string(from_of(row))}));
    CICADA_CHECK(record("claim", actor, {{"jobs", std::move(jobs)}, {"to", to_string(State::claimed)}}));
    return {};
  });
  CICADA_CHECK(changed);
  return claims;
}

base::Result<std::vector<JobId>> SqlJournal::renew(std::span<const Hold> claims, std::chrono::seconds lease) {
  CICADA_CHECK(check_writer());
  if (claims.size() > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many claims in one call"});
  CICADA_TRY(const auto milliseconds, lease_of(lease));
  std::vector<JobId> prolonged;
  if (claims.empty()) return prolonged;
  Rows wanted;
  for (const auto& claim : claims) wanted.push_back({claim.job, claim.fence, milliseconds});
  const auto changed = change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows rows, database_->each(kRenew, wanted));
    prolonged.clear();
    for (const auto& row : rows) prolonged.push_back(number_at(row, 0));
    return {};
  });
  CICADA_CHECK(changed);
  return prolonged;
}

base::Result<std::size_t> SqlJournal::take_back(const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(check_name(actor.station));
  std::size_t all = 0;
  for (std::size_t page = kMaxRows; page == kMaxRows; all += page) {
    const auto changed = change([&]() -> base::Result<void> {
      CICADA_TRY(const Rows rows, database_->run(kClaimsOf, {actor.station, static_cast<std::int64_t>(kMaxRows)}));
      page = rows.size();
      return release(rows, actor);
    });
    CICADA_CHECK(changed);
  }
  return all;
}

/// Claims of this station become ready again. Who bound or took one over in the meantime keeps it.
base::Result<void> SqlJournal::release(const Rows& ids, const Actor& actor) {
  std::vector<JobId> wanted;
  for (const auto& row : ids) wanted.push_back(number_at(row, 0));
  CICADA_TRY(auto jobs, lock_jobs(wanted));
  std::erase_if(jobs, [&](const auto& entry) {
    return entry.second.state != State::claimed || entry.second.station != actor.station;
  });
  if (jobs.empty()) return {};
  CICADA_TRY(const Fence last, database_->next_fences(jobs.size()));
  Fence fence = last - static_cast<Fence>(jobs.size());
  auto released = nlohmann::json::array();
  for (auto& [id, job] : jobs) {
    job.state = State::ready;
    job.fence = ++fence;
    job.trail = 0;
    job.lease_until = 0;
    job.station.clear();
    job.changed = true;
    released.push_back(nlohmann::json::array({id, job.fence, to_string(State::claimed)}));
  }
  CICADA_CHECK(write_jobs(jobs));
  CICADA_CHECK(record("take-back", actor, {{"jobs", std::move(released)}, {"to", to_string(State::ready)}}));
  return {};
}

base::Result<std::vector<bool>> Journal::hold(std::span<const Hold> holds) {
  std::vector<bool> answers;
  for (const auto& one : holds) {
    CICADA_TRY(const bool held, this->holds(one.job, one.fence));
    answers.push_back(held);
  }
  return answers;
}

base::Result<bool> SqlJournal::holds(JobId job, Fence fence) {
  const Hold one{.job = job, .fence = fence};
  CICADA_TRY(const auto answers, hold(std::span{&one, 1}));
  return answers.front();
}

base::Result<std::vector<bool>> SqlJournal::hold(std::span<const Hold> holds) {
  std::vector<JobId> ids;
  for (const auto& one : holds) ids.push_back(one.job);
  CICADA_TRY(const auto jobs, load_jobs(ids, false));
  std::vector<bool> answers;
  for (const auto& one : holds) {
    const auto found = jobs.find(one.job);
    answers.push_back(found != jobs.end() && found->second.fence == one.fence &&
                      (found->second.state == State::claimed || in_hand(found->second.state)));
  }
  return answers;
}

base::Result<std::optional<Claim>> SqlJournal::recover(std::string_view chip, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(check_chip(chip));
  std::optional<Claim> claim;
  const auto changed = change([&]() -> base::Result<void> {
    claim.reset();
    CICADA_TRY(const Rows found, database_->run(kFindChip, {std::string{chip}}));
    if (found.empty()) return {};
    const JobId id = number_at(found.front(), 0);
    CICADA_TRY(auto jobs, lock_jobs(std::span{&id, 1}));
    const auto job = jobs.find(id);
    const bool takes = job != jobs.end() && job->second.chip == chip &&
                       (in_hand(job->second.state) || job->second.state == State::done);
    if (!takes) {
      // Set aside, destroyed, or in quarantine: with fence 0 nothing can be done to any job.
      claim = Claim{.state = State::quarantined, .chip = std::string{chip}};
      if (job != jobs.end()) claim->dossier = job->second.dossier;
      return {};
    }
    CICADA_TRY(job->second.fence, database_->next_fences(1));
    job->second.trail = 0;
    job->second.station = actor.station;
    job->second.changed = true;
    CICADA_CHECK(write_jobs(jobs));
    CICADA_CHECK(record("recover", actor,
                        {{"job", id},
                         {"chip", chip},
                         {"fence", job->second.fence},
                         {"from", to_string(job->second.state)},
                         {"to", to_string(job->second.state)}}));
    CICADA_TRY(claim, claim_of(job->second));
    return {};
  });
  CICADA_CHECK(changed);
  return claim;
}

base::Result<std::vector<Claim>> SqlJournal::jobs_in_hand(std::string_view station) {
  CICADA_TRY(const Rows ids,
             station.empty() ? database_->run(kInHand, {}) : database_->run(kInHandOf, {std::string{station}}));
  return read_claims(ids);
}

}  // namespace cicada::host::journal
