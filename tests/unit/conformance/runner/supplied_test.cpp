// What comes with the suite: cases and sample statements.
#include <filesystem>

#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/runner/names.h"
#include "cicada/conformance/runner/plan.h"

#include "harness.h"

using namespace cicada::conformance;

namespace {

namespace fs = std::filesystem;

/// Claims of a sample that no case asks for would be a typing error, or a profile without cases.
bool is_asked_for(const std::string& profile, const std::vector<model::Unit>& units) {
  const auto plan = runner::make_plan(units, {.profiles = {profile}}, {});
  return plan.has_value();
}

}  // namespace

TEST_GROUP(Supplied){};

TEST(Supplied, cases_name_nothing_that_does_not_exist) {
  std::string text;
  for (const auto& line : runner::unknown_names(model::builtin_units())) text += "\n  " + line;
  if (!text.empty()) FAIL(text.c_str());
}

TEST(Supplied, statements_are_read_and_claim_what_cases_ask_for) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator{"../conformance/ics"}) {
    if (entry.path().extension() != ".toml") continue;
    ++count;
    const auto ics = model::load_ics(entry.path());
    if (!ics) FAIL(ics.error().text.c_str());
    for (const auto& profile : ics->profiles) {
      // How keys are agreed decides nothing for a case; a statement says it all the same.
      if (profile.starts_with("PACE-") || profile.starts_with("CA-")) continue;
      CHECK_TEXT(is_asked_for(profile, model::builtin_units()), profile.c_str());
    }
  }
  LONGS_EQUAL(3, count);
}
