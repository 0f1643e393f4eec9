// The cases of PACE (unit P) and chip authentication (unit I) against simulated chips of every kind.
#include <fmt/format.h>

#include <set>

#include "chips.h"
#include "cicada/conformance/procedures/registry.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using conformance::model::Verdict;
using tests::Chip;

namespace {

/// All that did not pass though it applies; and what passed.
std::string failures_on(std::string_view name, std::set<std::string>& passed) {
  Chip chip{name};
  std::map<std::string, Bytes> files;
  SystemRng rng;
  std::string failures;
  for (const auto* const test : tests::cases()) {
    const auto outcome = tests::run_case(chip, *test, files, rng);
    if (outcome.verdict == Verdict::not_applicable) continue;
    if (outcome.passed()) {
      passed.insert(test->info.id);
    } else {
      failures += fmt::format("\n  {} on {}: {}: {}", test->info.id, name, to_string(outcome.verdict), outcome.reason);
    }
  }
  return failures;
}

}  // namespace

TEST_GROUP(ConformPace){};

TEST(ConformPace, knows_every_name_that_its_cases_use) {
  for (const auto& problem : conformance::procedures::unknown_names(conformance::model::builtin_units())) {
    if (problem.starts_with("ISO7816_P") || problem.starts_with("ISO7816_I")) FAIL(problem.c_str());
  }
}

TEST(ConformPace, has_every_case_of_both_units_once) {
  std::set<std::string> ids;
  for (const auto* const test : tests::cases()) ids.insert(test->info.id);
  LONGS_EQUAL(72 + 29, ids.size());
}

TEST(ConformPace, cannot_try_the_MRZ_of_a_statement_that_has_none_and_takes_the_CAN_for_all_else) {
  Chip chip{"can"};
  std::map<std::string, Bytes> files;
  SystemRng rng;
  for (const auto* const test : tests::cases()) {
    const auto outcome = tests::run_case(chip, *test, files, rng);
    const bool is_about_mrz = test->info.id == "ISO7816_P_1";
    CHECK_TEXT((outcome.verdict == Verdict::inconclusive) == is_about_mrz, test->info.id.c_str());
  }
}

TEST(ConformPace, passes_on_a_sound_chip_of_every_kind_wherever_a_case_applies) {
  std::set<std::string> passed;
  std::string failures;
  for (const auto name : tests::chip_names()) {
    if (name != "can") failures += failures_on(name, passed);
  }
  if (!failures.empty()) FAIL(failures.c_str());
  for (const auto* const test : tests::cases()) CHECK_TEXT(passed.contains(test->info.id), test->info.id.c_str());
}
