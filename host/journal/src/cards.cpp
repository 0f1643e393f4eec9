// Finished cards: how many lately, and where one is.
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

/// A card that was set aside since keeps its day, and is no good card.
constexpr Sql kDoneSince = {"SELECT count(*) FROM job WHERE done_at > 0 AND done_at > $1 AND state = 7"};
static_assert(static_cast<int>(State::done) == 7);
constexpr Sql kCard = {
    "SELECT j.id, j.version, j.state, j.findings, j.reason, j.station, j.chip, j.ds, j.delivery, j.changed_at, "
    "j.done_at "
    "FROM dossier AS d JOIN job AS j ON j.id = d.job WHERE d.dossier = $1 AND d.current = 1"};
constexpr Sql kCardBatch = {"SELECT id FROM batch WHERE number = $1"};

base::Instant instant_of(std::int64_t milliseconds) noexcept {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{milliseconds}});
}

}  // namespace

base::Result<std::uint64_t> SqlJournal::done_within(std::chrono::seconds time) {
  const auto since = milliseconds_now() - std::chrono::milliseconds{time}.count();
  CICADA_TRY(const Rows rows, database_->run(kDoneSince, {since}));
  return static_cast<std::uint64_t>(number_at(rows.front(), 0));
}

base::Result<std::optional<CardRecord>> SqlJournal::find_card(std::string_view dossier) {
  CICADA_TRY(const Rows rows, database_->run(kCard, {std::string{dossier}}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  CICADA_TRY(const Rows batch, database_->run(kCardBatch, {number_at(row, 0) >> kBatchShift}));
  CardRecord card{.dossier = std::string{dossier}};
  if (!batch.empty()) card.batch = text_at(batch.front(), 0);
  card.version = static_cast<std::uint32_t>(number_at(row, 1));
  card.state = static_cast<State>(static_cast<std::uint64_t>(number_at(row, 2)) % kStates);
  card.findings = text_at(row, 3);
  card.reason = text_at(row, 4);
  card.station = text_at(row, 5);
  card.chip = text_at(row, 6);
  card.ds = text_at(row, 7);
  card.delivery = static_cast<Delivery>(number_at(row, 8));
  card.changed_at = instant_of(number_at(row, 9));
  if (card.state == State::done && number_at(row, 10) > 0) card.done_at = instant_of(number_at(row, 10));
  return card;
}

}  // namespace cicada::host::journal
