// Blanks, deliveries, and what the line is told to do.
#include <set>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr std::uint64_t kMostBlanks = std::uint64_t{1} << 40U;

constexpr Sql kFindLot = {"SELECT blanks FROM stock WHERE lot = $1 AND kind = 'received'"};
constexpr Sql kReceive = {
    "INSERT INTO stock (kind, lot, blanks, chips) VALUES ('received', $1, $2, 0) "
    "ON CONFLICT DO NOTHING RETURNING number"};
constexpr Sql kCountLeft = {"INSERT INTO stock (kind, lot, blanks, chips) VALUES ('counted', '', $1, $2)"};
/// Open batches that need a count. `counted` is 0, or 2 while one is being made, or was and did not come to its end.
constexpr Sql kNotYetCounted = {"SELECT number FROM batch WHERE close_chain IS NULL AND counted <> 1 ORDER BY number"};
/// Batches of which a job waits for a blank or has one in work: by the partial indexes of those jobs, so that it costs
/// what is in work, and none of what is done.
constexpr Sql kInWork = {
    "SELECT id / 4294967296 FROM job WHERE state = 1 UNION SELECT id / 4294967296 FROM job WHERE state = 2 "
    "UNION SELECT id / 4294967296 FROM job WHERE state BETWEEN 3 AND 6"};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::claimed) == 2 && kBatchShift == 32);
static_assert(static_cast<int>(State::bound) == 3 && static_cast<int>(State::verified) == 6);
constexpr Bulk kLockBatches = {
    .sqlite = "SELECT number FROM batch WHERE number = $1",
    .postgres = "SELECT number FROM batch WHERE number = ANY($1::bigint[]) ORDER BY number FOR UPDATE"};
constexpr Bulk kCountBegins = {.sqlite = "UPDATE batch SET counted = 2 WHERE number = $1",
                               .postgres = "UPDATE batch SET counted = 2 WHERE number = ANY($1::bigint[])"};
constexpr Bulk kCountEnds = {
    .sqlite = "UPDATE batch SET counted = 1 WHERE number = $1 AND counted = 2",
    .postgres = "UPDATE batch SET counted = 1 WHERE number = ANY($1::bigint[]) AND counted = 2"};
constexpr Sql kNotCounted = {"UPDATE batch SET counted = 0 WHERE number = $1 AND counted <> 0"};
constexpr Bulk kFindDone = {
    .sqlite =
        "SELECT j.id, j.state, j.delivery, d.dossier FROM dossier AS d JOIN job AS j ON j.id = d.job "
        "WHERE d.dossier = $1 AND d.current = 1",
    .postgres =
        "SELECT j.id, j.state, j.delivery, d.dossier FROM dossier AS d JOIN job AS j ON j.id = d.job "
        "WHERE d.dossier = ANY($1::text[]) AND d.current = 1 ORDER BY j.id FOR UPDATE OF j"};
constexpr Bulk kDeliver = {
    .sqlite = "UPDATE job SET delivery = $2, changed_at = $3 WHERE id = $1",
    .postgres =
        "UPDATE job SET delivery = t.delivery, changed_at = t.at FROM unnest($1::bigint[], $2::bigint[], "
        "$3::bigint[]) AS t (id, delivery, at) WHERE job.id = t.id"};
constexpr Sql kSetOrder = {"UPDATE line_order SET value = $1"};
constexpr Sql kOrder = {"SELECT value FROM line_order"};

constexpr std::string_view order_name(Order order) noexcept {
  return order == Order::run ? "run" : order == Order::pause ? "pause" : "stop";
}

}  // namespace

base::Result<void> SqlJournal::receive_blanks(std::string_view lot, std::uint64_t count, const Actor& actor) {
  CICADA_CHECK(check_name(lot));
  CICADA_CHECK(check_actor(actor));
  if (count == 0 || count > kMostBlanks)
    return base::fail({.fault = Fault::bad_input, .what = "no such number of blanks"});
  return change([&]() -> base::Result<void> {
    const auto blanks = static_cast<std::int64_t>(count);
    CICADA_TRY(const Rows added, database_->run(kReceive, {std::string{lot}, blanks}));
    if (added.empty()) {
      CICADA_TRY(const Rows there, database_->run(kFindLot, {std::string{lot}}));
      if (!there.empty() && number_at(there.front(), 0) == blanks) return {};
      return base::fail({.fault = Fault::conflict, .what = "this lot was received with another number of blanks"});
    }
    CICADA_CHECK(record("blanks-received", actor, {{"lot", lot}, {"count", count}}));
    return {};
  });
}

