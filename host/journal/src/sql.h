// What the journal asks of a database, in the words of two engines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::journal {

using Value = std::variant<std::monostate, std::int64_t, std::string, base::Bytes>;
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// A column that the statement promises; a column of another type reads as 0 or empty.
[[nodiscard]] std::int64_t number_at(const Row& row, std::size_t column) noexcept;
[[nodiscard]] const std::string& text_at(const Row& row, std::size_t column) noexcept;
[[nodiscard]] const base::Bytes& octets_at(const Row& row, std::size_t column) noexcept;

/// One statement with parameters $1, $2, ... One text where both engines understand it. " FOR UPDATE" at its end is
/// meant for PostgreSQL and is cut off for SQLite, whose transactions that write exclude each other.
struct Sql {
  std::string_view sqlite;
  std::string_view postgres;
  // NOLINTNEXTLINE(google-explicit-constructor): a statement is written in place.
  consteval Sql(const char* both) : sqlite(both), postgres(both) {}
  consteval Sql(const char* for_sqlite, const char* for_postgres) : sqlite(for_sqlite), postgres(for_postgres) {}
};

/// One statement over many rows: SQLite runs its text once a row, PostgreSQL once with an array a column.
struct Bulk {
  std::string_view sqlite;
  std::string_view postgres;
};

/// Inside this room: another transaction was in the way, this one must be made again from its start.
inline constexpr base::Fault kAgain = base::Fault::session_dead;

/// The one conflict that is nobody's row: the records of a chain are numbered, and somebody took the next numbers.
inline constexpr base::Error kForked{.fault = base::Fault::conflict,
                                     .what = "another process writes under this writer's name"};
[[nodiscard]] constexpr bool is_forked(const base::Error& error) noexcept {
  return error.what.view() == kForked.what.view();
}

/// Another that is nobody's row to look up: the index chip_good.
inline constexpr base::Error kSecondGood{.fault = base::Fault::conflict, .what = "two good cards for one job"};
[[nodiscard]] constexpr bool is_second_good(const base::Error& error) noexcept {
  return error.what.view() == kSecondGood.what.view();
}

/// One connection. Statements are prepared once. Errors: transport (away, or another process holds it too long), io
/// (disk full), malformed (damaged), conflict (a unique constraint; that of the audit log is kForked, that of good
/// cards kSecondGood), kAgain. An error holds nothing that was in a row.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  Database(Database&&) = delete;
  Database& operator=(Database&&) = delete;
  virtual ~Database() = default;

  [[nodiscard]] virtual base::Result<void> begin() = 0;
  [[nodiscard]] virtual base::Result<void> commit() = 0;
  virtual void rollback() noexcept = 0;
  [[nodiscard]] virtual base::Result<Rows> run(const Sql& statement, const Row& parameters) = 0;
  /// The same for one that may go through all rows there are: no deadline that the others have, but an hour.
  [[nodiscard]] virtual base::Result<Rows> run_long(const Sql& statement, const Row& parameters) = 0;
  /// All rows have the same number of values and, column by column, the same types. No rows: nothing is done.
  [[nodiscard]] virtual base::Result<Rows> each(const Bulk& statement, const Rows& rows) = 0;
  /// The same for a statement whose outcome is not looked at: it may wait, and then fails a later call, commit() at
  /// last.
  [[nodiscard]] virtual base::Result<void> later(const Bulk& statement, const Rows& rows) = 0;
  /// Statements without parameters, separated by semicolons.
  [[nodiscard]] virtual base::Result<void> script(std::string_view statements) = 0;

  /// Makes or completes the schema. With `may_create` false it only looks. Fails with conflict for a newer schema, and
  /// where nothing may be made, with not_found when there is none, unsupported for an older one.
  [[nodiscard]] virtual base::Result<void> migrate(bool may_create) = 0;
  /// Takes the writer's name for as long as this object lives. Fails with conflict when somebody has it.
  [[nodiscard]] virtual base::Result<void> hold_name(std::string_view writer) = 0;
  /// `count` new fences, ascending; nobody else is given any of them.
  [[nodiscard]] virtual base::Result<std::vector<std::int64_t>> next_fences(std::size_t count) = 0;
  /// Makes room for the jobs of a batch.
  [[nodiscard]] virtual base::Result<void> make_room(std::int64_t batch_number) = 0;
  /// Counts up when the connection was lost and made again: what was remembered from before may be wrong.
  [[nodiscard]] virtual std::uint64_t connection() const noexcept = 0;
};

/// Jobs of batch n have the numbers n << 32 | 1, 2, ...: the number tells the batch, and PostgreSQL the partition.
inline constexpr unsigned kBatchShift = 32;

[[nodiscard]] base::Result<std::unique_ptr<Database>> open_sqlite(std::string_view file, bool reader);
[[nodiscard]] base::Result<std::unique_ptr<Database>> open_postgres(std::string_view url, bool reader);

}  // namespace cicada::host::journal
