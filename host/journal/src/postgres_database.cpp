// PostgreSQL: many processes, one database.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "postgres_link.h"
#include "schema.h"
#include "sql.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

/// Advisory locks of ours: the first number of the pair. "CICA"
constexpr int kMigrationLock = 0x43494341;
constexpr int kWriterLock = 0x43494342;
constexpr int kPartitionLock = 0x43494343;

constexpr std::int64_t kBatchesAPartition = 16;

/// How long a new process waits for a writer's name that somebody still has, and how often it looks.
constexpr std::chrono::milliseconds kPatienceForName{2000};
constexpr std::chrono::milliseconds kLookForName{10};

// Asked of the catalogue's rows: to_regclass() remembers what was not there, also across the wait for a lock.
constexpr std::string_view kHasVersions =
    "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'schema_migration' "
    "AND relnamespace = current_schema()::regnamespace)";
constexpr std::string_view kVersion = "SELECT CAST(coalesce(max(version), 0) AS bigint) FROM schema_migration";
constexpr std::string_view kTakeName =
    "SELECT pg_try_advisory_lock($1::int, hashtext(current_schema() || '/' || $2::text))";
constexpr std::string_view kFences = "SELECT nextval('fence') FROM generate_series(1, $1::bigint)";
constexpr std::string_view kBegin = "BEGIN";
constexpr std::string_view kCommit = "COMMIT";
constexpr std::string_view kHasPartition =
    "SELECT EXISTS (SELECT 1 FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = 'job'::regclass AND c.relname = $1::text)";

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, bool reader) : link_(std::move(url)), reader_(reader) {}

  // What answers nothing that is needed at once waits for the next statement that does: a round trip for all of them.
  base::Result<void> begin() override {
    CICADA_CHECK(connect());
    waiting_.push_back({.text = kBegin});
    in_transaction_ = true;
    return {};
  }
  base::Result<void> commit() override {
    waiting_.push_back({.text = kCommit});
    CICADA_TRY(const PgResult result, flush());
    in_transaction_ = false;
    // A transaction that failed answers COMMIT with ROLLBACK.
    if (std::string_view{PQcmdStatus(result.get())} == "COMMIT") return {};
    return base::fail({.fault = Fault::io, .what = "the database rolled the transaction back"});
  }
  void rollback() noexcept override {
    in_transaction_ = false;
    const bool begun = waiting_.empty() || waiting_.front().text.data() != kBegin.data();
    waiting_.clear();
    if (begun && link_.alive() && !link_.execute("ROLLBACK")) link_.drop();
  }
  base::Result<Rows> run(const Sql& statement, const Row& parameters) override {
    return query(statement.postgres, parameters);
  }
  base::Result<Rows> run_long(const Sql& statement, const Row& parameters) override {
    CICADA_CHECK(connect());
    if (!waiting_.empty()) CICADA_CHECK(flush());
    CICADA_TRY(const PgResult result, link_.run_long({.text = statement.postgres, .parameters = parameters}));
    return rows_of(result.get());
  }
  base::Result<Rows> each(const Bulk& statement, const Rows& rows) override {
    if (rows.empty()) return Rows{};
    return query(statement.postgres, columns_as_arrays(rows));
  }
  base::Result<void> later(const Bulk& statement, const Rows& rows) override {
    if (!rows.empty()) waiting_.push_back({.text = statement.postgres, .parameters = columns_as_arrays(rows)});
    return {};
  }
  base::Result<void> script(std::string_view statements) override {
    CICADA_CHECK(connect());
    if (!waiting_.empty()) CICADA_CHECK(flush());
    CICADA_CHECK(link_.execute(std::string{statements}));
    return {};
  }

  base::Result<void> migrate(bool may_create) override;
  base::Result<void> hold_name(std::string_view writer) override;
  base::Result<std::vector<std::int64_t>> next_fences(std::size_t count) override {
    CICADA_TRY(const Rows rows, query(kFences, {static_cast<std::int64_t>(count)}));
    std::vector<std::int64_t> fences;
    for (const auto& row : rows) fences.push_back(number_at(row, 0));
    std::ranges::sort(fences);
    return fences;
  }
  base::Result<void> make_room(std::int64_t batch_number) override;
  std::uint64_t connection() const noexcept override { return link_.number(); }

 private:
  base::Result<Rows> query(std::string_view text, const Row& parameters) {
    CICADA_CHECK(connect());
    waiting_.push_back({.text = text, .parameters = parameters});
    CICADA_TRY(const PgResult result, flush());
    return rows_of(result.get());
  }
  /// The result of the last that waited.
  base::Result<PgResult> flush() {
    if (!link_.alive()) return lost();
    return link_.run(std::exchange(waiting_, {}));
  }
  std::unexpected<base::Error> lost() {
    waiting_.clear();
    return base::fail({.fault = Fault::transport, .what = "the connection to the database was lost"});
  }
  base::Result<void> connect();
  base::Result<void> take_name();
  base::Result<std::int64_t> version();

  PostgresLink link_;
  std::vector<PostgresLink::Statement> waiting_;
  bool reader_;
  bool in_transaction_ = false;
  std::string name_;
};

