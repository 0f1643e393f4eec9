// A verdict for people, and what it means for the shell.
#pragma once

#include <string>

#include "app.h"
#include "cicada/host/auth/verdict.h"

namespace cicada::tools {

/// "verdict: passed" and one line a check, with reason, clause and tolerated deviations.
[[nodiscard]] std::string to_text(const host::auth::Verdict& verdict);

/// done only when the verdict is `passed`: a check that matters and was not made is no reason to trust.
[[nodiscard]] Exit exit_for(const host::auth::Verdict& verdict) noexcept;

}  // namespace cicada::tools
