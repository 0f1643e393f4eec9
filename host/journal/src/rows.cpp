// Jobs as rows: read and locked, written back, and shown as claims.
#include <algorithm>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

/// The first and the last of the ids, which are sorted, tell PostgreSQL before it begins which partitions to leave
/// alone.
constexpr Bulk kLockJobs = {
    .sqlite =
        "SELECT id, state, trail, fence, dossier, version, province, district, commune, station, shift, chip, ds, "
        "reason, pack, pack_offset, pack_size, pack_digest, evidence, lease_until, done_at, recipe FROM job "
        "WHERE id = $1",
    .postgres =
        "SELECT id, state, trail, fence, dossier, version, province, district, commune, station, shift, chip, "
        "ds, reason, pack, pack_offset, pack_size, pack_digest, evidence, lease_until, done_at, recipe FROM job "
        "WHERE id = ANY($1::bigint[]) AND id BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])] "
        "ORDER BY id FOR UPDATE"};
/// The same without the lock.
constexpr Bulk kReadJobs = {
    .sqlite = kLockJobs.sqlite,
    .postgres = kLockJobs.postgres.substr(0, kLockJobs.postgres.size() - std::string_view{" FOR UPDATE"}.size())};
constexpr Bulk kFreeNumbers = {
    .sqlite = "DELETE FROM taken_number WHERE job = $1 AND number = (SELECT number FROM dossier WHERE job = $1)",
    .postgres =
        "DELETE FROM taken_number AS t USING dossier AS d WHERE d.job = ANY($1::bigint[]) "
        "AND t.number = d.number AND t.job = d.job"};
constexpr Bulk kFreePortraits = {
    .sqlite = "DELETE FROM taken_portrait WHERE job = $1 AND portrait = (SELECT portrait FROM dossier WHERE job = $1)",
    .postgres =
        "DELETE FROM taken_portrait AS t USING dossier AS d WHERE d.job = ANY($1::bigint[]) "
        "AND t.portrait = d.portrait AND t.job = d.job"};
constexpr Bulk kWriteJobs = {
    .sqlite =
        "UPDATE job SET state = $2, trail = $3, fence = $4, station = $5, shift = $6, chip = $7, ds = $8, "
        "reason = $9, pack = $10, pack_offset = $11, pack_size = $12, pack_digest = $13, evidence = $14, "
        "lease_until = $15, done_at = $16, changed_at = $17 WHERE id = $1",
    .postgres =
        "UPDATE job SET state = t.state, trail = t.trail, fence = t.fence, station = t.station, shift = t.shift, "
        "chip = t.chip, ds = t.ds, reason = t.reason, pack = t.pack, pack_offset = t.pack_offset, "
        "pack_size = t.pack_size, pack_digest = t.pack_digest, evidence = t.evidence, lease_until = t.lease_until, "
        "done_at = t.done_at, changed_at = t.changed_at FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], "
        "$4::bigint[], "
        "$5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], "
        "$13::bytea[], $14::bytea[], $15::bigint[], $16::bigint[], $17::bigint[]) AS t (id, state, trail, fence, "
        "station, shift, chip, ds, reason, pack, pack_offset, pack_size, pack_digest, evidence, lease_until, done_at, "
        "changed_at) WHERE job.id = t.id "
        "AND job.id BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])]"};
constexpr Sql kCompletion = {"SELECT octets FROM completion WHERE job = $1"};

