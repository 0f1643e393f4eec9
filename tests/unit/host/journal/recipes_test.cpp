// Two kinds of card in one journal: a line gets what it can make, and nothing else is touched.
#include "bench_of_jobs.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;

namespace {

constexpr std::chrono::seconds kHour = std::chrono::hours{1};
constexpr std::chrono::seconds kNone{0};

journal::Recipe made_with(const char* profile) {
  return {.profile = profile, .dialect = "cicada-1", .content = digest(1), .csca = digest(2)};
}
const journal::Recipe kCards = made_with("cccd-2021");
const journal::Recipe kPassports = made_with("passport");

}  // namespace

TEST_GROUP(JournalRecipes) {
  Desk desk;

  /// A batch of its own, with one ready job for each dossier.
  void prepare(const char* batch, const journal::Recipe& recipe, std::uint64_t first, std::uint64_t count,
               int priority = 0) const {
    desk.prepare({.id = batch, .announced = count, .priority = priority, .recipe = recipe}, first);
  }
  std::string claimed(const journal::Recipe& recipe, std::size_t count, std::chrono::seconds lease = kHour,
                      const char* station = "s1") const {
    const auto claims = desk->claim({.station = station}, count, lease, recipe);
    CHECK_OK(claims);
    std::string all;
    for (const auto& claim : *claims) {
      CHECK_TRUE(fits(claim.recipe, recipe));
      all += claim.dossier + " ";
    }
    return all;
  }
};

TEST(JournalRecipes, give_a_line_the_jobs_that_it_can_make_and_no_others) {
  prepare("cards", kCards, 10, 2);
  prepare("passports", kPassports, 20, 2, 5);  // first, if it were theirs
  CHECK_STRING("", claimed(made_with("residence"), 10));
  CHECK_STRING("D0010 D0011 ", claimed(kCards, 10));
  CHECK_STRING("", claimed(kCards, 10));
  CHECK_STRING("D0020 D0021 ", claimed(kPassports, 10));
}

TEST(JournalRecipes, keep_the_order_over_all_that_fit) {
  auto unsaid = kCards;
  unsaid.content.reset();  // as an earlier program wrote it
  prepare("new", kCards, 10, 2);
  prepare("old", unsaid, 20, 2, 1);
  prepare("nobody-said", {}, 30, 1, 2);
  prepare("passports", kPassports, 40, 1, 9);
  CHECK_STRING("D0030 D0020 ", claimed(kCards, 2));
  CHECK_STRING("D0021 D0010 D0011 ", claimed(kCards, 10));
}

TEST(JournalRecipes, leave_expired_leases_and_what_is_taken_back_to_whom_they_fit) {
  prepare("cards", kCards, 10, 1);
  prepare("passports", kPassports, 20, 1);
  CHECK_STRING("D0010 ", claimed(kCards, 1, kNone));
  CHECK_STRING("D0020 ", claimed(kPassports, 5));
  CHECK_STRING("D0010 ", claimed(kCards, 5, kHour, "s2"));  // its lease ran out
  // The process comes back with another profile: what it had claimed is ready, for those who can make it.
  CHECK_OK(desk->take_back({.station = "s1"}));
  CHECK_STRING("", claimed(kCards, 5));
  CHECK_STRING("D0020 ", claimed(kPassports, 5));
}

TEST(JournalRecipes, tell_a_changed_profile_and_another_country_apart) {
  auto changed = kCards;
  changed.content = digest(7);
  auto abroad = kCards;
  abroad.csca = digest(8);
  CHECK_TRUE(compare(kCards, changed) == journal::Misfit::content);
  CHECK_TRUE(compare(kCards, abroad) == journal::Misfit::country);
  CHECK_TRUE(compare(kCards, kPassports) == journal::Misfit::profile);
  CHECK_TRUE(compare(kCards, {}) == journal::Misfit::none);
  prepare("cards", kCards, 10, 1);
  CHECK_STRING("", claimed(changed, 1));
  CHECK_STRING("", claimed(abroad, 1));
  const auto again = desk->add_batch({.id = "cards", .announced = 1, .recipe = changed}, kActor);
  CHECK_FAULT(base::Fault::conflict, again);
  STRCMP_CONTAINS("was changed since", again.error().describe().c_str());
  CHECK_STRING("D0010 ", claimed(kCards, 1));
}