base::Result<void> SqlJournal::count_blanks_left(std::uint64_t count, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  if (count > kMostBlanks) return base::fail({.fault = Fault::bad_input, .what = "no such number of blanks"});
  CICADA_TRY(const Rows batches, begin_count());
  return change([&]() -> base::Result<void> {
    CICADA_TRY(const auto chips, count_chips());
    CICADA_CHECK(
        database_->run(kCountLeft, {static_cast<std::int64_t>(count), static_cast<std::int64_t>(chips.all())}));
    // A batch of which a job became ready meanwhile stays uncounted (needs_count).
    CICADA_TRY(const Rows locked, database_->each(kLockBatches, batches));
    CICADA_CHECK(database_->each(kCountEnds, locked));
    CICADA_CHECK(record("blanks-left", actor, {{"count", count}}));
    return {};
  });
}

/// Batches whose last card was made before this call, one a row. They are marked in a transaction of their own, and
/// only they are locked in it: the chips are counted afterwards, which takes its time, and keeps nobody waiting.
base::Result<Rows> SqlJournal::begin_count() {
  Rows batches;
  const auto changed = change([&]() -> base::Result<void> {
    CICADA_TRY(batches, database_->run(kNotYetCounted, {}));
    // Before the lock, so that only what is to be marked is locked; and after it, when nothing of it becomes ready.
    for (int look = 0; look < 2 && !batches.empty(); ++look) {
      CICADA_TRY(const Rows in_work, database_->run_long(kInWork, {}));
      std::set<std::int64_t> busy;
      for (const auto& row : in_work) busy.insert(number_at(row, 0));
      std::erase_if(batches, [&](const Row& row) { return busy.contains(number_at(row, 0)); });
      if (look == 0) CICADA_CHECK(database_->each(kLockBatches, batches));
    }
    CICADA_CHECK(database_->each(kCountBegins, batches));
    return {};
  });
  CICADA_CHECK(changed);
  return batches;
}

base::Result<void> SqlJournal::needs_count(std::int64_t batch) {
  CICADA_CHECK(database_->run(kNotCounted, {batch}));
  return {};
}

base::Result<void> SqlJournal::deliver(std::span<const std::string> dossiers, Delivery to, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  if (to == Delivery::none) return base::fail({.fault = Fault::bad_input, .what = "a delivery goes somewhere"});
  if (dossiers.size() > kMaxRows) return base::fail({.fault = Fault::limit, .what = "too many deliveries in one call"});
  return change([&]() -> base::Result<void> {
    Rows wanted;
    for (const auto& dossier : dossiers) wanted.push_back({dossier});
    CICADA_TRY(const Rows found, database_->each(kFindDone, wanted));
    std::map<std::string, Row> by_name;
    for (const auto& row : found) by_name[text_at(row, 3)] = row;
    Rows moved;
    for (std::size_t i = 0; i < dossiers.size(); ++i) {
      const auto row = by_name.find(dossiers[i]);
      if (row == by_name.end()) {
        return base::fail({.fault = Fault::not_found, .what = "the journal has no such dossier", .at = i});
      }
      if (static_cast<State>(number_at(row->second, 1)) != State::done) {
        return base::fail({.fault = Fault::conflict, .what = "the dossier has no good card yet", .at = i});
      }
      const auto from = static_cast<Delivery>(number_at(row->second, 2));
      if (from == to) continue;
      if (from == Delivery::handed_over) {
        return base::fail({.fault = Fault::conflict, .what = "the card was handed over to its holder", .at = i});
      }
      const JobId job = number_at(row->second, 0);
      row->second[2] = static_cast<std::int64_t>(to);
      moved.push_back({job, static_cast<std::int64_t>(to), milliseconds_now()});
      CICADA_CHECK(record("deliver", actor, {{"job", job}, {"delivery", to_string(to)}}));
    }
    CICADA_CHECK(database_->each(kDeliver, moved));
    return {};
  });
}

base::Result<void> SqlJournal::give_order(Order order, const Actor& actor) {
  CICADA_CHECK(check_actor(actor));
  return change([&]() -> base::Result<void> {
    CICADA_CHECK(database_->run(kSetOrder, {static_cast<std::int64_t>(order)}));
    CICADA_CHECK(record("order", actor, {{"order", order_name(order)}}));
    return {};
  });
}

base::Result<Order> SqlJournal::order() {
  CICADA_TRY(const Rows rows, database_->run(kOrder, {}));
  if (rows.empty()) return Order::run;
  return static_cast<Order>(number_at(rows.front(), 0));
}

}  // namespace cicada::host::journal