JobRow job_of(const Row& row) {
  JobRow job;
  job.id = number_at(row, 0);
  job.state = static_cast<State>(number_at(row, 1));
  job.trail = number_at(row, 2);
  job.fence = number_at(row, 3);
  job.dossier = text_at(row, 4);
  job.version = static_cast<std::uint32_t>(number_at(row, 5));
  job.unit = {text_at(row, 6), text_at(row, 7), text_at(row, 8)};
  job.station = text_at(row, 9);
  job.shift = text_at(row, 10);
  job.chip = text_at(row, 11);
  job.ds = text_at(row, 12);
  job.reason = text_at(row, 13);
  job.payload = {text_at(row, 14), static_cast<std::uint64_t>(number_at(row, 15)),
                 static_cast<std::uint32_t>(number_at(row, 16)), to_digest(octets_at(row, 17))};
  job.evidence = octets_at(row, 18);
  job.lease_until = number_at(row, 19);
  job.done_at = number_at(row, 20);
  job.recipe = number_at(row, 21);
  return job;
}

}  // namespace

base::Result<std::map<JobId, JobRow>> SqlJournal::load_jobs(std::span<const JobId> ids, bool lock) {
  std::vector<JobId> sorted{ids.begin(), ids.end()};
  std::ranges::sort(sorted);
  const auto [first, last] = std::ranges::unique(sorted);
  sorted.erase(first, last);
  Rows wanted;
  for (const auto id : sorted) wanted.push_back({id});
  CICADA_TRY(const Rows rows, database_->each(lock ? kLockJobs : kReadJobs, wanted));
  std::map<JobId, JobRow> jobs;
  for (const auto& row : rows) jobs.emplace(number_at(row, 0), job_of(row));
  return jobs;
}

base::Result<std::map<JobId, JobRow>> SqlJournal::lock_jobs(std::span<const JobId> ids) {
  return load_jobs(ids, true);
}

base::Result<void> SqlJournal::free_numbers(std::span<const JobId> ids) {
  Rows rows;
  for (const auto id : ids) rows.push_back({id});
  CICADA_CHECK(database_->each(kFreeNumbers, rows));
  CICADA_CHECK(database_->each(kFreePortraits, rows));
  return {};
}

base::Result<void> SqlJournal::write_jobs(const std::map<JobId, JobRow>& jobs) {
  Rows rows;
  const auto now = milliseconds_now();
  for (const auto& [id, job] : jobs) {
    if (!job.changed) continue;
    rows.push_back({id, static_cast<std::int64_t>(job.state), job.trail, job.fence, job.station, job.shift, job.chip,
                    job.ds, job.reason, job.payload.pack, static_cast<std::int64_t>(job.payload.offset),
                    std::int64_t{job.payload.size}, to_octets(job.payload.digest), job.evidence, job.lease_until,
                    job.done_at, now});
  }
  CICADA_CHECK(database_->later(kWriteJobs, rows));
  return {};
}

base::Result<Claim> SqlJournal::claim_of(const JobRow& job) {
  CICADA_TRY(std::string batch, batch_name(job.id >> kBatchShift));
  CICADA_TRY(Recipe recipe, recipe_of(job.recipe));
  Claim claim{.job = job.id,
              .fence = job.fence,
              .batch = std::move(batch),
              .dossier = job.dossier,
              .version = job.version,
              .payload = job.payload,
              .unit = job.unit,
              .state = job.state,
              .chip = job.chip,
              .completion = {},
              .recipe = std::move(recipe)};
  if (!job.chip.empty()) {
    CICADA_TRY(const Rows rows, database_->run(kCompletion, {job.id}));
    if (!rows.empty()) claim.completion = octets_at(rows.front(), 0);
  }
  return claim;
}

base::Result<std::vector<Claim>> SqlJournal::read_claims(const Rows& ids) {
  std::vector<JobId> wanted;
  for (const auto& row : ids) wanted.push_back(number_at(row, 0));
  CICADA_TRY(const auto jobs, load_jobs(wanted, false));
  std::vector<Claim> claims;
  claims.reserve(wanted.size());
  for (const auto id : wanted) {
    const auto job = jobs.find(id);
    if (job == jobs.end()) return base::fail({.fault = base::Fault::malformed, .what = "a job is missing"});
    CICADA_TRY(Claim claim, claim_of(job->second));
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace cicada::host::journal
