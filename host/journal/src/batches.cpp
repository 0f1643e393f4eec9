// Batches: what they are, and what they announced and did not bring, because it was there before.
#include <algorithm>
#include <array>

#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kFindBatch = {
    "SELECT number, province, district, commune, policy, announced, manifest, priority FROM batch WHERE id = $1"};
constexpr Sql kAddBatch = {
    "INSERT INTO batch (id, province, district, commune, policy, announced, manifest, priority, opened_at, counted) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT DO NOTHING RETURNING number"};
/// A version that the batch brought itself, and that a later batch corrected, is a dossier of it still.
constexpr Bulk kAdd = {
    .sqlite =
        "INSERT INTO repeated_dossier (batch, dossier, version, content, copy, conflict) SELECT $1, $2, $3, $4, $5, $6 "
        "WHERE NOT EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = $2 AND d.current = 0 AND d.version = $3 "
        "AND d.content = $4 AND $5 = 0 AND d.job BETWEEN $1 * 4294967296 AND $1 * 4294967296 + 4294967295) "
        "ON CONFLICT DO NOTHING RETURNING dossier, version, content, conflict",
    .postgres =
        "INSERT INTO repeated_dossier (batch, dossier, version, content, copy, conflict) "
        "SELECT t.batch, t.dossier, t.version, t.content, t.copy, t.conflict "
        "FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[]) "
        "AS t (batch, dossier, version, content, copy, conflict) "
        "WHERE NOT EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = t.dossier AND d.current = 0 "
        "AND d.version = t.version AND d.content = t.content AND t.copy = 0 "
        "AND d.job BETWEEN t.batch * 4294967296 AND t.batch * 4294967296 + 4294967295) "
        "ON CONFLICT DO NOTHING RETURNING dossier, version, content, conflict"};
/// What was there before it was corrected contradicts nothing. Corrected by another batch it is still a row of its own;
/// corrected by its own batch it was overwritten, and is repeated there. A version that was overwritten under schema 1,
/// which kept no repeated ones, is nowhere any more: that one counts as a contradiction.
constexpr Bulk kWereThere = {
    .sqlite =
        "SELECT $4 WHERE EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = $1 AND d.current = 0 "
        "AND d.version = $2 AND d.content = $3) "
        "OR EXISTS (SELECT 1 FROM dossier AS d JOIN repeated_dossier AS r ON r.batch = d.job / 4294967296 "
        "AND r.dossier = d.dossier WHERE d.dossier = $1 AND d.current = 1 "
        "AND r.version = $2 AND r.content = $3 AND r.conflict = 0) "
        "OR EXISTS (SELECT 1 FROM dossier AS d JOIN repeated_dossier AS r ON r.batch = d.job / 4294967296 "
        "AND r.dossier = d.dossier WHERE d.dossier = $1 AND d.current = 0 "
        "AND r.version = $2 AND r.content = $3 AND r.conflict = 0)",
    .postgres =
        "SELECT t.number FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bigint[]) "
        "AS t (dossier, version, content, number) "
        "WHERE EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = t.dossier AND d.current = 0 "
        "AND d.version = t.version AND d.content = t.content) "
        "OR EXISTS (SELECT 1 FROM dossier AS d JOIN repeated_dossier AS r ON r.batch = d.job / 4294967296 "
        "AND r.dossier = d.dossier WHERE d.dossier = t.dossier AND d.current = 1 "
        "AND r.version = t.version AND r.content = t.content AND r.conflict = 0) "
        "OR EXISTS (SELECT 1 FROM dossier AS d JOIN repeated_dossier AS r ON r.batch = d.job / 4294967296 "
        "AND r.dossier = d.dossier WHERE d.dossier = t.dossier AND d.current = 0 "
        "AND r.version = t.version AND r.content = t.content AND r.conflict = 0)"};
static_assert(kBatchShift == 32);
constexpr Bulk kDrop = {
    .sqlite =
        "DELETE FROM repeated_dossier WHERE batch = $1 AND dossier = $2 AND version = $3 AND content = $4 AND copy = "
        "$5 "
        "RETURNING conflict",
    .postgres =
        "DELETE FROM repeated_dossier AS r USING "
        "unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[]) "
        "AS t (batch, dossier, version, content, copy) WHERE r.batch = t.batch AND r.dossier = t.dossier "
        "AND r.version = t.version AND r.content = t.content AND r.copy = t.copy RETURNING r.conflict"};
/// A closed batch had it held, and has it rejected now.
constexpr Sql kNoLongerHeld = {"UPDATE closing SET held = held - 1, rejected = rejected + 1 WHERE batch = $1"};
constexpr Sql kInWork = {
    "SELECT b.id, b.recipe FROM batch AS b WHERE b.close_chain IS NULL AND EXISTS "
    "(SELECT 1 FROM job AS j WHERE j.id BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295 "
    "AND j.state BETWEEN 1 AND 6) ORDER BY b.number"};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::verified) == 6);
constexpr Sql kCount = {"UPDATE batch SET repeated = repeated + $2, conflicts = conflicts + $3 WHERE number = $1"};
/// What contradicted a dossier when it came. That is history: a correction that comes later takes none of it back.
constexpr Sql kConflicts = {
    "SELECT b.id, r.dossier, r.version FROM repeated_dossier AS r JOIN batch AS b ON b.number = r.batch "
    "WHERE r.conflict = 1 AND ($1 = 0 OR r.batch = $1) ORDER BY r.batch, r.dossier, r.version LIMIT $2"};

}  // namespace

