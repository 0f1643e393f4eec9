// One `[[case]]` table.
#pragma once

#include <string_view>

#include "cicada/base/strict_table.h"
#include "cicada/conformance/model/loader.h"

namespace cicada::conformance::model {

/// `unit` is the beginning that the case's id must have.
[[nodiscard]] Checked<Case> read_case(const base::StrictTable& table, std::string_view unit);

}  // namespace cicada::conformance::model
