#include <array>
#include <cstdint>

#include "schema.h"

namespace cicada::host::journal {
namespace {

// Times are milliseconds since 1970 (UTC). States are the numbers of the enumerations in state.h.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE counter (value INTEGER NOT NULL);
INSERT INTO counter VALUES (0);
CREATE TABLE writer (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE batch (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  province TEXT NOT NULL, district TEXT NOT NULL, commune TEXT NOT NULL,
  policy TEXT NOT NULL, announced INTEGER NOT NULL, manifest BLOB NOT NULL, priority INTEGER NOT NULL,
  taken_in INTEGER NOT NULL DEFAULT 0, opened_at INTEGER NOT NULL,
  close_chain TEXT, close_sequence INTEGER);
CREATE INDEX batch_open ON batch (number) WHERE close_chain IS NULL;
CREATE TABLE job (
  id INTEGER PRIMARY KEY, state INTEGER NOT NULL, trail INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0, lease_until INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL,
  dossier TEXT NOT NULL, version INTEGER NOT NULL,
  province TEXT NOT NULL, district TEXT NOT NULL, commune TEXT NOT NULL,
  team TEXT NOT NULL, machine TEXT NOT NULL, shift TEXT NOT NULL, station TEXT NOT NULL DEFAULT '',
  chip TEXT NOT NULL DEFAULT '', ds TEXT NOT NULL DEFAULT '',
  pack TEXT NOT NULL DEFAULT '', pack_offset INTEGER NOT NULL DEFAULT 0, pack_size INTEGER NOT NULL DEFAULT 0,
  pack_digest BLOB NOT NULL DEFAULT x'', findings TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  evidence BLOB NOT NULL DEFAULT x'', delivery INTEGER NOT NULL DEFAULT 0,
  changed_at INTEGER NOT NULL, done_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX job_pending ON job (priority DESC, id) WHERE state = 1;
CREATE INDEX job_leased ON job (lease_until) WHERE state = 2;
CREATE INDEX job_done ON job (done_at) WHERE done_at > 0;
CREATE INDEX job_in_hand ON job (station) WHERE state BETWEEN 3 AND 6;
CREATE TABLE dossier (
  job INTEGER PRIMARY KEY REFERENCES job (id), dossier TEXT NOT NULL, version INTEGER NOT NULL,
  content BLOB NOT NULL, number TEXT NOT NULL, portrait BLOB NOT NULL, current INTEGER NOT NULL);
CREATE UNIQUE INDEX dossier_current ON dossier (dossier) WHERE current = 1;
CREATE TABLE taken_number (number TEXT PRIMARY KEY, job INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE taken_portrait (portrait BLOB PRIMARY KEY, job INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE chip (
  chip TEXT PRIMARY KEY, state INTEGER NOT NULL, job INTEGER NOT NULL, ds TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX chip_signer ON chip (ds, chip) WHERE ds <> '';
CREATE TABLE chip_key (digest BLOB PRIMARY KEY, job INTEGER NOT NULL, chip TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE completion (job INTEGER PRIMARY KEY REFERENCES job (id), octets BLOB NOT NULL);
CREATE TABLE stock (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, lot TEXT NOT NULL, blanks INTEGER NOT NULL,
  chips INTEGER NOT NULL);
CREATE UNIQUE INDEX stock_lot ON stock (lot) WHERE kind = 'received';
CREATE TABLE line_order (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL);
INSERT INTO line_order VALUES (1, 0);
CREATE TABLE audit (
  chain TEXT NOT NULL, sequence INTEGER NOT NULL, json TEXT NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (chain, sequence)) WITHOUT ROWID;
)sql";

/// What a batch announced and another one had brought before.
constexpr std::string_view kRepeated = R"sql(
ALTER TABLE batch ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
CREATE TABLE repeated_dossier (
  batch INTEGER NOT NULL, dossier TEXT NOT NULL, version INTEGER NOT NULL, content BLOB NOT NULL, copy INTEGER NOT NULL,
  PRIMARY KEY (batch, dossier, version, content, copy)) WITHOUT ROWID;
CREATE INDEX dossier_retired ON dossier (dossier) WHERE current = 0;
)sql";

/// Whose signature closes a batch.
constexpr std::string_view kAuditKey = R"sql(
CREATE TABLE audit_key (number INTEGER PRIMARY KEY, point BLOB NOT NULL);
)sql";

/// What the jobs of a batch are made with.
constexpr std::string_view kRecipe = R"sql(
ALTER TABLE batch ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN dialect TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN csca BLOB NOT NULL DEFAULT x'';
)sql";

/// Closings that were signed before the key was written down: their key must be found again. A record's members are
/// sorted, so its action comes first.
constexpr std::string_view kEarlySignatures = R"sql(
CREATE TABLE early_signature (json TEXT NOT NULL);
INSERT INTO early_signature (json) SELECT json FROM audit WHERE substr(json, 1, 21) = '{"action":"signature"';
)sql";

/// Recipes of their own, so that a line claims what it can make: a job knows its one, and pending work is in order
/// under each.
constexpr std::string_view kRecipes = R"sql(
CREATE TABLE recipe (
  number INTEGER PRIMARY KEY, profile TEXT NOT NULL, dialect TEXT NOT NULL, content BLOB NOT NULL, csca BLOB NOT NULL,
  UNIQUE (profile, dialect, content, csca));
INSERT INTO recipe (profile, dialect, content, csca)
  SELECT DISTINCT profile, dialect, x'', csca FROM batch WHERE profile <> '';
ALTER TABLE batch ADD COLUMN recipe INTEGER NOT NULL DEFAULT 0;
UPDATE batch SET recipe = (SELECT r.number FROM recipe AS r WHERE r.profile = batch.profile
  AND r.dialect = batch.dialect AND r.csca = batch.csca) WHERE profile <> '';
ALTER TABLE batch DROP COLUMN profile;
ALTER TABLE batch DROP COLUMN dialect;
ALTER TABLE batch DROP COLUMN csca;
ALTER TABLE job ADD COLUMN recipe INTEGER NOT NULL DEFAULT 0;
UPDATE job SET recipe = (SELECT b.recipe FROM batch AS b WHERE b.number = job.id / 4294967296)
  WHERE job.id / 4294967296 IN (SELECT number FROM batch WHERE recipe > 0);
DROP INDEX job_pending;
DROP INDEX job_leased;
CREATE INDEX job_pending ON job (recipe, priority DESC, id) WHERE state = 1;
CREATE INDEX job_leased ON job (recipe, lease_until) WHERE state = 2;
)sql";

/// Dossiers that contradict what was there, told apart from those that were there. What an earlier program counted as
/// repeated stays so: the content that it was compared with may be gone.
constexpr std::string_view kConflicts = R"sql(
ALTER TABLE batch ADD COLUMN conflicts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repeated_dossier ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;
CREATE INDEX repeated_conflict ON repeated_dossier (batch, dossier, version) WHERE conflict = 1;
)sql";

/// Never two good cards for one job, held by the database itself. What a closing and a look at everything count is
/// found by index, or was written down when a batch closed. A signer's cards lie by their jobs, whose numbers grow.
/// (With the state in it SQLite counts good cards in the index alone.)
constexpr std::string_view kGoodCards = R"sql(
CREATE UNIQUE INDEX chip_good ON chip (job, state) WHERE state = 1;
CREATE INDEX chip_apart ON chip (state) WHERE state > 1;
DROP INDEX chip_signer;
CREATE INDEX chip_signer ON chip (ds, job, chip) WHERE ds <> '';
CREATE TABLE closing (
  batch INTEGER PRIMARY KEY, cards INTEGER NOT NULL, dossiers INTEGER NOT NULL, done INTEGER NOT NULL,
  rejected INTEGER NOT NULL, held INTEGER NOT NULL, quarantined INTEGER NOT NULL);
INSERT INTO closing (batch, cards, dossiers, done, rejected, held, quarantined)
  SELECT number, 0, 0, 0, 0, 0, 0 FROM batch WHERE close_chain IS NOT NULL;
UPDATE closing SET cards = g.cards FROM (SELECT job / 4294967296 AS batch, count(*) AS cards FROM chip WHERE state = 1
  GROUP BY 1) AS g WHERE g.batch = closing.batch;
UPDATE closing SET dossiers = g.dossiers FROM (SELECT job / 4294967296 AS batch, count(*) AS dossiers FROM dossier
  GROUP BY 1) AS g WHERE g.batch = closing.batch;
UPDATE closing SET done = g.done, rejected = g.rejected, held = g.held, quarantined = g.quarantined
  FROM (SELECT id / 4294967296 AS batch, sum(CASE state WHEN 7 THEN 1 ELSE 0 END) AS done,
    sum(CASE state WHEN 8 THEN 1 ELSE 0 END) AS rejected, sum(CASE state WHEN 9 THEN 1 ELSE 0 END) AS held,
    sum(CASE state WHEN 10 THEN 1 ELSE 0 END) AS quarantined FROM job GROUP BY 1) AS g WHERE g.batch = closing.batch;
)sql";

