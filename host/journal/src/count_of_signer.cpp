// How many cards a document signer has signed, and no more than is asked for. Cards in hand and chips are found by an
// index; of what is ready and claimed all is looked through.
#include <algorithm>
#include <array>
#include <limits>

#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

/// Jobs that were signed before any station claimed them; cards in hand, whose job knows the signer and whose chip does
/// not yet; chips that are good, set aside or destroyed. In this order, so that a card that moves on in between is
/// counted twice rather than not at all.
constexpr std::array<Sql, 4> kParts{
    Sql{"SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 1 AND ds = $1 LIMIT $2) AS ready"},
    Sql{"SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 2 AND ds = $1 LIMIT $2) AS claimed"},
    Sql{"SELECT count(*) FROM (SELECT 1 FROM job AS j JOIN chip AS c ON c.chip = j.chip "
        "WHERE j.state BETWEEN 3 AND 6 AND j.ds = $1 AND c.ds = '' LIMIT $2) AS in_hand"},
    Sql{"SELECT count(*) FROM (SELECT 1 FROM chip WHERE ds = $1 AND ds <> '' LIMIT $2) AS known"}};
static_assert(static_cast<int>(State::ready) == 1 && static_cast<int>(State::claimed) == 2);
static_assert(static_cast<int>(State::bound) == 3 && static_cast<int>(State::verified) == 6);

}  // namespace

base::Result<std::uint64_t> SqlJournal::count_of_signer(std::string_view ds, std::uint64_t most) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto limit = static_cast<std::int64_t>(std::min(most, kMost));
  std::uint64_t count = 0;
  for (const auto& part : kParts) {
    if (ds.empty() || count >= most) break;
    CICADA_TRY(const Rows rows, database_->run(part, {std::string{ds}, limit}));
    count += static_cast<std::uint64_t>(number_at(rows.front(), 0));
  }
  return std::min(count, most);
}

}  // namespace cicada::host::journal
