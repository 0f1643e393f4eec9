// Recipes: told apart, and kept once however many batches are made with one.
#include "cicada/host/journal/recipe.h"

#include <algorithm>
#include <span>

#include "cicada/base/hex.h"
#include "sql_journal.h"

namespace cicada::host::journal {
namespace {

using base::Fault;

constexpr Sql kAll = {"SELECT number, profile, dialect, content, csca FROM recipe ORDER BY number"};
constexpr Sql kFind = {"SELECT number FROM recipe WHERE profile = $1 AND dialect = $2 AND content = $3 AND csca = $4"};
constexpr Sql kAdd = {
    "INSERT INTO recipe (profile, dialect, content, csca) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING "
    "RETURNING number"};
constexpr Sql kOfBatch = {"SELECT recipe, number FROM batch WHERE id = $1 FOR UPDATE"};
constexpr Sql kPutBatch = {"UPDATE batch SET recipe = $2 WHERE number = $1"};
/// Jobs that were taken in before it was said.
constexpr Sql kPutJobs = {"UPDATE job SET recipe = $3 WHERE id BETWEEN $1 AND $2 AND recipe <> $3"};
/// Jobs of a batch whose files are built and sealed, whatever became of them.
constexpr Sql kSealed = {"SELECT id FROM job WHERE id BETWEEN $1 AND $2 AND pack <> '' LIMIT 1"};
constexpr Sql kReady = {"SELECT recipe, count(*) FROM job WHERE state = 1 GROUP BY recipe ORDER BY recipe"};
static_assert(static_cast<int>(State::ready) == 1);

std::optional<Digest> digest_at(const Row& row, std::size_t column) {
  if (octets_at(row, column).empty()) return std::nullopt;
  return to_digest(octets_at(row, column));
}

bool differ(const std::optional<Digest>& one, const std::optional<Digest>& other) noexcept {
  return one && other && *one != *other;
}

/// In whichever way each of them says it.
bool differ_in_country(const Recipe& one, const Recipe& other) noexcept {
  return differ(one.csca, other.csca) && (one.csca != other.csca_file) && (one.csca_file != other.csca);
}

base::Result<void> refuse(Misfit misfit) {
  constexpr base::Literal kHint = "prepare all of a batch with the same, or the records as another batch";
  switch (misfit) {
    case Misfit::none: return {};
    case Misfit::content:
      return base::fail({.fault = Fault::conflict,
                         .what = "the profile of this name was changed since the batch was prepared with it",
                         .hint = kHint});
    case Misfit::country:
      return base::fail({.fault = Fault::conflict, .what = "the batch was prepared in another country", .hint = kHint});
    case Misfit::profile: break;
  }
  return base::fail(
      {.fault = Fault::conflict, .what = "the batch was prepared with another profile or dialect", .hint = kHint});
}

}  // namespace

Misfit compare(const Recipe& one, const Recipe& other) noexcept {
  if (one.profile.empty() || other.profile.empty()) return Misfit::none;
  if (one.profile != other.profile || one.dialect != other.dialect) return Misfit::profile;
  if (differ_in_country(one, other)) return Misfit::country;
  return differ(one.content, other.content) ? Misfit::content : Misfit::none;
}

std::string to_text(const Recipe& recipe) {
  constexpr std::size_t kShown = 4;
  if (recipe.profile.empty()) return "a profile that nobody named";
  const auto short_of = [](const Digest& digest) { return base::to_hex(std::span{digest}.first(kShown)); };
  std::string text = "profile " + recipe.profile;
  if (recipe.content) text += " (" + short_of(*recipe.content) + ")";
  text += " for cards of dialect " + recipe.dialect;
  if (recipe.csca) text += ", CSCA " + short_of(*recipe.csca);
  return text;
}

base::Result<std::vector<std::pair<std::int64_t, Recipe>>> SqlJournal::recipes() {
  CICADA_TRY(const Rows rows, database_->run(kAll, {}));
  std::vector<std::pair<std::int64_t, Recipe>> all{{0, Recipe{}}};
  for (const auto& row : rows) {
    all.emplace_back(number_at(row, 0), Recipe{.profile = text_at(row, 1),
                                               .dialect = text_at(row, 2),
                                               .content = digest_at(row, 3),
                                               .csca = digest_at(row, 4)});
  }
  return all;
}

base::Result<Recipe> SqlJournal::recipe_of(std::int64_t number) {
  if (number == 0) return Recipe{};
  if (const auto known = recipes_.find(number); known != recipes_.end()) return known->second;
  CICADA_TRY(auto all, recipes());
  for (auto& [found, recipe] : all) recipes_[found] = std::move(recipe);
  const auto known = recipes_.find(number);
  if (known != recipes_.end()) return known->second;
  return base::fail({.fault = Fault::malformed, .what = "what a job is made with is not in the journal"});
}

base::Result<std::int64_t> SqlJournal::recipe_number(const Recipe& recipe) {
  const Row row{recipe.profile, recipe.dialect, optional_octets(recipe.content), optional_octets(recipe.csca)};
  CICADA_TRY(const Rows there, database_->run(kFind, row));
  if (!there.empty()) return number_at(there.front(), 0);
  CICADA_TRY(const Rows added, database_->run(kAdd, row));
  if (!added.empty()) return number_at(added.front(), 0);
  return base::fail({.fault = kAgain, .what = "another process added the same"});
}

/// What is known stays; what is new is written down. What the batch's jobs were sealed with, when that was not said at
/// the time, nobody can say afterwards: digests stay unsaid then, and the name is what is compared.
base::Result<void> SqlJournal::note_recipe(const Batch& batch, const Actor& actor) {
  if (batch.recipe.profile.empty()) return {};
  CICADA_TRY(const Rows rows, database_->run(kOfBatch, {batch.id}));
  if (rows.empty()) return base::fail({.fault = kAgain, .what = "a batch came and went"});
  const auto before = number_at(rows.front(), 0);
  const auto number = number_at(rows.front(), 1);
  CICADA_TRY(const Recipe there, recipe_of(before));
  CICADA_CHECK(refuse(compare(there, batch.recipe)));
  Recipe recipe = batch.recipe;
  recipe.csca_file.reset();
  if (!recipe.content) recipe.content = there.content;
  if (!recipe.csca) recipe.csca = there.csca;
  if (recipe == there) return {};
  const JobId first = number << kBatchShift;
  const JobId last = first + (JobId{1} << kBatchShift) - 1;
  CICADA_TRY(const Rows sealed, database_->run(kSealed, {first, last}));
  if (!sealed.empty()) {
    recipe.content = there.content;
    recipe.csca = there.csca;
    if (recipe == there) return {};
  }
  CICADA_TRY(const auto now, recipe_number(recipe));
  CICADA_CHECK(database_->run(kPutBatch, {number, now}));
  CICADA_CHECK(database_->run(kPutJobs, {first, last, now}));
  CICADA_CHECK(record("recipe", actor,
                      {{"batch", batch.id},
                       {"profile", recipe.profile},
                       {"dialect", recipe.dialect},
                       {"content", base::to_hex(optional_octets(recipe.content))},
                       {"csca", base::to_hex(optional_octets(recipe.csca))}}));
  return {};
}

base::Result<std::vector<RecipeCount>> SqlJournal::ready_by_recipe() {
  CICADA_TRY(const Rows rows, database_->run(kReady, {}));
  std::vector<RecipeCount> counts;
  for (const auto& row : rows) {
    CICADA_TRY(auto recipe, recipe_of(number_at(row, 0)));
    counts.push_back({.recipe = std::move(recipe), .ready = static_cast<std::uint64_t>(number_at(row, 1))});
  }
  return counts;
}

}  // namespace cicada::host::journal
