// Batches: what they are, and what they announced and did not bring, because it was there before.
#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kFindBatch = {
    "SELECT number, province, district, commune, policy, announced, manifest, priority FROM batch WHERE id = $1"};
constexpr Sql kAddBatch = {
    "INSERT INTO batch (id, province, district, commune, policy, announced, manifest, priority, opened_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING number"};
/// A version that the batch brought itself, and that a later batch corrected, is a dossier of it still.
constexpr Bulk kAdd = {
    .sqlite =
        "INSERT INTO repeated_dossier (batch, dossier, version, content, copy) SELECT $1, $2, $3, $4, $5 "
        "WHERE NOT EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = $2 AND d.current = 0 AND d.version = $3 "
        "AND d.content = $4 AND $5 = 0 AND d.job BETWEEN $1 * 4294967296 AND $1 * 4294967296 + 4294967295) "
        "ON CONFLICT DO NOTHING RETURNING dossier, version, content, copy",
    .postgres =
        "INSERT INTO repeated_dossier (batch, dossier, version, content, copy) SELECT t.* "
        "FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[]) "
        "AS t (batch, dossier, version, content, copy) "
        "WHERE NOT EXISTS (SELECT 1 FROM dossier AS d WHERE d.dossier = t.dossier AND d.current = 0 "
        "AND d.version = t.version AND d.content = t.content AND t.copy = 0 "
        "AND d.job BETWEEN t.batch * 4294967296 AND t.batch * 4294967296 + 4294967295) "
        "ON CONFLICT DO NOTHING RETURNING dossier, version, content, copy"};
static_assert(kBatchShift == 32);
constexpr Bulk kDrop = {
    .sqlite =
        "DELETE FROM repeated_dossier WHERE batch = $1 AND dossier = $2 AND version = $3 AND content = $4 AND copy = "
        "$5 "
        "RETURNING batch",
    .postgres =
        "DELETE FROM repeated_dossier AS r USING "
        "unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[]) "
        "AS t (batch, dossier, version, content, copy) WHERE r.batch = t.batch AND r.dossier = t.dossier "
        "AND r.version = t.version AND r.content = t.content AND r.copy = t.copy RETURNING r.batch"};
constexpr Sql kInWork = {
    "SELECT b.id, b.recipe FROM batch AS b WHERE b.close_chain IS NULL AND EXISTS "
    "(SELECT 1 FROM job AS j WHERE j.id BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295 "
    "AND j.state BETWEEN 1 AND 6) ORDER BY b.number"};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::verified) == 6);
constexpr Sql kCount = {"UPDATE batch SET repeated = repeated + $2 WHERE number = $1"};

}  // namespace

base::Bytes optional_octets(const std::optional<Digest>& digest) {
  return digest ? to_octets(*digest) : base::Bytes{};
}

base::Result<void> check_unit(const Unit& unit) {
  if (is_clean_text(unit.province, kMaxName) && is_clean_text(unit.district, kMaxName) &&
      is_clean_text(unit.commune, kMaxName)) {
    return {};
  }
  return base::fail({.fault = Fault::bad_input, .what = "a unit's code is no text"});
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
    CICADA_CHECK(record("repeated", actor,
                        {{"batch", name},
                         {"dossier", text_at(row, 0)},
                         {"version", number_at(row, 1)},
                         {"content", base::to_hex(octets_at(row, 2))}}));
  }
  CICADA_CHECK(database_->run(
      kCount, {batch, static_cast<std::int64_t>(added.size()) - static_cast<std::int64_t>(dropped.size())}));
  return {};
}

}  // namespace cicada::host::journal
