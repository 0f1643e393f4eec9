#include "postgres_link.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cstring>

namespace cicada::host::journal {
namespace {

using base::Fault;
using namespace std::chrono_literals;

/// The server gives up a statement after this long; kAnswer and kLongAnswer are for one that does not say so.
constexpr const char* kStatementTimeout = "SET statement_timeout = '60s'";
constexpr const char* kLongTimeout = "SET statement_timeout = '1h'";
constexpr std::chrono::seconds kLongAnswer = 1h + 10s;
/// A table of fifty million rows is written anew in less.
constexpr std::chrono::seconds kPatience = 24h;

/// For every session. Plans are made while tables are small and used when they are not: what scans or joins whole
/// tables stays out of them. The server notices a client that is gone, so that its locks and its writer's name are free
/// again; one that stands still in the middle of a transaction loses it before the others give up waiting for its rows.
constexpr std::string_view kSession =
    "SET statement_timeout = '60s'; SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '10s';"
    "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET jit = off; SET enable_seqscan = off;"
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET tcp_keepalives_idle = 10;"
    "SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000;"
    "SET client_connection_check_interval = '5s'";
static_assert(kSession.starts_with(kStatementTimeout));

constexpr base::Error kAway{.fault = Fault::transport,
                            .what = "the database does not answer",
                            .hint = "is it running, and does it know this user?"};

struct Meaning {
  std::string_view state;  ///< an SQLSTATE, or its beginning
  base::Error error;
};

/// The first that fits.
constexpr std::array kMeanings{
    Meaning{"40001", {.fault = kAgain, .what = "another transaction was in the way"}},
    Meaning{"40P01", {.fault = kAgain, .what = "another transaction was in the way"}},
    Meaning{"23505", {.fault = Fault::conflict, .what = "the journal has this already"}},
    Meaning{"53100", {.fault = Fault::io, .what = "the database's disk is full", .hint = "free space and try again"}},
    Meaning{"53200", {.fault = Fault::io, .what = "the database is out of memory"}},
    Meaning{"53", {.fault = Fault::transport, .what = "the database has no connection left"}},
    Meaning{"57014", {.fault = Fault::transport, .what = "the database took too long"}},
    Meaning{"55P03", {.fault = Fault::transport, .what = "another process is writing to the journal"}},
    Meaning{"25006", {.fault = Fault::transport, .what = "the database is a standby that does not write"}},
    Meaning{"57", kAway},
    Meaning{"08", kAway},
    Meaning{"58", {.fault = Fault::io, .what = "the database's files cannot be read or written"}},
    Meaning{"XX001", {.fault = Fault::malformed, .what = "the database is damaged", .hint = "see backups"}},
    Meaning{"XX002", {.fault = Fault::malformed, .what = "the database is damaged", .hint = "see backups"}},
    Meaning{"42501", {.fault = Fault::io, .what = "the database's user may not do this"}},
    Meaning{"22", {.fault = Fault::bad_input, .what = "the database cannot store this"}}};

bool is_good(const PGresult* result) noexcept {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::uint64_t big_endian(const char* octets, int size) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) value = (value << 8U) | static_cast<unsigned char>(octets[i]);
  return value;
}

constexpr Oid kByteaType = 17;
constexpr Oid kInt8Type = 20;
constexpr Oid kTextType = 25;

Value value_of(const PGresult* result, int row, int column) {
  constexpr Oid kInt2 = 21;
  constexpr Oid kInt4 = 23;
  constexpr Oid kBool = 16;
  if (PQgetisnull(result, row, column) != 0) return std::monostate{};
  const char* data = PQgetvalue(result, row, column);
  const int size = PQgetlength(result, row, column);
  switch (PQftype(result, column)) {
    case kInt8Type: return static_cast<std::int64_t>(big_endian(data, size));
    case kInt4: return std::int64_t{static_cast<std::int32_t>(big_endian(data, size))};
    case kInt2: return std::int64_t{static_cast<std::int16_t>(big_endian(data, size))};
    case kBool: return std::int64_t{data[0] != 0 ? 1 : 0};
    case kByteaType: return base::to_bytes(base::as_bytes({data, static_cast<std::size_t>(size)}));
    default: return std::string{data, static_cast<std::size_t>(size)};
  }
}

void append_big_endian(base::Bytes& to, std::uint64_t value, unsigned octets) {
  for (unsigned i = octets; i > 0; --i) to.push_back(static_cast<std::uint8_t>(value >> (8U * (i - 1))));
}

Oid type_of(const Value& value) noexcept {
  if (std::holds_alternative<std::int64_t>(value)) return kInt8Type;
  return std::holds_alternative<base::Bytes>(value) ? kByteaType : kTextType;
}

/// One element of an array: its size in octets, then itself.
void append_element(base::Bytes& to, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    append_big_endian(to, sizeof *number, 4);
    append_big_endian(to, static_cast<std::uint64_t>(*number), sizeof *number);
    return;
  }
  base::ByteView octets;
  if (const auto* text = std::get_if<std::string>(&value)) octets = base::as_bytes(*text);
  if (const auto* bytes = std::get_if<base::Bytes>(&value)) octets = *bytes;
  append_big_endian(to, octets.size(), 4);
  to.insert(to.end(), octets.begin(), octets.end());
}

}  // namespace

