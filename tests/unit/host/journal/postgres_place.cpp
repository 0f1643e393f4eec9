#include "place.h"
#include "postgres_server.h"

#include "harness.h"

namespace cicada::tests {
namespace {

class PostgresPlace final : public Place {
 public:
  PostgresPlace() : address_(PostgresServer::shared().new_schema()) {}

  std::string address() const override { return address_; }
  std::string sql(const std::string& statement) override { return PostgresServer::shared().psql(address_, statement); }
  void make_schema_newer() override { sql("INSERT INTO schema_migration (version) VALUES (99)"); }
  Scale scale() const override { return {.writers = 32, .jobs = 5000}; }

 private:
  std::string address_;
};

}  // namespace

std::unique_ptr<Place> new_place() {
  return std::make_unique<PostgresPlace>();
}

}  // namespace cicada::tests
