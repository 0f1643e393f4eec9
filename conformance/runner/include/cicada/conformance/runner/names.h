// Names in cases that nothing stands behind.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cicada/conformance/model/case.h"

namespace cicada::conformance::runner {

/// Preconditions, procedures and their arguments, checks and files: what is wrong, one line each.
[[nodiscard]] std::vector<std::string> unknown_names(std::span<const model::Unit> units);

}  // namespace cicada::conformance::runner
