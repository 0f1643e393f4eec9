#include "leases.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace cicada::test {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

void run_sqlite(const std::string& file, const std::string& statement) {
  sqlite3* opened = nullptr;
  const bool there = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK;
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database{opened, sqlite3_close};
  constexpr int kPatience = 10'000;
  if (there) sqlite3_busy_timeout(opened, kPatience);
  if (!there || sqlite3_exec(opened, statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(fmt::format("{}: {}", file, sqlite3_errmsg(opened)));
  }
}

void run_postgres(const std::string& url, const std::string& statement) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(url.c_str()), PQfinish};
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(connection.get(), statement.c_str()), PQclear};
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
}

void run(std::string_view address, const std::string& statement) {
  if (address.starts_with(kSqlite)) return run_sqlite(std::string{address.substr(kSqlite.size())}, statement);
  run_postgres(std::string{address}, statement);
}

}  // namespace

void end_all_leases(std::string_view address) {
  run(address, "UPDATE job SET lease_until = 1 WHERE state = 2");
}

void prolong_all_leases(std::string_view address, std::chrono::milliseconds by) {
  run(address, fmt::format("UPDATE job SET lease_until = lease_until + {} WHERE state = 2", by.count()));
}

}  // namespace cicada::test