/// 1: since the blanks were counted last, no job of the batch became ready, nor is one that was. 2: since a count
/// began.
constexpr std::string_view kCounted = R"sql(
ALTER TABLE batch ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
)sql";

/// 1: the SOD was signed, and the chip's keys made if it has any, when the job was prepared: its data is for one chip.
/// An earlier program wrote down the keys that chips made, and no others. It also let such a job be made again, on a
/// second chip, with the keys of the one that was destroyed: what is not in hand of those is to be prepared again.
constexpr std::string_view kPresigned = R"sql(
ALTER TABLE job ADD COLUMN presigned INTEGER NOT NULL DEFAULT 0;
UPDATE job SET presigned = 1 WHERE ds <> '' AND id NOT IN (SELECT job FROM chip_key);
UPDATE job SET presigned = 1 WHERE ds = '' AND id IN (SELECT job FROM chip WHERE state > 1 AND state = 3 AND ds <> '')
  AND id NOT IN (SELECT job FROM chip_key);
CREATE TABLE withdrawn (job INTEGER PRIMARY KEY, state INTEGER NOT NULL);
INSERT INTO withdrawn (job, state) SELECT id, state FROM job WHERE presigned = 1 AND ds = '' AND state IN (1, 2);
UPDATE job SET state = 0, trail = 0, lease_until = 0, station = '', pack = '', pack_offset = 0, pack_size = 0,
  pack_digest = x'' WHERE id IN (SELECT job FROM withdrawn);
)sql";

constexpr std::array kMigrations{kFirst,   kRepeated,  kAuditKey,  kRecipe,  kEarlySignatures,
                                 kRecipes, kConflicts, kGoodCards, kCounted, kPresigned};

}  // namespace

std::span<const std::string_view> sqlite_migrations() noexcept {
  return kMigrations;
}

base::Result<void> check_schema_version(std::int64_t found, std::int64_t newest, bool may_change) {
  if (found > newest) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the journal's schema is newer than this program",
                       .hint = "use the program that made it, or a newer one"});
  }
  if (may_change || found == newest) return {};
  if (found == 0) return base::fail({.fault = base::Fault::not_found, .what = "there is no journal"});
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "the journal's schema is older than this program",
                     .hint = "a writer that opens it brings it up to date"});
}

}  // namespace cicada::host::journal
