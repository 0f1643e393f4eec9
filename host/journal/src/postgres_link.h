// libpq behind values that clean up: one connection, deadlines on everything, and what went wrong as an Error.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "sql.h"

namespace cicada::host::journal {

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// What a failed result means. An error without a state is a connection that is gone.
[[nodiscard]] base::Error postgres_error(const PGresult* result) noexcept;

/// One connection to one server. Never waits longer than the deadlines at its top for anything.
class PostgresLink {
 public:
  explicit PostgresLink(std::string url) : url_(std::move(url)) {}

  /// Connects if need be. Fails with transport.
  [[nodiscard]] base::Result<void> ensure();
  [[nodiscard]] bool alive() const noexcept { return handle_ != nullptr && PQstatus(handle_.get()) == CONNECTION_OK; }
  void drop() noexcept;
  /// Counts connections that were made.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  /// Statements without parameters.
  [[nodiscard]] base::Result<PgResult> execute(const std::string& statements);
  /// The same for what may take hours, because it goes through all rows.
  [[nodiscard]] base::Result<PgResult> execute_patiently(const std::string& statements);
  /// A statement that is prepared at its first use on a connection; `text` is a literal.
  struct Statement {
    std::string_view text;
    Row parameters = {};
  };
  /// All of them in one round trip, in order; after the first that fails none is executed. The result of the last.
  [[nodiscard]] base::Result<PgResult> run(const std::vector<Statement>& statements) {
    return run(statements, kAnswer);
  }
  /// One that may go through all rows there are: it has an hour.
  [[nodiscard]] base::Result<PgResult> run_long(const Statement& statement);

 private:
  /// A server that says nothing is given up after this: it gives up a statement after 60 seconds itself.
  static constexpr std::chrono::seconds kAnswer{70};
  struct Finish {
    void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
  };
  [[nodiscard]] base::Result<PgResult> run(const std::vector<Statement>& statements, std::chrono::seconds patience);
  [[nodiscard]] base::Result<std::string> prepare(std::string_view text);
  [[nodiscard]] base::Result<void> send(const std::string& name, const Row& parameters);
  /// The next result, nullptr at the end of a statement's. Fails when the server says nothing any more.
  [[nodiscard]] base::Result<PgResult> next(std::chrono::steady_clock::time_point until);
  /// Reads the results of what was sent last to their end.
  [[nodiscard]] base::Result<PgResult> result(std::chrono::seconds patience);
  [[nodiscard]] std::unexpected<base::Error> gone();
  [[nodiscard]] std::unexpected<base::Error> failed(const PGresult* result);
  [[nodiscard]] bool wait(std::chrono::steady_clock::time_point until, bool writing) noexcept;

  std::string url_;
  std::unique_ptr<PGconn, Finish> handle_;
  std::uint64_t number_ = 0;
  std::map<std::string_view, std::string> prepared_;
};

/// The rows of a result in binary form.
[[nodiscard]] Rows rows_of(const PGresult* result);
/// Columns of `rows` as arrays in binary form: of bigint, text or bytea. Statements take no other type of array.
[[nodiscard]] Row columns_as_arrays(const Rows& rows);

}  // namespace cicada::host::journal
