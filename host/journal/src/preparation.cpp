// Dossiers become jobs that a station may claim.
#include <algorithm>
#include <set>

#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kLockBatch = {"SELECT number FROM batch WHERE id = $1 FOR UPDATE"};
constexpr Bulk kTakeKeys = {
    .sqlite = "INSERT INTO chip_key (digest, job, chip) VALUES ($1, $2, '') ON CONFLICT DO NOTHING RETURNING digest",
    .postgres =
        "INSERT INTO chip_key (digest, job, chip) SELECT t.digest, t.job, '' FROM unnest($1::bytea[], $2::bigint[]) "
        "AS t (digest, job) ON CONFLICT DO NOTHING RETURNING digest"};
constexpr Bulk kPresigned = {.sqlite = "UPDATE job SET presigned = 1 WHERE id = $1",
                             .postgres =
                                 "UPDATE job SET presigned = 1 WHERE id = ANY($1::bigint[]) AND id BETWEEN "
                                 "($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])]"};
/// Of a job that was claimed once: had it a card, which is destroyed now?
constexpr Sql kHadCard = {"SELECT job FROM chip WHERE state > 1 AND job = $1 LIMIT 1"};
constexpr Sql kFindJob = {"SELECT job FROM dossier WHERE dossier = $1 AND current = 1"};

base::Result<void> check_prepared(std::int64_t batch, const Prepared& item) {
  const auto& payload = item.payload;
  if ((item.job >> kBatchShift) != batch) {
    return base::fail({.fault = Fault::bad_input, .what = "a prepared job is of another batch"});
  }
  if (payload.offset > (std::uint64_t{1} << 62U) || !is_clean_text(item.ds, kMaxName)) {
    return base::fail({.fault = Fault::bad_input, .what = "a prepared job's place or signer is no such thing"});
  }
  if (item.keys.size() > kMaxKeys || (item.ds.empty() && !item.keys.empty())) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "a prepared job names more than 16 keys, or keys and no signer"});
  }
  return check_name(payload.pack);
}

nlohmann::json prepare_record(const Prepared& item) {
  nlohmann::json fields{{"job", item.job},
                        {"from", to_string(State::accepted)},
                        {"to", to_string(State::ready)},
                        {"payload", base::to_hex(item.payload.digest)}};
  if (item.ds.empty()) return fields;
  fields["ds"] = item.ds;
  auto keys = nlohmann::json::array();
  for (const auto& key : item.keys) keys.push_back(base::to_hex(key));
  fields["keys"] = std::move(keys);
  return fields;
}

}  // namespace

base::Result<void> SqlJournal::take_keys(std::span<const Prepared> jobs, std::span<const std::size_t> which) {
  Rows wanted;
  Rows presigned;
  for (const auto i : which) {
    for (const auto& key : jobs[i].keys) wanted.push_back({to_octets(key), jobs[i].job});
    if (!jobs[i].ds.empty()) presigned.push_back({jobs[i].job});
  }
  std::ranges::sort(presigned, {}, [](const Row& row) { return number_at(row, 0); });
  CICADA_CHECK(database_->later(kPresigned, presigned));
  CICADA_TRY(const Rows taken, database_->each(kTakeKeys, wanted));
  if (taken.size() == wanted.size()) return {};
  std::multiset<std::string> ours;
  for (const auto& row : taken) ours.insert(map_key(octets_at(row, 0)));
  for (const auto i : which) {
    for (const auto& key : jobs[i].keys) {
      const auto found = ours.find(map_key(key));
      if (found == ours.end()) {
        return base::fail({.fault = Fault::conflict,
                           .what = "C01 key: the key of a prepared chip is in the journal already",
                           .hint = "is the source of random numbers sound? nothing was made ready",
                           .at = i});
      }
      ours.erase(found);
    }
  }
  return base::fail({.fault = Fault::malformed, .what = "the journal answered for other keys"});
}

