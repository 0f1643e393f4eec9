// For every rule that a record can break: how, and what is just not it.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "record_maker.h"

namespace cicada::test {

/// What a rule looks at.
struct RuleSetting {
  Dossier dossier = good_dossier();
  host::issuance::Policy policy = host::issuance::law_2021();
};
struct RuleCase {
  std::string_view code;
  std::string_view field;
  std::function<void(RuleSetting&)> breaks;
  std::function<void(RuleSetting&)> keeps;  ///< as near to it as a record may come without a word of this rule
};

/// Rules of the number, of days, of texts and of the portrait.
[[nodiscard]] std::vector<RuleCase> record_cases();
/// Rules that other sources decide.
[[nodiscard]] std::vector<RuleCase> source_cases();

}  // namespace cicada::test
