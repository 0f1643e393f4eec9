// The words for what a chip can be, and which of them go together.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "cicada/conformance/model/loader.h"

namespace cicada::conformance::model {

[[nodiscard]] bool is_profile(std::string_view word) noexcept;
/// What contradicts: "AA-RSA needs AA"; empty when nothing does.
[[nodiscard]] std::string contradiction(const std::set<std::string>& claimed);

}  // namespace cicada::conformance::model
