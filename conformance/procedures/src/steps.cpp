#include "cicada/conformance/procedures/steps.h"

#include <fmt/format.h>

#include "cicada/conformance/terminal/command.h"

namespace cicada::conformance::procedures {

using model::Expectation;
using model::Outcome;
using model::Protection;
using terminal::Observation;
using terminal::Terminal;

namespace {

/// How the answer looked: "6982 in plain, 0 octets", "9000 protected, 6 octets".
std::string describe(const Observation& seen) {
  return fmt::format("{:04X} {}, {} octets{}{}", seen.sw, seen.secured ? "protected" : "in plain", seen.data.size(),
                     seen.wrong.empty() ? "" : "; ", seen.wrong);
}

bool fits(const Observation& seen, const Expectation& wanted) {
  if (!seen.wrong.empty()) return false;
  if (wanted.protection == Protection::secured && !seen.secured) return false;
  if (wanted.protection == Protection::plain && seen.secured) return false;
  return wanted.allows(seen.sw) && wanted.data.holds(seen.data);
}

}  // namespace

Outcome inconclusive(std::string_view what, const base::Error& error) {
  return model::inconclusive(fmt::format("{}: {}", what, error.describe()));
}

Outcome judge(const Observation& seen, const Expectation& wanted, std::string_view what) {
  if (fits(seen, wanted)) return model::pass();
  return model::fail(fmt::format("{}: {}; wanted {}", what, describe(seen), wanted.describe()));
}

Outcome judge(const host::iso7816::ResponseApdu& seen, const Expectation& wanted, std::string_view what) {
  return judge(Observation{.sw = seen.sw, .data = seen.data}, wanted, what);
}

Outcome run_step(Terminal& terminal, const model::Step& step, std::string_view what) {
  if (step.way == model::Step::Way::plain) {
    const auto response = terminal.send(step.command, what);
    return response ? judge(*response, step.expect, what) : inconclusive(what, response.error());
  }
  const auto command = terminal::parse_command(step.command);
  if (!command) return inconclusive(what, command.error());
  const auto observed = terminal.protect(*command, step.tampers, what);
  return observed ? judge(*observed, step.expect, what) : inconclusive(what, observed.error());
}

Outcome run_steps(Terminal& terminal, std::span<const model::Step> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto outcome = run_step(terminal, steps[i], fmt::format("step {}", i + 1));
    if (!outcome.passed()) return outcome;
  }
  return model::pass();
}

}  // namespace cicada::conformance::procedures
