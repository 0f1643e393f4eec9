#include "place.h"
#include "postgres_server.h"
#include "schema.h"

#include "harness.h"

namespace cicada::tests {
namespace {

/// Within the double quotes of a shell.
std::string for_shell(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

class PostgresPlace final : public Place {
 public:
  PostgresPlace() : address_(PostgresServer::shared().new_schema()) {}

  std::string address() const override { return address_; }
  std::string sql(const std::string& statement) override { return PostgresServer::shared().psql(address_, statement); }
  void back_to_first_schema() override {
    const auto name = sql("SELECT current_schema()");
    const auto later = name + "_later";
    sql("ALTER SCHEMA " + name + " RENAME TO " + later + "; CREATE SCHEMA " + name);
    sql(for_shell(host::journal::postgres_migrations().front()));
    const auto tables =
        rows_of(sql("SELECT table_name FROM information_schema.tables WHERE table_schema = '" + name + "'"));
    for (const auto& partition :
         rows_of(sql("SELECT c.relname || ' PARTITION OF job ' || pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits "
                     "AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = '" +
                     later + ".job'::regclass"))) {
      sql("CREATE TABLE " + partition);
    }
    for (const auto& table : tables) {
      const auto columns =
          sql("SELECT string_agg(column_name, ',') FROM information_schema.columns WHERE table_schema = '" + name +
              "' AND table_name = '" + table + "'");
      sql("DELETE FROM " + table + "; INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " +
          later + "." + table);
    }
    sql("SELECT setval('fence', (SELECT last_value FROM " + later + ".fence))");
    for (const std::string table : {"batch", "stock"}) {
      sql("SELECT setval(pg_get_serial_sequence('" + table + "', 'number'), (SELECT max(number) FROM " + table + "))");
    }
    sql("CREATE TABLE schema_migration (version bigint PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT "
        "clock_timestamp()); INSERT INTO schema_migration (version) VALUES (1); DROP SCHEMA " +
        later + " CASCADE");
  }
  void make_schema_newer() override { sql("INSERT INTO schema_migration (version) VALUES (99)"); }
  void make_schema_older() override {
    sql("DROP TABLE withdrawn; ALTER TABLE job DROP COLUMN presigned; ALTER TABLE batch DROP COLUMN counted; DROP "
        "TABLE closing; DROP INDEX "
        "chip_good; DROP INDEX chip_apart; DROP "
        "INDEX chip_signer; "
        "CREATE INDEX chip_signer ON chip (ds, chip); DROP INDEX repeated_conflict; ALTER TABLE repeated_dossier DROP "
        "COLUMN conflict; ALTER TABLE batch DROP "
        "COLUMN "
        "conflicts; ALTER TABLE batch ADD COLUMN csca bytea NOT NULL DEFAULT '';"
        "ALTER TABLE batch ADD COLUMN profile text NOT NULL DEFAULT ''; ALTER TABLE batch ADD COLUMN dialect text NOT "
        "NULL DEFAULT ''; "
        "UPDATE batch SET profile = (SELECT r.profile FROM recipe AS r WHERE r.number = batch.recipe), dialect = "
        "'cicada-1', csca = (SELECT r.csca FROM recipe AS r WHERE r.number = batch.recipe) WHERE recipe > 0; "
        "DROP INDEX job_pending; DROP INDEX job_leased; ALTER TABLE job DROP COLUMN recipe; ALTER TABLE batch DROP "
        "COLUMN recipe; DROP TABLE recipe; "
        "CREATE INDEX job_pending ON job (priority DESC, id) WHERE state = 1; CREATE INDEX job_leased ON job "
        "(lease_until) WHERE state = 2; "
        "DELETE FROM schema_migration WHERE version > 6");
  }
  Scale scale() const override { return {.writers = 32, .jobs = 5000}; }

 private:
  std::string address_;
};

}  // namespace

std::unique_ptr<Place> new_place() {
  return std::make_unique<PostgresPlace>();
}

}  // namespace cicada::tests
