// SQLite: one file, one writing transaction at a time.
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <numeric>

#include "schema.h"
#include "sql.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr int kBusyMilliseconds = 10'000;
constexpr std::size_t kMaxStatements = 256;

/// SQLite's extended result codes; the primary code is their lower octet.
base::Error error_of(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.fault = Fault::transport,
              .what = "another process is writing to the journal",
              .hint = "try again; one machine's stations belong into one process"};
    case SQLITE_FULL: return {.fault = Fault::io, .what = "the disk is full", .hint = "free space and try again"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {.fault = Fault::malformed, .what = "the journal's file is damaged or no journal", .hint = "see backups"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY: return {.fault = Fault::io, .what = "the journal's file or folder may not be written"};
    case SQLITE_CONSTRAINT: return {.fault = Fault::conflict, .what = "the journal has this already"};
    case SQLITE_IOERR: return {.fault = Fault::io, .what = "the journal's file cannot be read or written"};
    default: break;
  }
  return {.fault = Fault::io, .what = "SQLite refused", .at = static_cast<std::uint64_t>(code)};
}

/// The same of the last call. Which constraint it was the library says in words alone: the columns.
base::Error last_error(sqlite3* handle) noexcept {
  const int code = sqlite3_extended_errcode(handle);
  if ((code & 0xFF) != SQLITE_CONSTRAINT) return error_of(code);
  const std::string_view words{sqlite3_errmsg(handle)};
  if (words.find("audit.sequence") != std::string_view::npos) return kForked;
  if (words.find("chip.job") != std::string_view::npos) return kSecondGood;
  return error_of(code);
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }
};

/// A file that is locked while this lives, by this object alone.
class NameLock {
 public:
  explicit NameLock(int descriptor) noexcept : descriptor_(descriptor) {}
  NameLock(const NameLock&) = delete;
  NameLock& operator=(const NameLock&) = delete;
  NameLock(NameLock&&) = delete;
  NameLock& operator=(NameLock&&) = delete;
  ~NameLock() { ::close(descriptor_); }

 private:
  int descriptor_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<sqlite3, Close> handle, std::string file)
      : handle_(std::move(handle)), file_(std::move(file)) {}

  base::Result<void> begin() override { return script("BEGIN IMMEDIATE"); }
  base::Result<void> commit() override { return script("COMMIT"); }
  void rollback() noexcept override { sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }

  base::Result<Rows> run(const Sql& statement, const Row& parameters) override {
    CICADA_TRY(sqlite3_stmt* const prepared, prepare(statement.sqlite));
    Rows rows;
    CICADA_CHECK(step(prepared, parameters, rows));
    return rows;
  }
  base::Result<Rows> run_long(const Sql& statement, const Row& parameters) override {
    return run(statement, parameters);
  }
  base::Result<Rows> each(const Bulk& statement, const Rows& rows) override {
    CICADA_TRY(sqlite3_stmt* const prepared, prepare(statement.sqlite));
    Rows found;
    for (const auto& row : rows) CICADA_CHECK(step(prepared, row, found));
    return found;
  }
  base::Result<void> later(const Bulk& statement, const Rows& rows) override {
    CICADA_CHECK(each(statement, rows));
    return {};
  }
  base::Result<void> script(std::string_view statements) override {
    const int code = sqlite3_exec(handle_.get(), std::string{statements}.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return base::fail(last_error(handle_.get()));
    return {};
  }

  base::Result<void> migrate(bool may_create) override;
  base::Result<void> hold_name(std::string_view writer) override;
  base::Result<std::vector<std::int64_t>> next_fences(std::size_t count) override {
    CICADA_TRY(const Rows rows,
               run("UPDATE counter SET value = value + $1 RETURNING value", {static_cast<std::int64_t>(count)}));
    std::vector<std::int64_t> fences(rows.empty() ? 0 : count);
    if (!fences.empty())
      std::iota(fences.begin(), fences.end(), number_at(rows.front(), 0) - static_cast<std::int64_t>(count) + 1);
    return fences;
  }
  base::Result<void> make_room(std::int64_t) override { return {}; }
  std::uint64_t connection() const noexcept override { return 0; }

 private:
  base::Result<sqlite3_stmt*> prepare(std::string_view text);
  base::Result<void> step(sqlite3_stmt* statement, const Row& parameters, Rows& rows);
  base::Result<void> bind(sqlite3_stmt* statement, const Row& parameters);

  std::unique_ptr<sqlite3, Close> handle_;
  std::string file_;
  std::unique_ptr<NameLock> name_;
  /// By the address of the text, which is a literal.
  std::map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

base::Result<sqlite3_stmt*> SqliteDatabase::prepare(std::string_view text) {
  const auto found = statements_.find(text.data());
  if (found != statements_.end()) return found->second.get();
  if (statements_.size() >= kMaxStatements) {
    return base::fail({.fault = Fault::limit, .what = "too many kinds of statement"});
  }
  const char* const key = text.data();
  constexpr std::string_view kLock = " FOR UPDATE";
  if (text.ends_with(kLock)) text.remove_suffix(kLock.size());
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return base::fail(error_of(sqlite3_extended_errcode(handle_.get())));
  statements_[key].reset(statement);
  return statement;
}

base::Result<void> SqliteDatabase::bind(sqlite3_stmt* statement, const Row& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const int at = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (at == 0) continue;  // the other engine's text uses it
    const auto& value = parameters[i];
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      code = sqlite3_bind_int64(statement, at, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      code = sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    } else if (const auto* octets = std::get_if<base::Bytes>(&value)) {
      // The address of an empty vector may be null, which would bind NULL.
      const void* data = octets->empty() ? static_cast<const void*>("") : static_cast<const void*>(octets->data());
      code = sqlite3_bind_blob(statement, at, data, static_cast<int>(octets->size()), SQLITE_STATIC);
    } else {
      code = sqlite3_bind_null(statement, at);
    }
    if (code != SQLITE_OK) return base::fail(error_of(code));
  }
  return {};
}

