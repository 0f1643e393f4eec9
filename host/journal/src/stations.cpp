// What stations ask for: claims, leases, fences, and the job of a card in the field.
#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr std::chrono::seconds kLongestLease = std::chrono::hours{24 * 7};

/// Recipes of open batches, and the oldest of each: nothing before it is looked at, nor are its partitions.
constexpr Sql kOpenRecipes = {
    "SELECT recipe, min(number) FROM batch WHERE close_chain IS NULL GROUP BY recipe ORDER BY recipe"};
/// Claims whose lease ran out, of one recipe. PostgreSQL passes over what others are claiming at this moment. Leases
/// run on the database's clock. The sign keeps SQLite from looking through the jobs by their numbers.
constexpr Sql kExpired = {
    "SELECT id FROM job WHERE state = 2 AND recipe = $1 AND +id >= $3 AND "
    "lease_until <= CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) ORDER BY lease_until LIMIT $2",
    "SELECT id FROM job WHERE state = 2 AND recipe = $1 AND id >= $3 AND "
    "lease_until <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint ORDER BY lease_until LIMIT $2 "
    "FOR UPDATE SKIP LOCKED"};
/// Pending jobs by priority and age, of one recipe a row.
constexpr Bulk kFresh = {
    .sqlite =
        "SELECT id, -priority, recipe FROM job WHERE state = 1 AND recipe = $1 AND +id >= $3 "
        "ORDER BY priority DESC, id LIMIT $2",
    .postgres =
        "SELECT f.id, (-f.priority)::bigint, t.recipe FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
        "AS t (recipe, most, oldest) CROSS JOIN LATERAL (SELECT id, priority FROM job WHERE state = 1 "
        "AND recipe = t.recipe AND id >= t.oldest ORDER BY priority DESC, id LIMIT t.most FOR UPDATE SKIP LOCKED) AS "
        "f"};
/// The same without the locks: which recipe has how many of the next ones.
constexpr Bulk kPeek = {
    .sqlite = kFresh.sqlite,
    .postgres =
        "SELECT f.id, (-f.priority)::bigint, t.recipe FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
        "AS t (recipe, most, oldest) CROSS JOIN LATERAL (SELECT id, priority FROM job WHERE state = 1 "
        "AND recipe = t.recipe AND id >= t.oldest ORDER BY priority DESC, id LIMIT t.most) AS f"};
constexpr Bulk kTake = {
    .sqlite =
        "UPDATE job SET state = 2, trail = 0, fence = $2, station = $3, shift = CASE WHEN $4 = '' THEN shift ELSE $4 "
        "END, lease_until = CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) + $5 WHERE id = $1",
    .postgres =
        "UPDATE job SET state = 2, trail = 0, fence = t.fence, station = t.station, shift = CASE WHEN t.shift = '' "
        "THEN job.shift ELSE t.shift END, "
        "lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + t.lease "
        "FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) "
        "AS t (id, fence, station, shift, lease) WHERE job.id = t.id "
        "AND job.id BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])]"};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::claimed) == 2);
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

std::pair<std::int64_t, std::int64_t> turn_of(const Row& row) noexcept {
  return {number_at(row, 1), number_at(row, 0)};
}

/// Sets each row's number of jobs (its second column) so that they are the next `room` ones of all.
base::Result<void> share(Database& database, Rows& wanted, std::size_t room) {
  for (auto& row : wanted) row[1] = static_cast<std::int64_t>(room);
  if (wanted.size() < 2) return {};
  CICADA_TRY(Rows next, database.each(kPeek, wanted));
  std::ranges::sort(next, {}, turn_of);
  if (next.size() > room) next.resize(room);
  for (auto& row : wanted) {
    row[1] = std::ranges::count_if(next, [&](const Row& one) { return number_at(one, 2) == number_at(row, 0); });
  }
  return {};
}

base::Result<std::int64_t> lease_of(std::chrono::seconds lease) {
  if (lease >= std::chrono::seconds{0} && lease <= kLongestLease) return std::int64_t{lease.count()} * 1000;
  return base::fail({.fault = Fault::bad_input, .what = "a lease is 0 seconds to seven days"});
}

}  // namespace

