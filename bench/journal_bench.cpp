// bench/journal: how many cards a second the journal lets through, and what a claim and a check of uniqueness cost when
// there are ten thousand rows and when there are ten million.
//
//   build/bench/journal throughput [postgres|sqlite|ADDRESS] [STATIONS] [CARDS]
//   build/bench/journal curve [postgres|sqlite] [ROWS]      ROWS: 1000000 if not said; 10000000 takes ten minutes, and
//   20 GB
//   build/bench/journal backlog [postgres|sqlite] [ROWS]    all of them jobs that wait, through the journal's own calls
//
// PostgreSQL is started on a new folder under TMPDIR, as the tests start it: fsync on, everything else as it comes.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "folder.h"
#include "journal_scene.h"
#include "postgres_server.h"

namespace {

using namespace cicada::bench;
using cicada::tests::Folder;
using cicada::tests::PostgresServer;

std::unique_ptr<PostgresServer> start_server() {
  return std::make_unique<PostgresServer>(
      std::vector<std::string>{"max_wal_size=4GB", "fsync=on", "shared_buffers=1GB"});
}

/// Finished cards of batch 1000000, in the columns of schema_postgres.cpp; octets that are as random as digests. What
/// is asked by value is loaded without its index, which is made afterwards: ten million rows take minutes.
constexpr const char* kFill =
    R"(INSERT INTO batch (number, id, province, district, commune, policy, announced, manifest, priority, opened_at, close_chain)
  VALUES (1000000, 'old', '01', '', '', 'law-2024', 0, '', 0, 0, 'line') ON CONFLICT DO NOTHING;
DO 'BEGIN IF to_regclass(''job_p62500'') IS NULL THEN
  CREATE TABLE job_p62500 (LIKE job INCLUDING ALL) WITH (fillfactor = 70); ALTER TABLE job
  ATTACH PARTITION job_p62500 FOR VALUES FROM (4294967296000000) TO (4295036015476736); END IF; END';
INSERT INTO job (id, state, trail, fence, priority, dossier, version, province, district, commune, team, machine, shift,
  station, chip, ds, pack, pack_digest, findings, evidence, changed_at, done_at)
  SELECT (1000000::bigint << 32) + i, 7, 248, i, 0, '01-2025-' || lpad(i::text, 9, '0'), 1, '01', '', lpad((i % 579)::text, 5, '0'),
  'T1', 'M1', '1', 's1', left(md5(i::text), 20), '01', '0001.pack', sha256(i::text::bytea), '', sha256(i::text::bytea), 1, 1
  FROM generate_series({0}::bigint, {1}::bigint) AS i;
ALTER TABLE dossier DROP CONSTRAINT dossier_pkey;
DROP INDEX dossier_current;
ALTER TABLE taken_number DROP CONSTRAINT taken_number_pkey;
ALTER TABLE taken_portrait DROP CONSTRAINT taken_portrait_pkey;
ALTER TABLE chip DROP CONSTRAINT chip_pkey;
DROP INDEX chip_signer;
DROP INDEX chip_good;
ALTER TABLE chip_key DROP CONSTRAINT chip_key_pkey;
INSERT INTO dossier (job, dossier, version, content, number, portrait, current)
  SELECT (1000000::bigint << 32) + i, '01-2025-' || lpad(i::text, 9, '0'), 1, sha256(('c' || i)::bytea),
  lpad(((i * 7919) % 99999999977)::text, 12, '0'), sha256(('p' || i)::bytea), 1 FROM generate_series({0}::bigint, {1}::bigint) AS i;
INSERT INTO taken_number (number, job) SELECT number, job FROM dossier
  WHERE job BETWEEN (1000000::bigint << 32) + {0} AND (1000000::bigint << 32) + {1};
INSERT INTO taken_portrait (portrait, job) SELECT portrait, job FROM dossier
  WHERE job BETWEEN (1000000::bigint << 32) + {0} AND (1000000::bigint << 32) + {1};
INSERT INTO chip (chip, state, job, ds, reason) SELECT upper(left(md5(i::text), 20)), 1, (1000000::bigint << 32) + i, '01', ''
  FROM generate_series({0}::bigint, {1}::bigint) AS i;
INSERT INTO chip_key (digest, job, chip) SELECT sha256((k || i)::bytea), (1000000::bigint << 32) + i, upper(left(md5(i::text), 20))
  FROM generate_series({0}::bigint, {1}::bigint) AS i, (VALUES ('a'), ('b')) AS two (k);
SET maintenance_work_mem = '1GB'; ALTER TABLE dossier ADD PRIMARY KEY (job);
SET maintenance_work_mem = '1GB'; CREATE UNIQUE INDEX dossier_current ON dossier (dossier) WHERE current = 1;
SET maintenance_work_mem = '1GB'; ALTER TABLE taken_number ADD PRIMARY KEY (number);
SET maintenance_work_mem = '1GB'; ALTER TABLE taken_portrait ADD PRIMARY KEY (portrait);
SET maintenance_work_mem = '1GB'; ALTER TABLE chip ADD PRIMARY KEY (chip);
SET maintenance_work_mem = '1GB'; CREATE INDEX chip_signer ON chip (ds, job, chip) WHERE ds <> '';
SET maintenance_work_mem = '1GB'; CREATE UNIQUE INDEX chip_good ON chip (job) WHERE state = 1;
SET maintenance_work_mem = '1GB'; ALTER TABLE chip_key ADD PRIMARY KEY (digest);
VACUUM ANALYZE;
CHECKPOINT)";

