// Looking: counts, ageing, signers, the audit log.
#include <algorithm>
#include <array>

#include "cicada/base/clock.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

constexpr std::int64_t kPage = 1000;

constexpr Sql kAgeing = {
    "SELECT delivery, CASE WHEN d < 2 THEN 0 WHEN d < 4 THEN 1 WHEN d < 8 THEN 2 WHEN d < 15 THEN 3 WHEN d < 31 THEN 4 "
    "ELSE 5 END, count(*) FROM (SELECT delivery, ($1 - done_at) / 86400000 AS d FROM job "
    "WHERE state = 7 AND delivery <> 4) AS a GROUP BY 1, 2"};
static_assert(static_cast<int>(State::done) == 7 && static_cast<int>(Delivery::handed_over) == 4);
/// Of cards in hand that were signed after their chip was bound the job knows the signer, of all others the chip. By
/// job and chip: one that was destroyed and the one in its place may be of one signer. The sign keeps SQLite from
/// looking through the jobs by their numbers.
constexpr Sql kOfSigner = {
    "SELECT * FROM (SELECT c.job, c.chip, j.dossier FROM chip AS c JOIN job AS j ON j.id = c.job "
    "WHERE c.ds = $1 AND c.ds <> '' AND (c.job, c.chip) > ($2, $3) ORDER BY c.job, c.chip LIMIT $4) AS known "
    "UNION ALL SELECT * FROM (SELECT j.id, j.chip, j.dossier FROM job AS j JOIN chip AS c ON c.chip = j.chip "
    "WHERE j.state BETWEEN 3 AND 6 AND j.ds = $1 AND (+j.id, j.chip) > ($2, $3) AND c.ds = '' "
    "ORDER BY +j.id, j.chip LIMIT $4) AS in_hand ORDER BY 1, 2 LIMIT $4"};
static_assert(static_cast<int>(State::bound) == 3 && static_cast<int>(State::verified) == 6);
constexpr Sql kWriters = {"SELECT name FROM writer ORDER BY name"};
constexpr Sql kRecords = {
    "SELECT sequence, json, hash FROM audit WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};
constexpr Sql kJobs = {"SELECT id, state, chip, dossier FROM job WHERE id > $1 ORDER BY id LIMIT $2"};

/// By GroupBy. Of closed batches it stands written what they have, of all others it is counted.
constexpr std::array<Sql, 8> kCounts{
    Sql{"SELECT b.number, j.state, count(*) FROM batch AS b CROSS JOIN job AS j WHERE b.close_chain IS NULL "
        "AND j.id BETWEEN b.number * 4294967296 AND b.number * 4294967296 + 4294967295 GROUP BY 1, 2 "
        "UNION ALL SELECT batch, 7, done FROM closing WHERE done > 0 "
        "UNION ALL SELECT batch, 8, rejected FROM closing WHERE rejected > 0 "
        "UNION ALL SELECT batch, 9, held FROM closing WHERE held > 0 "
        "UNION ALL SELECT batch, 10, quarantined FROM closing WHERE quarantined > 0 ORDER BY 1"},
    Sql{"SELECT province, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT district, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT commune, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT station, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT shift, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT team, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"},
    Sql{"SELECT changed_at / 86400000, state, count(*) FROM job GROUP BY 1, 2 ORDER BY 1"}};

std::uint64_t count_at(const Row& row, std::size_t column) noexcept {
  return static_cast<std::uint64_t>(number_at(row, column));
}

}  // namespace

base::Result<std::vector<CountRow>> SqlJournal::counts(GroupBy by) {
  CICADA_TRY(const Rows rows, database_->run_long(kCounts.at(static_cast<std::size_t>(by)), {}));
  std::vector<CountRow> counts;
  for (const auto& row : rows) {
    std::string key = text_at(row, 0);
    if (by == GroupBy::batch) {
      CICADA_TRY(key, batch_name(number_at(row, 0)));
    }
    if (by == GroupBy::day) {
      key = base::to_iso_date(std::chrono::sys_days{std::chrono::days{number_at(row, 0)}});
    }
    if (counts.empty() || counts.back().key != key) counts.push_back({.key = key, .jobs = {}});
    counts.back().jobs.at(static_cast<std::size_t>(number_at(row, 1)) % kStates) += count_at(row, 2);
  }
  return counts;
}

base::Result<std::vector<Ageing>> SqlJournal::ageing() {
  CICADA_TRY(const Rows rows, database_->run_long(kAgeing, {milliseconds_now()}));
  std::vector<Ageing> ages;
  for (const auto delivery : {Delivery::none, Delivery::packed, Delivery::sent, Delivery::returned_to_unit}) {
    Ageing age{.delivery = delivery, .days = {}};
    for (const auto& row : rows) {
      if (static_cast<Delivery>(number_at(row, 0)) != delivery) continue;
      age.days.at(static_cast<std::size_t>(number_at(row, 1)) % age.days.size()) += count_at(row, 2);
    }
    ages.push_back(age);
  }
  return ages;
}

base::Result<void> SqlJournal::cards_of_signer(std::string_view ds,
                                               const std::function<void(std::string_view, std::string_view)>& visit) {
  JobId last = 0;
  std::string last_chip;
  for (;;) {
    CICADA_TRY(const Rows rows, database_->run(kOfSigner, {std::string{ds}, last, last_chip, kPage}));
    for (const auto& row : rows) visit(text_at(row, 2), text_at(row, 1));
    if (rows.size() < static_cast<std::size_t>(kPage)) return {};
    last = number_at(rows.back(), 0);
    last_chip = text_at(rows.back(), 1);
  }
}

base::Result<void> SqlJournal::audit(const std::function<void(const AuditRecord&)>& visit) {
  CICADA_TRY(const Rows writers, database_->run(kWriters, {}));
  for (const auto& writer : writers) {
    std::int64_t last = 0;
    for (bool more = true; more;) {
      CICADA_TRY(const Rows rows, database_->run(kRecords, {text_at(writer, 0), last, kPage}));
      for (const auto& row : rows) {
        last = number_at(row, 0);
        visit({.chain = text_at(writer, 0),
               .sequence = static_cast<std::uint64_t>(last),
               .json = text_at(row, 1),
               .hash = to_digest(octets_at(row, 2))});
      }
      more = rows.size() == static_cast<std::size_t>(kPage);
    }
  }
  return {};
}

base::Result<void> SqlJournal::visit_jobs(const std::function<void(const JobSummary&)>& visit) {
  JobId last = 0;
  for (;;) {
    CICADA_TRY(const Rows rows, database_->run(kJobs, {last, kPage}));
    for (const auto& row : rows) {
      last = number_at(row, 0);
      visit({.job = last,
             .state = static_cast<State>(number_at(row, 1)),
             .chip = text_at(row, 2),
             .dossier = text_at(row, 3)});
    }
    if (rows.size() < static_cast<std::size_t>(kPage)) return {};
  }
}

}  // namespace cicada::host::journal
