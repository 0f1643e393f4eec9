// EF.SOD as other files' checks need it.
#pragma once

#include <set>

#include "judge.h"

namespace cicada::conformance::lds {

/// Data groups that EF.SOD has hashes for, as the way to comparing with them.
[[nodiscard]] Judged<std::set<unsigned>> signed_group_numbers(const Evidence& evidence);

}  // namespace cicada::conformance::lds
