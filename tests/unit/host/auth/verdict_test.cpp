#include "cicada/host/auth/verdict.h"

#include <algorithm>
#include <set>

#include "harness.h"

using namespace cicada::host::auth;

namespace {
/// A verdict in which everything passed.
Verdict all_passed() {
  auto verdict = Verdict::open();
  for (const auto name : kAllChecks) verdict.set(passed(name));
  return verdict;
}
}  // namespace

TEST_GROUP(Verdict){};

TEST(Verdict, ListsEveryCheckOnceInTheFixedOrder) {
  const auto verdict = Verdict::open();
  LONGS_EQUAL(kAllChecks.size(), verdict.checks.size());
  for (std::size_t i = 0; i < kAllChecks.size(); ++i) CHECK(verdict.checks[i].check == kAllChecks.at(i));
}

TEST(Verdict, HasTheFixedNames) {
  const std::vector<std::string> expected = {
      "access",         "card-access-match",     "sod-signature",       "dg-hashes",
      "ds-path",        "ds-validity",           "revocation",          "country",
      "file-structure", "active-authentication", "chip-authentication", "terminal-authentication"};
  LONGS_EQUAL(expected.size(), kAllChecks.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK_STRING(expected[i], to_string(kAllChecks.at(i)));
}

TEST(Verdict, HasAClauseForEveryCheck) {
  for (const auto name : kAllChecks) CHECK(clause_of(name).starts_with("9303-"));
}

TEST(Verdict, WithoutAnyCheckIsIncompleteAndNeverPassed) {
  CHECK_STRING("incomplete", to_string(Verdict{}.outcome()));
  CHECK_STRING("incomplete", to_string(Verdict::open().outcome()));
}

TEST(Verdict, IsPassedWhenEverythingPassed) {
  CHECK_STRING("passed", to_string(all_passed().outcome()));
}

TEST(Verdict, IsIncompleteForEachSingleCheckThatMattersAndWasNotMade) {
  for (const auto name : kAllChecks) {
    auto verdict = all_passed();
    verdict.set(not_checked(name, "no time"));
    CHECK_STRING("incomplete", to_string(verdict.outcome()));
  }
}

TEST(Verdict, IsPassedWhenOnlyAnUnneededCheckWasNotMade) {
  auto verdict = all_passed();
  verdict.set(not_needed(CheckName::chip_authentication, "the document has none"));
  CHECK_STRING("passed", to_string(verdict.outcome()));
}

TEST(Verdict, IsFailedForEachSingleFailureWhateverElseIsOpen) {
  for (const auto name : kAllChecks) {
    auto verdict = Verdict::open();
    verdict.set(failed(name, "wrong"));
    CHECK_STRING("failed", to_string(verdict.outcome()));
  }
}

TEST(Verdict, IsFailedEvenWhenTheFailureWasMarkedAsUnneeded) {
  auto verdict = all_passed();
  auto failure = failed(CheckName::country, "wrong");
  failure.matters = false;
  verdict.set(failure);
  CHECK_STRING("failed", to_string(verdict.outcome()));
}

TEST(Verdict, ReplacesACheckInsteadOfListingItTwice) {
  auto verdict = Verdict::open();
  verdict.set(passed(CheckName::revocation, "first"));
  verdict.set(failed(CheckName::revocation, "second"));
  LONGS_EQUAL(kAllChecks.size(), verdict.checks.size());
  CHECK_STRING("second", verdict.find(CheckName::revocation)->reason);
}

TEST(Verdict, KeepsTheOrderWhenChecksComeInAnyOrder) {
  Verdict verdict;
  verdict.set(passed(CheckName::country));
  verdict.set(passed(CheckName::access));
  verdict.set(passed(CheckName::ds_path));
  CHECK(std::ranges::is_sorted(verdict.checks, {}, &Check::check));
  POINTERS_EQUAL(nullptr, verdict.find(CheckName::revocation));
}

TEST(Verdict, NamesResultsAndOutcomesAsTheSchemaDoes) {
  CHECK_STRING("passed", to_string(CheckResult::passed));
  CHECK_STRING("failed", to_string(CheckResult::failed));
  CHECK_STRING("not-checked", to_string(CheckResult::not_checked));
  CHECK_STRING("failed", to_string(Outcome::failed));
}
