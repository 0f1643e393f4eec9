// A PostgreSQL server of a test's own: Debian's package, a new data folder, a Unix socket and no port.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace cicada::tests {

/// Started as root under the user postgres (the server refuses root), with fsync off: tests kill processes, not the
/// machine, and what a process wrote stays. `settings` may switch it on. The server dies with the thread that
/// started it, and its folder goes with this object, or with the next one when the test was killed. What fails throws,
/// which ends the test.
class PostgresServer {
 public:
  /// `settings`: more lines as "name=value".
  explicit PostgresServer(std::vector<std::string> settings = {});
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  PostgresServer(PostgresServer&&) = delete;
  PostgresServer& operator=(PostgresServer&&) = delete;
  ~PostgresServer();

  /// The one server of this executable, started at its first use.
  static PostgresServer& shared();

  /// "postgresql://..." of a database.
  [[nodiscard]] std::string url(const std::string& database = "postgres") const;
  /// Makes an empty database and gives its address.
  [[nodiscard]] std::string new_database();
  /// Makes an empty schema in the database postgres and gives an address that knows no other: a tenth of the time of a
  /// database.
  [[nodiscard]] std::string new_schema();
  /// Runs statements through psql; what it prints, without the last line end.
  std::string psql(const std::string& address, const std::string& statements) const;
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  void stop_fast();       ///< SIGINT: open transactions are rolled back, a checkpoint is made
  void stop_immediate();  ///< SIGQUIT: as after a power cut
  void start_again();     ///< on the same data; returns when the server takes connections

 private:
  void stop(int signal);

  std::filesystem::path folder_;
  std::vector<std::string> settings_;
  pid_t pid_ = -1;
  int made_ = 0;
};

}  // namespace cicada::tests
