// The numbers that have to add up. What closed batches have was written down when they closed: a look at everything
// costs what is open.
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

constexpr Sql kCountJobs = {"SELECT state, count(*) FROM job WHERE id BETWEEN $1 AND $2 GROUP BY state"};
constexpr Sql kCountDossiers = {"SELECT count(*) FROM dossier WHERE job BETWEEN $1 AND $2"};
/// Jobs by state, and dossiers (-1), of all batches. In one look: a batch that closes meanwhile is counted once.
constexpr Sql kCountAll = {
    "SELECT j.state, count(*) FROM batch AS b CROSS JOIN job AS j WHERE b.close_chain IS NULL "
    "AND j.id BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295 GROUP BY j.state "
    "UNION ALL SELECT 7, CAST(coalesce(sum(done), 0) AS BIGINT) FROM closing "
    "UNION ALL SELECT 8, CAST(coalesce(sum(rejected), 0) AS BIGINT) FROM closing "
    "UNION ALL SELECT 9, CAST(coalesce(sum(held), 0) AS BIGINT) FROM closing "
    "UNION ALL SELECT 10, CAST(coalesce(sum(quarantined), 0) AS BIGINT) FROM closing "
    "UNION ALL SELECT -1, CAST(coalesce(sum(dossiers), 0) AS BIGINT) FROM closing "
    "UNION ALL SELECT -1, count(*) FROM batch AS b CROSS JOIN dossier AS d WHERE b.close_chain IS NULL "
    "AND d.job BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295"};
static_assert(static_cast<int>(State::done) == 7 && static_cast<int>(State::rejected) == 8);
static_assert(static_cast<int>(State::held) == 9 && static_cast<int>(State::quarantined) == 10);
constexpr Sql kAnnounced = {
    "SELECT CAST(coalesce(sum(announced), 0) AS BIGINT), CAST(coalesce(sum(repeated), 0) AS BIGINT), "
    "CAST(coalesce(sum(conflicts), 0) AS BIGINT) FROM batch "
    "WHERE $1 = 0 OR number = $1"};
/// Good chips of closed batches, of open ones, and of none (which there never are); those in quarantine; those that
/// were destroyed; and of cards in somebody's hand. In one look: none is counted twice, or not at all, because it
/// moved.
constexpr Sql kChips = {
    "SELECT (SELECT CAST(coalesce(sum(cards), 0) AS BIGINT) FROM closing), "
    "(SELECT count(*) FROM batch AS b CROSS JOIN chip AS c WHERE b.close_chain IS NULL AND c.state = 1 "
    "AND c.job BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295), "
    "(SELECT count(*) FROM chip WHERE state = 1 AND job < 4294967296), "
    "(SELECT count(*) FROM chip WHERE state > 1 AND state = 2), "
    "(SELECT count(*) FROM chip WHERE state > 1 AND state = 3), "
    "(SELECT count(*) FROM job AS j CROSS JOIN chip AS c WHERE j.state BETWEEN 3 AND 6 AND c.chip = j.chip "
    "AND c.state = 0)"};
static_assert(static_cast<int>(ChipState::bound) == 0 && static_cast<int>(ChipState::good) == 1);
static_assert(static_cast<int>(ChipState::quarantined) == 2 && static_cast<int>(ChipState::destroyed) == 3);
static_assert(static_cast<int>(State::bound) == 3 && static_cast<int>(State::verified) == 6 && kBatchShift == 32);
constexpr Sql kReceived = {"SELECT CAST(coalesce(sum(blanks), 0) AS BIGINT) FROM stock WHERE kind = 'received'"};
constexpr Sql kLastCount = {
    "SELECT c.blanks, (SELECT CAST(coalesce(sum(r.blanks), 0) AS BIGINT) FROM stock AS r WHERE r.kind = 'received' "
    "AND r.number > c.number), c.chips FROM stock AS c WHERE c.kind = 'counted' ORDER BY c.number DESC LIMIT 1"};

std::uint64_t count_at(const Row& row, std::size_t column) noexcept {
  return static_cast<std::uint64_t>(number_at(row, column));
}

/// Blanks left now: what was counted, what came since, less what was used since.
std::uint64_t left_now(const Rows& last_count, std::uint64_t chips) noexcept {
  if (last_count.empty()) return 0;
  const auto& row = last_count.front();
  const auto left = number_at(row, 0) + number_at(row, 1) - (static_cast<std::int64_t>(chips) - number_at(row, 2));
  return left < 0 ? 0 : static_cast<std::uint64_t>(left);
}

}  // namespace

std::int64_t Balance::dossier_difference() const noexcept {
  const auto difference = static_cast<std::int64_t>(dossiers) - static_cast<std::int64_t>(jobs.all());
  return difference != 0
             ? difference
             : static_cast<std::int64_t>(announced) - static_cast<std::int64_t>(dossiers + repeated + conflicts);
}

std::int64_t Balance::blank_difference() const noexcept {
  return static_cast<std::int64_t>(blanks_received) -
         static_cast<std::int64_t>(good + spoiled + quarantined + in_work + blanks_left);
}

base::Result<SqlJournal::ChipCounts> SqlJournal::count_chips() {
  CICADA_TRY(const Rows rows, database_->run_long(kChips, {}));
  const auto& row = rows.front();
  return ChipCounts{.good = count_at(row, 0) + count_at(row, 1) + count_at(row, 2),
                    .quarantined = count_at(row, 3),
                    .destroyed = count_at(row, 4),
                    .in_work = count_at(row, 5)};
}

base::Result<void> SqlJournal::count_jobs(std::int64_t batch, Balance& balance) {
  const JobId first = batch << kBatchShift;
  const JobId last = first + (JobId{1} << kBatchShift) - 1;
  CICADA_TRY(const Rows rows,
             batch == 0 ? database_->run_long(kCountAll, {}) : database_->run(kCountJobs, {first, last}));
  for (const auto& row : rows) {
    const auto state = number_at(row, 0);
    (state < 0 ? balance.dossiers : balance.jobs.at(static_cast<std::size_t>(state) % kStates)) += count_at(row, 1);
  }
  if (batch == 0) return {};
  CICADA_TRY(const Rows dossiers, database_->run(kCountDossiers, {first, last}));
  balance.dossiers = count_at(dossiers.front(), 0);
  return {};
}

base::Result<Balance> SqlJournal::balance(std::string_view batch) {
  std::int64_t number = 0;
  Balance balance;
  if (!batch.empty()) {
    CICADA_TRY(number, batch_number(batch));
  }
  CICADA_CHECK(count_jobs(number, balance));
  CICADA_TRY(const Rows announced, database_->run(kAnnounced, {number}));
  CICADA_TRY(const Rows received, database_->run(kReceived, {}));
  CICADA_TRY(const auto chips, count_chips());
  CICADA_TRY(const Rows counted, database_->run(kLastCount, {}));
  balance.announced = count_at(announced.front(), 0);
  balance.repeated = count_at(announced.front(), 1);
  balance.conflicts = count_at(announced.front(), 2);
  balance.blanks_received = count_at(received.front(), 0);
  balance.good = chips.good;
  balance.spoiled = chips.destroyed;
  balance.in_work = chips.in_work;
  balance.quarantined = chips.quarantined;
  balance.blanks_counted = !counted.empty();
  balance.blanks_left = left_now(counted, chips.all());
  return balance;
}

}  // namespace cicada::host::journal
