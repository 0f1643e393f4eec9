#include "verdict_text.h"

#include <fmt/format.h>

#include "terminal.h"

namespace cicada::tools {

namespace auth = host::auth;

std::string to_text(const auth::Verdict& verdict) {
  std::string text = fmt::format("verdict: {}\n", auth::to_string(verdict.outcome()));
  for (const auto& check : verdict.checks) {
    const std::string_view mark = check.result == auth::CheckResult::passed   ? "passed"
                                  : check.result == auth::CheckResult::failed ? "FAILED"
                                                                              : "not checked";
    text += fmt::format("  {:<11}  {:<23}  {}\n", mark, auth::to_string(check.check), safe(check.reason));
    // A clause helps who looks for the reason of a failure; passed checks stay short.
    if (check.result == auth::CheckResult::failed && !check.clause.empty())
      text += fmt::format("{:40}[{}]\n", "", check.clause);
    for (const auto& deviation : check.deviations) text += fmt::format("{:40}deviation: {}\n", "", safe(deviation));
  }
  return text;
}

Exit exit_for(const auth::Verdict& verdict) noexcept {
  return verdict.outcome() == auth::Outcome::passed ? Exit::done : Exit::check_failed;
}

}  // namespace cicada::tools
