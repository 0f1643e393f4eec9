// What came back, held against what was wanted.
#pragma once

#include <span>
#include <string_view>

#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/verdict.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::procedures {

/// pass, or fail with "what: 6A82 in plain; wanted 9000, protected". Of a protected answer everything has to be sound.
[[nodiscard]] model::Outcome judge(const terminal::Observation& seen, const model::Expectation& wanted,
                                   std::string_view what);
/// The same of a plain command's answer.
[[nodiscard]] model::Outcome judge(const host::iso7816::ResponseApdu& seen, const model::Expectation& wanted,
                                   std::string_view what);

/// One step. Inconclusive when the command cannot be sent or no answer comes.
[[nodiscard]] model::Outcome run_step(terminal::Terminal& terminal, const model::Step& step, std::string_view what);
/// All of them, until one does not pass; it is named by its number, from 1.
[[nodiscard]] model::Outcome run_steps(terminal::Terminal& terminal, std::span<const model::Step> steps);

/// The line broke, or the suite could not go on: "SELECT: no card answers".
[[nodiscard]] model::Outcome inconclusive(std::string_view what, const base::Error& error);

}  // namespace cicada::conformance::procedures