/// Jobs that wait, in their order. No more are locked than are taken: what one process only looks at, the others must
/// not pass over.
base::Result<std::vector<SqlJournal::Picked>> SqlJournal::pick_fresh(Rows wanted, std::size_t count) {
  if (count == 0) return std::vector<Picked>{};
  CICADA_CHECK(share(*database_, wanted, count));
  CICADA_TRY(Rows rows, database_->each(kFresh, wanted));
  // Others hold some of the next ones: whatever recipe has more gives the rest. What is locked here already comes
  // again.
  for (auto& row : wanted) {
    if (wanted.size() < 2 || rows.size() >= count) break;
    const auto had =
        std::ranges::count_if(rows, [&](const Row& one) { return number_at(one, 2) == number_at(row, 0); });
    row[1] = had + static_cast<std::int64_t>(count - rows.size());
    CICADA_TRY(Rows more, database_->each(kFresh, {row}));
    std::erase_if(rows, [&](const Row& one) { return number_at(one, 2) == number_at(row, 0); });
    std::ranges::move(more, std::back_inserter(rows));
  }
  std::ranges::sort(rows, {}, turn_of);
  std::vector<Picked> jobs;
  for (const auto& row : rows) jobs.push_back({.job = number_at(row, 0), .from = State::ready});
  return jobs;
}

/// Expired leases first, then the pending jobs.
base::Result<std::vector<SqlJournal::Picked>> SqlJournal::pick(std::size_t count, const Recipe& recipe) {
  CICADA_TRY(const Rows open, database_->run(kOpenRecipes, {}));
  std::vector<Picked> picked;
  Rows wanted;
  for (const auto& row : open) {
    CICADA_TRY(const Recipe one, recipe_of(number_at(row, 0)));
    if (!fits(one, recipe)) continue;
    wanted.push_back(
        {number_at(row, 0), static_cast<std::int64_t>(count - picked.size()), number_at(row, 1) << kBatchShift});
    CICADA_TRY(const Rows expired, database_->run(kExpired, wanted.back()));
    for (const auto& job : expired) picked.push_back({.job = number_at(job, 0), .from = State::claimed});
  }
  CICADA_TRY(const auto fresh, pick_fresh(std::move(wanted), count - picked.size()));
  std::ranges::copy(fresh, std::back_inserter(picked));
  return picked;
}

base::Result<std::vector<Claim>> SqlJournal::claim(const Actor& actor, std::size_t count, std::chrono::seconds lease,
                                                   const Recipe& recipe) {
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(check_name(actor.station));
  if (count > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many claims in one call"});
  CICADA_TRY(const auto milliseconds, lease_of(lease));
  std::vector<Claim> claims;
  const auto changed = change([&]() -> base::Result<void> {
    claims.clear();
    CICADA_TRY(const auto picked, pick(count, recipe));
    if (picked.empty()) return {};
    // The fences' order is the order in which the jobs were picked; the statement wants them by number.
    CICADA_TRY(const auto fences, database_->next_fences(picked.size()));
    auto next = fences.begin();
    Rows ids;
    Rows taken;
    auto jobs = nlohmann::json::array();
    for (const auto& [job, from] : picked) {
      const Fence fence = *next++;
      ids.push_back({job});
      taken.push_back({job, fence, actor.station, actor.shift, milliseconds});
      jobs.push_back(nlohmann::json::array({job, fence, to_string(from)}));
    }
    std::ranges::sort(taken, {}, [](const Row& row) { return number_at(row, 0); });
    CICADA_CHECK(database_->later(kTake, taken));
    CICADA_TRY(claims, read_claims(ids));
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
  CICADA_TRY(const auto fences, database_->next_fences(jobs.size()));
  auto next = fences.begin();
  auto released = nlohmann::json::array();
  for (auto& [id, job] : jobs) {
    job.state = State::ready;
    job.fence = *next++;
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

base::Result<bool> Journal::holds(JobId job, Fence fence) {
  const Hold one{.job = job, .fence = fence};
  CICADA_TRY(const auto answers, hold(std::span{&one, 1}));
  if (answers.size() != 1)
    return base::fail({.fault = Fault::malformed, .what = "an answer for another number of jobs"});
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

base::Result<Fence> SqlJournal::next_fence() {
  CICADA_TRY(const auto fences, database_->next_fences(1));
  if (!fences.empty()) return fences.front();
  return base::fail({.fault = Fault::malformed, .what = "the journal's counter of fences is gone"});
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
    if (!takes) return {};  // set aside, destroyed, or in quarantine
    CICADA_TRY(job->second.fence, next_fence());
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