TEST(JournalRecipes, know_their_country_also_as_an_earlier_program_wrote_it_down) {
  auto earlier = kCards;
  earlier.csca = digest(9);
  auto both = kCards;
  both.csca_file = digest(9);
  auto changed = both;
  changed.content = digest(7);
  CHECK_TRUE(compare(earlier, kCards) == journal::Misfit::country);
  CHECK_TRUE(compare(earlier, both) == journal::Misfit::none && compare(both, earlier) == journal::Misfit::none);
  CHECK_TRUE(compare(kCards, both) == journal::Misfit::none);
  CHECK_TRUE(compare(earlier, changed) == journal::Misfit::content);
  prepare("old", earlier, 10, 2);
  prepare("old", both, 12, 2);
  prepare("new", both, 20, 1);
  CHECK_TRUE(desk->batches_in_work()->front().recipe == earlier);
  CHECK_TRUE(desk->batches_in_work()->back().recipe == kCards);
  CHECK_STRING("", claimed(changed, 9));
  CHECK_STRING("D0010 D0011 D0012 D0013 D0020 ", claimed(both, 9));
}

TEST(JournalRecipes, say_later_what_jobs_were_made_with) {
  prepare("cards", {}, 10, 1);
  CHECK_OK(desk->add_batch({.id = "cards", .announced = 1, .recipe = kCards}, kActor));
  CHECK_STRING("", claimed(kPassports, 1));
  CHECK_STRING("D0010 ", claimed(kCards, 1));
}

TEST(JournalRecipes, leave_unsaid_what_sealed_jobs_were_made_with) {
  auto names = kCards;
  names.content.reset();
  names.csca.reset();
  prepare("cards", names, 10, 1);
  prepare("cards", names, 11, 1);
  const journal::Batch again{.id = "cards", .announced = 1, .recipe = kCards};
  CHECK_OK(desk->add_batch(again, kActor));
  CHECK_OK(desk->add_batch(again, kActor));
  CHECK_FAULT(base::Fault::conflict, desk->add_batch({.id = "cards", .announced = 1, .recipe = kPassports}, kActor));
  prepare("cards", kCards, 12, 1);
  CHECK_TRUE(desk->batches_in_work()->front().recipe == names);
  auto changed = kCards;
  changed.content = digest(7);
  CHECK_STRING("", claimed(kPassports, 1));
  CHECK_STRING("D0010 ", claimed(changed, 1));  // the name will do
  CHECK_STRING("D0011 D0012 ", claimed(kCards, 5));
}

TEST(JournalRecipes, are_completed_as_long_as_nothing_is_sealed) {
  auto names = kCards;
  names.content.reset();
  names.csca.reset();
  CHECK_OK(desk->add_batch({.id = "cards", .announced = 1, .recipe = names}, kActor));
  CHECK_OK(desk->take_in("cards", std::vector{dossier(10)}, kActor));
  prepare("cards", kCards, 10, 1);
  auto changed = kCards;
  changed.content = digest(7);
  CHECK_STRING("", claimed(changed, 1));
  CHECK_STRING("D0010 ", claimed(kCards, 1));
}

TEST(JournalRecipes, know_of_a_card_in_the_field_what_its_job_needs) {
  prepare("cards", kCards, 10, 1);
  prepare("passports", kPassports, 20, 1);
  const auto claims = desk->claim(kActor, 1, kHour, kPassports);
  CHECK_OK(claims);
  LONGS_EQUAL(0, static_cast<int>(desk.step(claims->front(), State::bound, chip(1))));
  CHECK_TRUE((*desk->find_chip(chip(1)))->recipe == kPassports);
  CHECK_TRUE(desk->jobs_in_hand("")->front().recipe == kPassports);
  const auto ready = desk->ready_by_recipe();
  CHECK_OK(ready);
  LONGS_EQUAL(1, ready->size());
  CHECK_TRUE(ready->front().recipe == kCards);
  LONGS_EQUAL(1, ready->front().ready);
}

TEST(JournalRecipes, come_forward_from_a_journal_that_knew_names_and_countries_only) {
  auto nowhere = kPassports;
  nowhere.csca.reset();
  prepare("cards", kCards, 10, 1);
  prepare("passports", nowhere, 20, 1);
  prepare("nobody-said", {}, 30, 1);
  desk.place().make_schema_older();
  desk.reopen();
  auto names = kCards;
  names.content.reset();  // of an old recipe it is not known: the name will do
  CHECK_TRUE(desk->batches_in_work()->front().recipe == names);
  auto abroad = kCards;
  abroad.csca = digest(8);
  CHECK_STRING("D0030 ", claimed(abroad, 5));
  CHECK_STRING("D0010 ", claimed(kCards, 5));
  CHECK_STRING("D0020 ", claimed(kPassports, 5));
}
