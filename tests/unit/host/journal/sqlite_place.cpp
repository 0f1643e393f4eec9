#include <unistd.h>

#include <filesystem>

#include "place.h"

#include "harness.h"

namespace cicada::tests {
namespace {

class SqlitePlace final : public Place {
 public:
  SqlitePlace() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cicada-journal-XXXXXX").string();
    CHECK_TRUE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
  }
  ~SqlitePlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SqlitePlace(const SqlitePlace&) = delete;
  SqlitePlace& operator=(const SqlitePlace&) = delete;
  SqlitePlace(SqlitePlace&&) = delete;
  SqlitePlace& operator=(SqlitePlace&&) = delete;

  std::string address() const override { return "sqlite:" + (folder_ / "journal.db").string(); }
  std::string sql(const std::string& statement) override {
    return output_of("sqlite3 -batch '" + (folder_ / "journal.db").string() + "' \"" + statement + "\"");
  }
  void make_schema_newer() override { sql("PRAGMA user_version = 99"); }
  Scale scale() const override { return {.writers = 4, .jobs = 200}; }

 private:
  std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Place> new_place() {
  return std::make_unique<SqlitePlace>();
}

}  // namespace cicada::tests