base::Error postgres_error(const PGresult* result) noexcept {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) return kAway;
  const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  if (constraint != nullptr && std::string_view{constraint} == "audit_pkey") return kForked;
  if (constraint != nullptr && std::string_view{constraint} == "chip_good") return kSecondGood;
  for (const auto& meaning : kMeanings) {
    if (std::string_view{state}.starts_with(meaning.state)) return meaning.error;
  }
  // The five characters as a number of base 36: all that is known to be no one's data.
  return {.fault = Fault::io, .what = "PostgreSQL refused", .at = std::strtoull(state, nullptr, 36)};
}

Rows rows_of(const PGresult* result) {
  Rows rows;
  const int count = PQntuples(result);
  const int columns = PQnfields(result);
  rows.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Row row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int j = 0; j < columns; ++j) row.push_back(value_of(result, i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Row columns_as_arrays(const Rows& rows) {
  Row arrays;
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    // array_recv: dimensions, whether there are NULLs, the elements' type; of the dimension its size and first index.
    base::Bytes array;
    append_big_endian(array, 1, 4);
    append_big_endian(array, 0, 4);
    append_big_endian(array, type_of(rows.front().at(column)), 4);
    append_big_endian(array, rows.size(), 4);
    append_big_endian(array, 1, 4);
    for (const auto& row : rows) append_element(array, row.at(column));
    arrays.emplace_back(std::move(array));
  }
  return arrays;
}

void PostgresLink::drop() noexcept {
  handle_.reset();
  prepared_.clear();
}

base::Result<void> PostgresLink::ensure() {
  if (alive()) return {};
  drop();
  // What the address says comes after these and counts more.
  constexpr std::array<const char*, 9> kKeys{"connect_timeout",     "keepalives",       "keepalives_idle",
                                             "keepalives_interval", "keepalives_count", "tcp_user_timeout",
                                             "application_name",    "dbname",           nullptr};
  const std::array<const char*, 9> values{"10", "1", "10", "5", "3", "30000", "cicada", url_.c_str(), nullptr};
  handle_.reset(PQconnectdbParams(kKeys.data(), values.data(), 1));
  if (!alive()) {
    drop();
    return base::fail(kAway);
  }
  ++number_;
  // A server that stops reading must not stop us.
  PQsetnonblocking(handle_.get(), 1);
  CICADA_CHECK(execute(std::string{kSession}));
  return {};
}

/// False when the server said nothing until then.
bool PostgresLink::wait(std::chrono::steady_clock::time_point until, bool writing) noexcept {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
  if (left <= 0) return false;
  pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  if (writing) socket.events |= POLLOUT;
  const int ready = ::poll(&socket, 1, static_cast<int>(left));
  return ready > 0 || (ready < 0 && errno == EINTR);
}

std::unexpected<base::Error> PostgresLink::gone() {
  drop();
  return base::fail(kAway);
}

std::unexpected<base::Error> PostgresLink::failed(const PGresult* result) {
  const auto error = postgres_error(result);
  if (!alive() || error.what.view() == kAway.what.view()) drop();
  return base::fail(error);
}

base::Result<PgResult> PostgresLink::next(std::chrono::steady_clock::time_point until) {
  for (;;) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0) return gone();
    if (unsent == 0 && PQisBusy(handle_.get()) == 0) return PgResult{PQgetResult(handle_.get())};
    if (!wait(until, unsent > 0) || PQconsumeInput(handle_.get()) == 0) return gone();
  }
}

