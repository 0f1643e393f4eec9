#include <filesystem>

#include "folder.h"
#include "place.h"
#include "schema.h"

#include "harness.h"

namespace cicada::tests {
namespace {

class SqlitePlace final : public Place {
 public:
  std::string address() const override { return "sqlite:" + (folder_ / "journal.db").string(); }
  std::string sql(const std::string& statement) override {
    return output_of("sqlite3 -batch '" + (folder_ / "journal.db").string() + "' \"" + statement + "\"");
  }
  void back_to_first_schema() override {
    const auto later = (folder_ / "later.db").string();
    std::filesystem::remove(later);
    sql("VACUUM INTO '" + later + "'");
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove((folder_ / "journal.db").string() + end);
    sql(std::string{host::journal::sqlite_migrations().front()} + "PRAGMA user_version = 1");
    for (const auto& table :
         rows_of(sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))) {
      const auto columns = sql("SELECT group_concat(name) FROM pragma_table_info('" + table + "')");
      sql("ATTACH '" + later + "' AS later; DELETE FROM " + table + "; INSERT INTO " + table + " (" + columns +
          ") SELECT " + columns + " FROM later." + table);
    }
  }
  void make_schema_newer() override { sql("PRAGMA user_version = 99"); }
  void make_schema_older() override {
    sql("DROP TABLE withdrawn; ALTER TABLE job DROP COLUMN presigned; ALTER TABLE batch DROP COLUMN counted; DROP "
        "TABLE closing; DROP INDEX "
        "chip_good; DROP INDEX chip_apart; DROP "
        "INDEX chip_signer; "
        "CREATE INDEX chip_signer ON chip (ds, chip); DROP INDEX repeated_conflict; ALTER TABLE repeated_dossier DROP "
        "COLUMN conflict; ALTER TABLE batch DROP "
        "COLUMN "
        "conflicts; ALTER TABLE batch ADD COLUMN csca BLOB NOT NULL DEFAULT x'';"
        "ALTER TABLE batch ADD COLUMN profile text NOT NULL DEFAULT ''; ALTER TABLE batch ADD COLUMN dialect text NOT "
        "NULL DEFAULT ''; "
        "UPDATE batch SET profile = (SELECT r.profile FROM recipe AS r WHERE r.number = batch.recipe), dialect = "
        "'cicada-1', csca = (SELECT r.csca FROM recipe AS r WHERE r.number = batch.recipe) WHERE recipe > 0; "
        "DROP INDEX job_pending; DROP INDEX job_leased; ALTER TABLE job DROP COLUMN recipe; ALTER TABLE batch DROP "
        "COLUMN recipe; DROP TABLE recipe; "
        "CREATE INDEX job_pending ON job (priority DESC, id) WHERE state = 1; CREATE INDEX job_leased ON job "
        "(lease_until) WHERE state = 2; "
        "PRAGMA user_version = 5");
  }
  Scale scale() const override { return {.writers = 4, .jobs = 200}; }

 private:
  Folder folder_;
};

}  // namespace

std::unique_ptr<Place> new_place() {
  return std::make_unique<SqlitePlace>();
}

}  // namespace cicada::tests
