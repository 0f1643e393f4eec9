#include "sql_journal.h"

#include <algorithm>

#include "cicada/base/hex.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

/// How often a transaction that lost against another one is made again.
constexpr int kMaxAttempts = 20;

constexpr Sql kEndOfChain = {"SELECT sequence, hash FROM audit WHERE chain = $1 ORDER BY sequence DESC LIMIT 1"};
constexpr Sql kAddWriter = {"INSERT INTO writer (name) VALUES ($1) ON CONFLICT DO NOTHING"};
/// Jobs that a change of the schema made accepted again, and the states they had.
constexpr Sql kHasWithdrawn = {"SELECT job FROM withdrawn LIMIT 1"};
constexpr Sql kTakeWithdrawn = {"DELETE FROM withdrawn RETURNING job, state"};
constexpr Bulk kAddRecords = {.sqlite = "INSERT INTO audit (chain, sequence, json, hash) VALUES ($1, $2, $3, $4)",
                              .postgres =
                                  "INSERT INTO audit (chain, sequence, json, hash) "
                                  "SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])"};

}  // namespace

std::int64_t milliseconds_now() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

base::Result<void> SqlJournal::check_writer() const {
  if (!writer_.empty()) return {};
  return base::fail({.fault = Fault::bad_input, .what = "the journal was opened for reading only"});
}

base::Result<void> SqlJournal::start() {
  connection_ = database_->connection();
  if (writer_.empty()) return {};
  const bool plain = std::ranges::all_of(writer_, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
  if (!plain || writer_.size() > 64) {
    return base::fail({.fault = Fault::bad_input, .what = "a writer's name is 1 to 64 letters, digits, '.', '-', '_'"});
  }
  CICADA_CHECK(database_->hold_name(writer_));
  CICADA_CHECK(database_->run(kAddWriter, {writer_}));
  CICADA_CHECK(find_end_of_chain());
  return note_withdrawn();
}

/// A change of the schema writes no records: the first writer after it does.
base::Result<void> SqlJournal::note_withdrawn() {
  CICADA_TRY(const Rows there, database_->run(kHasWithdrawn, {}));
  if (there.empty()) return {};
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const Rows taken, database_->run(kTakeWithdrawn, {}));
    for (const auto& row : taken) {
      CICADA_CHECK(record("withdraw", {},
                          {{"job", number_at(row, 0)},
                           {"from", to_string(static_cast<State>(number_at(row, 1)))},
                           {"to", to_string(State::accepted)},
                           {"reason", "its data was for a chip that is destroyed"}}));
    }
    return {};
  });
}

base::Result<void> SqlJournal::find_end_of_chain() {
  CICADA_TRY(const Rows rows, database_->run(kEndOfChain, {writer_}));
  chain_ = rows.empty() ? Chain{writer_, 0, {}}
                        : Chain{writer_, static_cast<std::uint64_t>(number_at(rows.front(), 0)),
                                to_digest(octets_at(rows.front(), 1))};
  chain_known_ = true;
  return {};
}

base::Result<AuditRecord> SqlJournal::record(std::string_view action, const Actor& actor, nlohmann::json fields) {
  fields["action"] = action;
  if (!actor.station.empty()) fields["station"] = actor.station;
  if (!actor.operator_id.empty()) fields["operator"] = actor.operator_id;
  if (!actor.shift.empty()) fields["shift"] = actor.shift;
  return chain_.append(std::move(fields));
}

base::Result<void> SqlJournal::write_records() {
  if (chain_.pending().empty()) return {};
  Rows rows;
  rows.reserve(chain_.pending().size());
  for (const auto& item : chain_.pending()) {
    rows.push_back({item.chain, static_cast<std::int64_t>(item.sequence), item.json, to_octets(item.hash)});
  }
  return database_->later(kAddRecords, rows);
}

base::Result<void> SqlJournal::change_once(const std::function<base::Result<void>()>& work) {
  CICADA_CHECK(database_->begin());
  // A connection that was lost may have taken a commit with it that nobody heard of.
  if (database_->connection() != connection_) chain_known_ = false;
  auto done = [&]() -> base::Result<void> {
    if (!chain_known_) CICADA_CHECK(find_end_of_chain());
    connection_ = database_->connection();
    CICADA_CHECK(work());
    CICADA_CHECK(write_records());
    return database_->commit();
  }();
  if (done) {
    chain_.keep();
  } else {
    database_->rollback();
    chain_known_ = false;
  }
  return done;
}

base::Result<void> SqlJournal::change(const std::function<base::Result<void>()>& work) {
  CICADA_CHECK(check_writer());
  for (int attempt = 1;; ++attempt) {
    auto done = change_once(work);
    if (done || done.error().fault != kAgain) return done;
    if (attempt == kMaxAttempts) {
      return base::fail({.fault = Fault::transport, .what = "other writers were in the way too often"});
    }
  }
}

base::Result<std::int64_t> SqlJournal::batch_number(std::string_view id) {
  static constexpr Sql kFind = {"SELECT number FROM batch WHERE id = $1"};
  CICADA_TRY(const Rows rows, database_->run(kFind, {std::string{id}}));
  if (rows.empty()) return base::fail({.fault = Fault::not_found, .what = "the journal has no such batch"});
  return number_at(rows.front(), 0);
}

base::Result<std::string> SqlJournal::batch_name(std::int64_t number) {
  static constexpr Sql kFind = {"SELECT id FROM batch WHERE number = $1"};
  const auto known = batch_names_.find(number);
  if (known != batch_names_.end()) return known->second;
  CICADA_TRY(const Rows rows, database_->run(kFind, {number}));
  if (rows.empty()) return base::fail({.fault = Fault::malformed, .what = "a job is of a batch that is not there"});
  return batch_names_[number] = text_at(rows.front(), 0);
}

std::string_view rule_of(IntakeResult result) noexcept {
  switch (result) {
    case IntakeResult::number_taken: return "N02";
    case IntakeResult::portrait_taken: return "P04";
    case IntakeResult::version_conflict: return "J05";
    case IntakeResult::added:
    case IntakeResult::known:
    case IntakeResult::replaced: break;
  }
  return {};
}

base::Result<std::unique_ptr<Journal>> open_journal(std::string_view address, std::string_view writer) {
  constexpr std::string_view kSqlite = "sqlite:";
  const bool reader = writer.empty();
  base::Result<std::unique_ptr<Database>> database =
      base::fail({.fault = Fault::bad_input, .what = "a journal is sqlite:FILE or postgresql://HOST/DATABASE"});
  if (address.starts_with(kSqlite)) database = open_sqlite(address.substr(kSqlite.size()), reader);
  if (address.starts_with("postgresql://") || address.starts_with("postgres://")) {
    database = open_postgres(address, reader);
  }
  if (!database) return std::unexpected(database.error());
  auto journal = std::make_unique<SqlJournal>(*std::move(database), std::string{writer});
  CICADA_CHECK(journal->start());
  return journal;
}

}  // namespace cicada::host::journal