/// Connects if need be; never in the middle of a transaction, which went with its connection.
base::Result<void> PostgresDatabase::connect() {
  if (link_.alive()) return {};
  if (in_transaction_) return lost();
  CICADA_CHECK(link_.ensure());
  if (reader_) CICADA_CHECK(link_.execute("SET default_transaction_read_only = on"));
  if (name_.empty()) return {};
  auto taken = take_name();
  if (taken) return {};
  link_.drop();
  if (taken.error().fault != Fault::conflict) return taken;
  // The name was ours: most likely the server has not noticed yet that its old client is gone.
  return base::fail(
      {.fault = Fault::transport, .what = "the database still holds the writer's name for a lost connection"});
}

base::Result<void> PostgresDatabase::take_name() {
  CICADA_TRY(const PgResult result, link_.run({{.text = kTakeName, .parameters = {std::int64_t{kWriterLock}, name_}}}));
  const Rows rows = rows_of(result.get());
  if (!rows.empty() && number_at(rows.front(), 0) == 1) return {};
  return base::fail({.fault = Fault::conflict,
                     .what = "another process writes under this writer's name",
                     .hint = "give each process its own"});
}

/// The server sees the end of a process that was killed a moment later than who starts the next one, and may still do
/// what that one had asked for last. Nothing is changed under its name before it is gone.
base::Result<void> PostgresDatabase::hold_name(std::string_view writer) {
  name_ = writer;
  const auto give_up = std::chrono::steady_clock::now() + kPatienceForName;
  for (;;) {
    auto taken = take_name();
    if (taken || taken.error().fault != Fault::conflict || std::chrono::steady_clock::now() >= give_up) return taken;
    std::this_thread::sleep_for(kLookForName);
  }
}

base::Result<std::int64_t> PostgresDatabase::version() {
  CICADA_TRY(const Rows there, query(kHasVersions, {}));
  if (there.empty() || number_at(there.front(), 0) == 0) return 0;
  CICADA_TRY(const Rows rows, query(kVersion, {}));
  return rows.empty() ? 0 : number_at(rows.front(), 0);
}

base::Result<void> PostgresDatabase::migrate(bool may_create) {
  const auto newest = static_cast<std::int64_t>(postgres_migrations().size());
  CICADA_TRY(const auto before, version());
  CICADA_CHECK(check_schema_version(before, newest, may_create));
  if (before == newest) return {};
  CICADA_CHECK(begin());
  auto done = [&]() -> base::Result<void> {
    // One process makes the changes; the others wait here and find them made. Whole tables are gone through: until the
    // end of this transaction the server has no deadline, we have a day, and the plans are the server's.
    CICADA_CHECK(
        script("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL enable_seqscan = on;"
               "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"));
    CICADA_CHECK(link_.execute_patiently(fmt::format("SELECT pg_advisory_xact_lock({}, 0)", kMigrationLock)));
    CICADA_TRY(const auto now, version());
    CICADA_CHECK(check_schema_version(now, newest, may_create));
    if (now == 0) {
      CICADA_CHECK(
          link_.execute("CREATE TABLE IF NOT EXISTS schema_migration (version bigint PRIMARY KEY, "
                        "made_at timestamptz NOT NULL DEFAULT clock_timestamp())"));
    }
    for (auto i = now; i < newest; ++i) {
      const auto changed = link_.execute_patiently(std::string{postgres_migrations()[static_cast<std::size_t>(i)]});
      if (!changed) return base::fail(is_second_good(changed.error()) ? kTwoGoodCards : changed.error());
      CICADA_CHECK(script(fmt::format("INSERT INTO schema_migration (version) VALUES ({})", i + 1)));
    }
    // Behind a synchronous standby this waits for all of it to be there.
    CICADA_CHECK(link_.execute_patiently("COMMIT"));
    in_transaction_ = false;
    return {};
  }();
  if (!done) rollback();
  return done;
}

base::Result<void> PostgresDatabase::make_room(std::int64_t batch_number) {
  const auto part = batch_number / kBatchesAPartition;
  const std::string name = fmt::format("job_p{}", part);
  CICADA_TRY(const Rows there, query(kHasPartition, {name}));
  if (!there.empty() && number_at(there.front(), 0) == 1) return {};
  CICADA_CHECK(script(fmt::format("SELECT pg_advisory_xact_lock({}, 0)", kPartitionLock)));
  CICADA_TRY(const Rows by_now, query(kHasPartition, {name}));
  if (!by_now.empty() && number_at(by_now.front(), 0) == 1) return {};
  // Made apart and attached, which does not stop those who read and write the other partitions. A row is changed some
  // six times: room in its page keeps the new versions beside the old.
  const auto from = (part * kBatchesAPartition) << kBatchShift;
  const auto to = ((part + 1) * kBatchesAPartition) << kBatchShift;
  CICADA_CHECK(script(fmt::format(
      "CREATE TABLE {0} (LIKE job INCLUDING ALL) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);"
      "ALTER TABLE job ATTACH PARTITION {0} FOR VALUES FROM ({1}) TO ({2})",
      name, from, to)));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Database>> open_postgres(std::string_view url, bool reader) {
  auto database = std::make_unique<PostgresDatabase>(std::string{url}, reader);
  CICADA_CHECK(database->migrate(!reader));
  return database;
}

}  // namespace cicada::host::journal
