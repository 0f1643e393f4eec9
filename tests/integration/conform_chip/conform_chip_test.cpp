// The cases of units A to E, O and Q to U against sound simulated chips of every kind.
#include <fmt/format.h>

#include <set>

#include "bench.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/procedures/registry.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
using conformance::model::Case;
using conformance::model::Verdict;
using tests::Chip;

namespace {

/// One ctest case for each kind of chip.
class OnChip final : public Utest {
 public:
  explicit OnChip(std::string name) : name_(std::move(name)) {}
  void testBody() override {
    Chip chip{name_};
    std::string failures;
    std::size_t passed = 0;
    for (const auto* const test : tests::file_cases()) {
      const auto outcome = chip.run(*test);
      if (outcome.passed()) ++passed;
      if (outcome.passed() || outcome.verdict == Verdict::not_applicable) continue;
      failures += fmt::format("\n  {} {}: {}", test->info.id, to_string(outcome.verdict), outcome.reason);
    }
    if (!failures.empty()) FAIL(failures.c_str());
    CHECK(passed > 25);
  }

 private:
  std::string name_;
};

class OnChipShell final : public UtestShell {
 public:
  explicit OnChipShell(std::string name)
      : UtestShell("ConformChip", "", __FILE__, __LINE__), kind_(std::move(name)), title_("passes_on_" + kind_) {
    setTestName(title_.c_str());
    TestRegistry::getCurrentRegistry()->addTest(this);
  }
  Utest* createTest() override { return new OnChip{kind_}; }

 private:
  std::string kind_;
  std::string title_;
};

const auto kOnEveryChip = [] {
  std::vector<std::unique_ptr<OnChipShell>> shells;
  for (const auto& name : tests::chip_names()) shells.push_back(std::make_unique<OnChipShell>(name));
  return shells;
}();

}  // namespace

TEST_GROUP(ConformChip){};

TEST(ConformChip, has_every_id_of_its_units) {
  std::map<std::string, std::size_t> counts;
  std::set<std::string> ids;
  for (const auto* const test : tests::file_cases()) {
    ++counts[test->info.unit];
    ids.insert(test->info.id);
  }
  LONGS_EQUAL(196, ids.size());
  const std::map<std::string, std::size_t> listed = {
      {"ISO7816_A", 3}, {"ISO7816_B", 54}, {"ISO7816_C", 15}, {"ISO7816_D", 19}, {"ISO7816_E", 21}, {"ISO7816_O", 58},
      {"ISO7816_Q", 4}, {"ISO7816_R", 6},  {"ISO7816_S", 8},  {"ISO7816_T", 4},  {"ISO7816_U", 4}};
  CHECK(counts == listed);
}

TEST(ConformChip, uses_only_names_that_there_are) {
  for (const auto* const test : tests::file_cases()) {
    const conformance::model::Unit unit{.id = test->info.unit, .title = "", .cases = {*test}};
    for (const auto& problem : conformance::procedures::unknown_names({&unit, 1})) FAIL(problem.c_str());
  }
}

TEST(ConformChip, puts_every_question_to_some_chip) {
  std::set<std::string> passed;
  for (const std::string name : {"groups", "aa-rsa", "aa-ecdsa"}) {
    Chip chip{name};
    for (const auto* const test : tests::file_cases()) {
      if (chip.run(*test).passed()) passed.insert(test->info.id);
    }
  }
  std::string never;
  for (const auto* const test : tests::file_cases()) {
    if (!passed.contains(test->info.id)) never += " " + test->info.id;
  }
  CHECK_STRING("", never);
}

TEST(ConformChip, says_which_profile_is_missing) {
  Chip chip{"bac"};
  for (const auto* const test : tests::file_cases()) {
    if (test->info.id != "ISO7816_S_3") continue;
    const auto outcome = chip.run(*test);
    CHECK(outcome.verdict == Verdict::not_applicable);
    CHECK_STRING("PACE", outcome.reason);
  }
}

TEST(ConformChip, leaves_fingers_and_irises_behind_terminal_authentication_alone) {
  Chip chip{"eac"};
  for (const auto* const test : tests::file_cases()) {
    for (const auto id : {"ISO7816_B_41", "ISO7816_B_42", "ISO7816_D_9", "ISO7816_E_10", "ISO7816_O_41"}) {
      if (test->info.id == id) CHECK_TEXT(chip.run(*test).verdict == Verdict::not_applicable, id);
    }
  }
}