constexpr const char* kSizes = R"(CREATE EXTENSION IF NOT EXISTS pageinspect;
SELECT format('%s rows=%s table=%s octets a row, index %s=%s octets a row, levels=%s', t.relname, t.reltuples::bigint,
  round(pg_relation_size(t.oid) / t.reltuples), i.relname, round(pg_relation_size(i.oid) / t.reltuples),
  (bt_metap(i.oid::regclass::text)).level + 1)
FROM pg_class AS t JOIN pg_index AS x ON x.indrelid = t.oid JOIN pg_class AS i ON i.oid = x.indexrelid
WHERE t.relname IN ('job_p62500', 'dossier', 'taken_number', 'taken_portrait', 'chip', 'chip_key') AND i.relkind = 'i'
  AND t.reltuples > 0 ORDER BY t.relname, i.relname)";

Engine postgres_engine(PostgresServer& server) {
  Engine engine{.name = "postgres", .address = server.new_schema(), .add_rows = {}, .sizes = {}};
  const std::string address = engine.address;
  engine.add_rows = [&server, address](std::uint64_t from, std::uint64_t to) {
    // A statement a line end and semicolon: VACUUM does not run in a transaction with others.
    std::string script = fmt::format(fmt::runtime(kFill), from, to);
    for (std::size_t at = 0; at < script.size();) {
      const auto end = std::min(script.find(";\n", at), script.size());
      server.psql(address, script.substr(at, end - at));
      at = end + 2;
    }
  };
  engine.sizes = [&server, address] { return server.psql(address, kSizes) + "\n"; };
  return engine;
}

int throughput(int argc, char** argv) {
  const std::string where = argc > 2 ? argv[2] : "postgres";
  const std::size_t stations = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 8;
  const std::size_t cards = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 20'000;
  if (where == "postgres") {
    const auto server = start_server();
    measure_throughput(server->new_database(), stations, cards);
  } else if (where == "sqlite") {
    const Folder folder;
    measure_throughput("sqlite:" + (folder / "journal.db").string(), stations, cards);
  } else {
    measure_throughput(where, stations, cards);
  }
  return 0;
}

int curve(int argc, char** argv) {
  const std::string where = argc > 2 ? argv[2] : "postgres";
  const std::uint64_t most = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1'000'000;
  if (where == "sqlite") {
    const Folder folder;
    measure_curve(sqlite_engine(folder.path().string()), most);
  } else {
    const auto server = start_server();
    measure_curve(postgres_engine(*server), most);
  }
  return 0;
}

int backlog(int argc, char** argv) {
  const std::string where = argc > 2 ? argv[2] : "postgres";
  const std::uint64_t most = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1'000'000;
  if (where == "sqlite") {
    const Folder folder;
    measure_backlog(where, "sqlite:" + (folder / "journal.db").string(), most);
  } else {
    const auto server = start_server();
    measure_backlog(where, server->new_database(), most);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "throughput") return throughput(argc, argv);
  if (what == "curve") return curve(argc, argv);
  if (what == "backlog") return backlog(argc, argv);
  std::fputs(
      "journal throughput [postgres|sqlite|ADDRESS] [STATIONS] [CARDS]\njournal curve [postgres|sqlite] [ROWS]\n"
      "journal backlog [postgres|sqlite] [ROWS]\n",
      stderr);
  return 2;
}