base::Result<void> SqlJournal::make_ready(std::string_view batch, std::span<const Prepared> jobs, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  if (jobs.size() > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many prepared jobs in one call"});
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows there, database_->run(kLockBatch, {std::string{batch}}));
    if (there.empty()) return base::fail({.fault = Fault::not_found, .what = "the journal has no such batch"});
    const auto number = number_at(there.front(), 0);
    std::vector<JobId> ids;
    for (const auto& item : jobs) {
      CICADA_CHECK(check_prepared(number, item));
      ids.push_back(item.job);
    }
    CICADA_TRY(auto rows, lock_jobs(ids));
    std::vector<std::size_t> made;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto& item = jobs[i];
      const auto found = rows.find(item.job);
      if (found == rows.end()) return base::fail({.fault = Fault::not_found, .what = "no such job", .at = i});
      auto& job = found->second;
      if (job.state != State::accepted) {
        if (!job.payload.pack.empty() && job.payload.digest == item.payload.digest) continue;
        return base::fail(
            {.fault = Fault::conflict, .what = "the job was prepared with other data, or needs none", .at = i});
      }
      job.payload = item.payload;
      job.ds = item.ds;
      job.state = State::ready;
      job.changed = true;
      made.push_back(i);
      CICADA_CHECK(record("prepare", actor, prepare_record(item)));
    }
    CICADA_CHECK(take_keys(jobs, made));
    CICADA_CHECK(needs_count(number));
    return write_jobs(rows);
  });
}

/// A number that was on a card stays its dossier's, as when the card is destroyed and no other made.
base::Result<void> SqlJournal::free_unless_issued(const JobRow& job) {
  if (job.fence > 0) {
    CICADA_TRY(const Rows cards, database_->run(kHadCard, {job.id}));
    if (!cards.empty()) return {};
  }
  return free_numbers(std::span{&job.id, 1});
}

base::Result<void> SqlJournal::decide(std::string_view dossier, State to, std::string_view reason, const Actor& actor) {
  CICADA_CHECK(check_operator(actor));
  if (to != State::accepted && to != State::rejected) {
    return base::fail({.fault = Fault::bad_input, .what = "a held dossier becomes accepted or rejected"});
  }
  if (!is_clean_text(reason, kMaxName)) return base::fail({.fault = Fault::bad_input, .what = "the reason is no text"});
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows found, database_->run(kFindJob, {std::string{dossier}}));
    if (found.empty()) return base::fail({.fault = Fault::not_found, .what = "the journal has no such dossier"});
    const JobId id = number_at(found.front(), 0);
    CICADA_CHECK(lock_batch(id));
    CICADA_TRY(auto jobs, lock_jobs(std::span{&id, 1}));
    auto& job = jobs[id];
    // Only what was good once has a day on which it became so.
    if (job.state == State::quarantined && job.done_at > 0) {
      if (to == State::accepted) return take_up_again(jobs, reason, actor);
      return base::fail({.fault = Fault::conflict, .what = "a card in quarantine is rejected by its destruction"});
    }
    if (job.state == State::quarantined) {
      return base::fail({.fault = Fault::conflict,
                         .what = "the dossier's card never was a good one",
                         .hint = "when it is found, destroy it and have another one made"});
    }
    // What is accepted and never prepared again (its records are gone) would keep its batch open for ever.
    const State from = job.state;
    const bool waits = from == State::accepted && to == State::rejected && job.chip.empty();
    if (from != State::held && !waits) {
      return base::fail({.fault = Fault::conflict, .what = "the dossier is not held"});
    }
    job.state = to;
    job.reason = reason;
    job.trail = 0;
    job.changed = true;
    if (to == State::rejected) CICADA_CHECK(free_unless_issued(job));
    CICADA_CHECK(
        record("decide", actor, {{"job", id}, {"from", to_string(from)}, {"to", to_string(to)}, {"reason", reason}}));
    CICADA_CHECK(reopen(id, actor));
    return write_jobs(jobs);
  });
}

base::Result<std::optional<Claim>> SqlJournal::find_dossier(std::string_view dossier) {
  CICADA_TRY(const Rows found, database_->run(kFindJob, {std::string{dossier}}));
  CICADA_TRY(auto claims, read_claims(found));
  if (claims.empty()) return std::optional<Claim>{};
  return std::optional{std::move(claims.front())};
}

}  // namespace cicada::host::journal