Value column_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_TEXT: {
      const auto* text = sqlite3_column_text(statement, column);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return std::string{base::as_text({text, size})};
    }
    case SQLITE_BLOB: {
      const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return octets == nullptr ? base::Bytes{} : base::Bytes{octets, octets + size};
    }
    default: return std::monostate{};
  }
}

base::Result<void> SqliteDatabase::step(sqlite3_stmt* statement, const Row& parameters, Rows& rows) {
  const auto bound = bind(statement, parameters);
  int code = bound ? SQLITE_ROW : SQLITE_ERROR;
  while (code == SQLITE_ROW) {
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW) break;
    Row row;
    const int columns = sqlite3_column_count(statement);
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(column_of(statement, i));
    rows.push_back(std::move(row));
  }
  const auto error = last_error(handle_.get());
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!bound) return bound;
  if (code != SQLITE_DONE) return base::fail(error);
  return {};
}

base::Result<void> SqliteDatabase::migrate(bool may_create) {
  const auto version = [this]() -> base::Result<std::int64_t> {
    CICADA_TRY(const Rows rows, run("PRAGMA user_version", {}));
    return rows.empty() ? 0 : number_at(rows.front(), 0);
  };
  const auto newest = static_cast<std::int64_t>(sqlite_migrations().size());
  CICADA_TRY(const auto before, version());
  CICADA_CHECK(check_schema_version(before, newest, may_create));
  if (before == newest) return {};
  CICADA_CHECK(begin());
  auto done = [&]() -> base::Result<void> {
    CICADA_TRY(const auto now, version());  // another process may have been first
    CICADA_CHECK(check_schema_version(now, newest, may_create));
    for (auto i = now; i < newest; ++i) {
      const auto changed = script(sqlite_migrations()[static_cast<std::size_t>(i)]);
      if (!changed) return base::fail(is_second_good(changed.error()) ? kTwoGoodCards : changed.error());
    }
    CICADA_CHECK(script(fmt::format("PRAGMA user_version = {}", newest)));
    return commit();
  }();
  if (!done) rollback();
  return done;
}

base::Result<void> SqliteDatabase::hold_name(std::string_view writer) {
  const std::string path = fmt::format("{}.{}.writer", file_, writer);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return base::fail({.fault = Fault::io, .what = "the writer's lock file cannot be made"});
  auto lock = std::make_unique<NameLock>(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return base::fail({.fault = Fault::conflict,
                       .what = "another process writes under this writer's name",
                       .hint = "give each process its own"});
  }
  name_ = std::move(lock);
  return {};
}

}  // namespace

namespace {

base::Result<std::unique_ptr<SqliteDatabase>> connect(const std::string& file, const std::string& name, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite3, Close> handle{raw};
  if (code != SQLITE_OK) return base::fail(error_of(code));
  sqlite3_extended_result_codes(handle.get(), 1);
  sqlite3_busy_timeout(handle.get(), kBusyMilliseconds);
  return std::make_unique<SqliteDatabase>(std::move(handle), file);
}

/// A new journal is its owner's: it holds the numbers of citizens. SQLite gives the files beside it the same mode.
void make_private(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor >= 0) ::close(descriptor);
}

/// "file:" form of a name: what has a meaning in it is escaped.
std::string as_uri(const std::string& file) {
  std::string uri{"file:"};
  for (const char c : file) uri += c == '%' || c == '?' || c == '#' ? fmt::format("%{:02X}", c) : std::string{c};
  return uri + "?immutable=1";
}

base::Result<std::unique_ptr<Database>> looked_at(std::unique_ptr<SqliteDatabase> database) {
  CICADA_CHECK(database->script("PRAGMA trusted_schema=OFF; PRAGMA query_only=ON; PRAGMA cache_size=-65536"));
  CICADA_CHECK(database->migrate(false));
  return database;
}

/// Who may not write: a journal that is open elsewhere is read through the files that lie beside it. One that nobody
/// has open has none, and where none can be made it is read as what it is: a file that does not change.
base::Result<std::unique_ptr<Database>> open_for_reading(const std::string& file) {
  std::error_code error;
  const bool writable = ::access(file.c_str(), W_OK) == 0;
  CICADA_TRY(auto plain, connect(file, file, writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY));
  auto opened = looked_at(std::move(plain));
  if (opened || opened.error().fault != Fault::io || std::filesystem::exists(file + "-wal", error)) return opened;
  CICADA_TRY(auto still, connect(file, as_uri(file), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  return looked_at(std::move(still));
}

}  // namespace

base::Result<std::unique_ptr<Database>> open_sqlite(std::string_view file, bool reader) {
  const std::string path{file};
  if (path.empty()) return base::fail({.fault = Fault::bad_input, .what = "the journal's file has no name"});
  std::error_code error;
  if (reader && !std::filesystem::exists(path, error)) {
    return base::fail({.fault = Fault::not_found, .what = "there is no journal"});
  }
  if (reader) return open_for_reading(path);
  make_private(path);
  CICADA_TRY(auto database, connect(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  // FULL: a commit is on the disk when it returns. The write-ahead log is cut at 8 MB. The page cache is small on
  // purpose: SQLite walks all of it at each commit that had balanced a tree, and what it does not hold lies in the
  // system's cache.
  CICADA_CHECK(
      database->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                       "PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=2000; PRAGMA trusted_schema=OFF"));
  CICADA_CHECK(database->migrate(true));
  return database;
}

}  // namespace cicada::host::journal
