// What judges the cards of a run is judged: it takes none for good that is not.
#include <functional>

#include "line/ground_truth.h"
#include "line/line_process.h"
#include "line/plant.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace fs = std::filesystem;

namespace {

/// Some good card.
fs::path a_card(const Plant& plant) {
  for (const auto& entry : fs::directory_iterator{plant.magazine() / "good"}) return entry.path();
  throw std::runtime_error("no card was made");
}

void drop(host::perso::Profile& profile, std::string_view content) {
  std::erase_if(profile.files, [content](const auto& file) { return file.content == content; });
}

}  // namespace

TEST_GROUP(LineTruth) {
  Folder folder{"truth"};
  Plant plant{
      {.folder = folder.path(), .journal = "sqlite:" + (folder.path() / "journal.sqlite").string(), .stations = 1}};

  void setup() override {
    plant.begin_batch("batch", 0, 1);
    LONGS_EQUAL(1, run_line(plant).total().good);
  }
  /// Why the card is no good one of somebody whose card holds this.
  std::string problem_with(const host::perso::Profile& profile, const host::pki::TrustStore& trust,
                           std::size_t portrait = 700) {
    const auto found =
        look_at(a_card(plant), {.first = 0, .count = 1, .portrait_size = portrait, .profile = profile, .trust = trust});
    CHECK(found.passes() == found.problem.empty());
    return found.problem;
  }
};

TEST(LineTruth, takes_a_whole_and_genuine_card) {
  CHECK_STRING("", problem_with(plant.profile(), plant.trust()));
  LONGS_EQUAL(1, plant.check().good);
}

TEST(LineTruth, takes_no_card_whose_signer_was_not_checked) {
  const host::pki::TrustStore nobody{};
  STRCMP_CONTAINS("ds-path", problem_with(plant.profile(), nobody).c_str());
}

TEST(LineTruth, takes_no_card_that_does_not_prove_what_it_should) {
  auto profile = plant.profile();
  profile.active_authentication.emplace();
  STRCMP_CONTAINS("active-authentication not-checked", problem_with(profile, plant.trust()).c_str());
}

TEST(LineTruth, compares_the_portrait) {
  CHECK_STRING("DG2 is another's", problem_with(plant.profile(), plant.trust(), 701));
}

TEST(LineTruth, compares_the_list_of_groups) {
  auto profile = plant.profile();
  drop(profile, "dg13");
  CHECK_STRING("EF.COM is another's", problem_with(profile, plant.trust()));
}

TEST(LineTruth, misses_a_group_that_should_be_there) {
  auto profile = plant.profile();
  profile.files.push_back({.name = "EF.CardAccess", .df = "MF", .content = "ef-cardaccess", .fixed = {}, .max = {}});
  CHECK_STRING("EF.CardAccess is missing", problem_with(profile, plant.trust()));
}

TEST(LineTruth, counts_a_dossier_whose_card_is_gone_as_lost) {
  fs::remove(a_card(plant));
  const auto truth = plant.check();
  LONGS_EQUAL(1, truth.lost);
  CHECK(!truth.sound());
}

TEST(LineTruth, counts_two_cards_of_one_person_as_doubled) {
  const auto card = a_card(plant);
  fs::copy_file(card, card.parent_path().parent_path() / "quarantine" / "00.card");
  LONGS_EQUAL(1, plant.check().doubled);
}