base::Bytes optional_octets(const std::optional<Digest>& digest) {
  return digest ? to_octets(*digest) : base::Bytes{};
}

base::Result<void> SqlJournal::add_batch(const Batch& batch, const Actor& actor) {
  CICADA_CHECK(check_name(batch.id));
  CICADA_CHECK(check_actor(actor));
  CICADA_CHECK(check_unit(batch.unit));
  if (!is_clean_text(batch.recipe.profile, kMaxName) || !is_clean_text(batch.recipe.dialect, kMaxName)) {
    return base::fail({.fault = Fault::bad_input, .what = "a batch's profile or dialect is no text"});
  }
  if (!is_clean_text(batch.policy, kMaxName) || batch.announced > (std::uint64_t{1} << 31U)) {
    return base::fail({.fault = Fault::bad_input, .what = "a batch's policy is no text, or it announces too many"});
  }
  const auto announced = static_cast<std::int64_t>(batch.announced);
  const Row wanted{batch.unit.province,
                   batch.unit.district,
                   batch.unit.commune,
                   batch.policy,
                   announced,
                   optional_octets(batch.manifest),
                   std::int64_t{batch.priority}};
  return change([&]() -> base::Result<void> {
    Row row{batch.id};
    row.insert(row.end(), wanted.begin(), wanted.end());
    row.emplace_back(milliseconds_now());
    CICADA_TRY(const Rows added, database_->run(kAddBatch, row));
    if (added.empty()) {
      CICADA_TRY(const Rows there, database_->run(kFindBatch, {batch.id}));
      if (there.empty()) return base::fail({.fault = kAgain, .what = "a batch came and went"});
      if (std::equal(wanted.begin(), wanted.end(), there.front().begin() + 1, there.front().end()))
        return note_recipe(batch, actor);
      return base::fail({.fault = Fault::conflict, .what = "a batch of this name is there, and it is another"});
    }
    CICADA_CHECK(database_->make_room(number_at(added.front(), 0)));
    nlohmann::json fields{{"batch", batch.id}, {"announced", announced}, {"policy", batch.policy}};
    if (batch.manifest) fields["manifest"] = base::to_hex(*batch.manifest);
    CICADA_CHECK(record("batch", actor, std::move(fields)));
    return note_recipe(batch, actor);
  });
}

base::Result<std::vector<Batch>> SqlJournal::batches_in_work() {
  CICADA_TRY(const Rows rows, database_->run(kInWork, {}));
  std::vector<Batch> batches;
  for (const auto& row : rows) {
    CICADA_TRY(auto recipe, recipe_of(number_at(row, 1)));
    batches.push_back({.id = text_at(row, 0), .recipe = std::move(recipe)});
  }
  return batches;
}

base::Result<void> SqlJournal::note_repeated(std::int64_t batch, const Rows& repeated, const Rows& own,
                                             const Actor& actor) {
  CICADA_TRY(const Rows dropped, database_->each(kDrop, own));
  CICADA_TRY(const Rows added, database_->each(kAdd, repeated));
  if (dropped.empty() && added.empty()) return {};
  CICADA_TRY(const std::string name, batch_name(batch));
  for (const auto& row : added) {
    CICADA_CHECK(record(number_at(row, 3) == 0 ? "repeated" : "conflict", actor,
                        {{"batch", name},
                         {"dossier", text_at(row, 0)},
                         {"version", number_at(row, 1)},
                         {"content", base::to_hex(octets_at(row, 2))}}));
  }
  std::array<std::int64_t, 2> change{};  // repeated, conflicts
  for (const auto& row : added) ++change.at(number_at(row, 3) == 0 ? 0 : 1);
  for (const auto& row : dropped) --change.at(number_at(row, 0) == 0 ? 0 : 1);
  CICADA_CHECK(database_->run(kCount, {batch, change[0], change[1]}));
  return {};
}

base::Result<void> SqlJournal::note_superseded(const std::map<JobId, State>& jobs, const Actor& actor) {
  // A closing that counts at this moment either sees what changes here, or has written down what is corrected here.
  std::int64_t locked = 0;
  for (const auto& [job, state] : jobs) {
    if (state != State::held || (job >> kBatchShift) == locked) continue;
    locked = job >> kBatchShift;
    CICADA_CHECK(lock_batch(job));
  }
  for (const auto& [job, state] : jobs) {
    CICADA_CHECK(
        record("superseded", actor, {{"job", job}, {"from", to_string(state)}, {"to", to_string(State::rejected)}}));
    if (state == State::held) CICADA_CHECK(database_->run(kNoLongerHeld, {job >> kBatchShift}));
  }
  return {};
}

base::Result<Rows> SqlJournal::were_there(const Rows& versions) {
  return database_->each(kWereThere, versions);
}

base::Result<std::vector<Conflict>> SqlJournal::conflicts(std::string_view batch, std::size_t most) {
  std::int64_t number = 0;
  if (!batch.empty()) {
    CICADA_TRY(number, batch_number(batch));
  }
  const auto limit = static_cast<std::int64_t>(std::min(most, kMaxRows));
  CICADA_TRY(const Rows rows, database_->run(kConflicts, {number, limit}));
  std::vector<Conflict> found;
  for (const auto& row : rows) {
    found.push_back({.batch = text_at(row, 0),
                     .dossier = text_at(row, 1),
                     .version = static_cast<std::uint32_t>(number_at(row, 2))});
  }
  return found;
}

}  // namespace cicada::host::journal
