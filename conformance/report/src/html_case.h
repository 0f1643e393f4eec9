// One case as the HTML page shows it.
#pragma once

#include <string>

#include "cicada/conformance/model/record.h"

namespace cicada::conformance::report {

/// A <details> element with the id "c<index>"; open when somebody has to look at it.
[[nodiscard]] std::string html_of(const model::Record& record, std::size_t index);

}  // namespace cicada::conformance::report