base::Result<PgResult> PostgresLink::result(std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  PgResult last;
  for (;;) {
    CICADA_TRY(PgResult one, next(until));
    if (one == nullptr) break;
    // Of several statements the first that failed counts.
    if (last == nullptr || is_good(last.get())) last = std::move(one);
  }
  if (!is_good(last.get())) return failed(last.get());
  return last;
}

base::Result<PgResult> PostgresLink::execute(const std::string& statements) {
  if (!alive() || PQsendQuery(handle_.get(), statements.c_str()) == 0) return gone();
  return result(kAnswer);
}

base::Result<PgResult> PostgresLink::execute_patiently(const std::string& statements) {
  if (!alive() || PQsendQuery(handle_.get(), statements.c_str()) == 0) return gone();
  return result(kPatience);
}

base::Result<std::string> PostgresLink::prepare(std::string_view text) {
  const auto found = prepared_.find(text);
  if (found != prepared_.end()) return found->second;
  std::string name = fmt::format("s{}", prepared_.size());
  if (!alive() || PQsendPrepare(handle_.get(), name.c_str(), std::string{text}.c_str(), 0, nullptr) == 0) return gone();
  CICADA_CHECK(result(kAnswer));
  return prepared_[text] = name;
}

base::Result<void> PostgresLink::send(const std::string& name, const Row& parameters) {
  std::vector<std::string> numbers(parameters.size());
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& value = parameters[i];
    if (const auto* octets = std::get_if<base::Bytes>(&value)) {
      const auto view = base::as_text(*octets);
      values.push_back(view.empty() ? "" : view.data());
      lengths.push_back(static_cast<int>(view.size()));
      formats.push_back(1);
      continue;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) numbers[i] = fmt::format("{}", *number);
    const auto* string = std::get_if<std::string>(&value);
    const bool none = std::holds_alternative<std::monostate>(value);
    values.push_back(none ? nullptr : string != nullptr ? string->c_str() : numbers[i].c_str());
    lengths.push_back(0);
    formats.push_back(0);
  }
  constexpr int kBinary = 1;
  if (!alive() || PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                                      lengths.data(), formats.data(), kBinary) == 0) {
    return gone();
  }
  return {};
}

base::Result<PgResult> PostgresLink::run_long(const Statement& statement) {
  CICADA_CHECK(execute(kLongTimeout));
  auto done = run({statement}, kLongAnswer);
  // In a transaction that failed this is refused, and its end takes the other back.
  if (alive()) static_cast<void>(execute(kStatementTimeout));
  return done;
}

base::Result<PgResult> PostgresLink::run(const std::vector<Statement>& statements, std::chrono::seconds patience) {
  std::vector<std::string> names;
  for (const auto& statement : statements) {
    CICADA_TRY(std::string name, prepare(statement.text));
    names.push_back(std::move(name));
  }
  if (statements.size() == 1) {
    CICADA_CHECK(send(names.front(), statements.front().parameters));
    return result(patience);
  }
  if (PQenterPipelineMode(handle_.get()) == 0) return gone();
  for (std::size_t i = 0; i < statements.size(); ++i) CICADA_CHECK(send(names[i], statements[i].parameters));
  if (PQpipelineSync(handle_.get()) == 0) return gone();
  const auto until = std::chrono::steady_clock::now() + patience;
  PgResult last;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    CICADA_TRY(PgResult one, next(until));
    CICADA_TRY(const PgResult end, next(until));
    if (one == nullptr || end != nullptr) return gone();
    if (last == nullptr || is_good(last.get())) last = std::move(one);
  }
  CICADA_TRY(const PgResult sync, next(until));
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(handle_.get()) == 0) return gone();
  if (!is_good(last.get())) return failed(last.get());
  return last;
}

}  // namespace cicada::host::journal
