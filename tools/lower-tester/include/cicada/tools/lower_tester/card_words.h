// The words in which a case asks for a card.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

/// "eac ta=rsa-pss-sha-256/2048 less=DG4": one of the default configurations, changed word by word (README.md). The
/// error is a whole sentence about the words.
[[nodiscard]] std::expected<Plan, std::string> plan_of(std::string_view words);

}  // namespace cicada::tools::lower_tester
