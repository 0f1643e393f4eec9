#include "cicada/conformance/procedures/registry.h"

#include <set>

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::conformance::procedures;

namespace {

model::Unit unit_with(std::string given, decltype(model::Case::body) body) {
  model::Case test;
  test.info.id = "ISO7816_X_1";
  test.given = std::move(given);
  test.body = std::move(body);
  return {.id = "ISO7816_X", .title = "", .cases = {test}};
}

std::string problem_of(const model::Unit& unit) {
  const auto problems = unknown_names({&unit, 1});
  return problems.empty() ? "" : problems.front();
}

}  // namespace

TEST_GROUP(Registry){};

TEST(Registry, has_each_name_once_and_says_what_it_means) {
  std::set<std::string_view> names;
  for (const auto& given : all_givens()) {
    CHECK(names.insert(given.name).second);
    CHECK(!given.means.empty() && given.given != nullptr);
    POINTERS_EQUAL(&given, find_given(given.name));
  }
  names.clear();
  for (const auto& procedure : all_procedures()) {
    CHECK(names.insert(procedure.name).second);
    CHECK(procedure.procedure != nullptr);
    POINTERS_EQUAL(&procedure, find_procedure(procedure.name));
  }
}

TEST(Registry, knows_the_preconditions_of_access) {
  for (const auto* name : {"master-file", "application-selected", "bac-open", "pace-open", "pace-open-master-file",
                           "pace-open-other-mapping", "access-open", "access-open-master-file"}) {
    CHECK(find_given(name) != nullptr);
  }
}

TEST(Registry, knows_no_other_names) {
  POINTERS_EQUAL(nullptr, find_given(""));
  POINTERS_EQUAL(nullptr, find_given("bac"));
  POINTERS_EQUAL(nullptr, find_procedure("bac-open"));
}

TEST(Registry, finds_names_in_cases_that_nothing_has) {
  CHECK_STRING("", problem_of(unit_with("", model::Steps{})));
  CHECK_STRING("", problem_of(unit_with("bac-open", model::Call{.procedure = "bac-positive", .arguments = {}})));
  CHECK_STRING("ISO7816_X_1: no precondition is named \"bac-opened\"",
               problem_of(unit_with("bac-opened", model::Steps{})));
  CHECK_STRING("ISO7816_X_1: no procedure is named \"bac\"",
               problem_of(unit_with("", model::Call{.procedure = "bac", .arguments = {}})));
  CHECK_STRING("ISO7816_X_1: \"bac-positive\" takes no argument \"file\"",
               problem_of(unit_with("", model::Call{.procedure = "bac-positive", .arguments = {{"file", "DG1"}}})));
}
