// Preconditions and procedures by the names that cases use.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cicada/base/clock.h"
#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/terminal/pace.h"
#include "cicada/conformance/terminal/terminal.h"

namespace cicada::conformance::procedures {

/// All that a procedure has in hand. The chip has just been reset when the precondition begins.
struct Scene {
  terminal::Terminal& terminal;
  const model::Ics& ics;
  const model::Case& test;
  base::Instant now;  ///< the moment of the run
  /// Files that were read in this run, whole, by name ("DG14"): reading them again for each case would be most of a
  /// run's time. Procedures use them through file().
  std::map<std::string, base::Bytes>& files;
  /// The run that opened the session, when it was PACE: what later protocols are bound to. Its own session is the
  /// state after the last step; the terminal's has gone on since.
  std::optional<terminal::PaceRun> pace = {};
};

/// A precondition: pass when it was reached. Anything else makes the case inconclusive with the reason.
using Given = model::Outcome (*)(Scene&);
/// A case that needs a decision or a loop. Arguments are `test.body`'s.
using Procedure = model::Outcome (*)(Scene&, const std::map<std::string, std::string>& arguments);

struct NamedGiven {
  std::string_view name;
  std::string_view means;  ///< one sentence
  Given given;
};
struct NamedProcedure {
  std::string_view name;
  std::span<const std::string_view> arguments;  ///< that it takes; others are refused when cases are loaded
  Procedure procedure;
};

/// nullptr: there is none of this name.
[[nodiscard]] const NamedGiven* find_given(std::string_view name) noexcept;
[[nodiscard]] const NamedProcedure* find_procedure(std::string_view name) noexcept;
[[nodiscard]] std::span<const NamedGiven> all_givens() noexcept;
[[nodiscard]] std::span<const NamedProcedure> all_procedures() noexcept;

/// Every name that the units use exists, with its arguments: what is wrong, one line each.
[[nodiscard]] std::vector<std::string> unknown_names(std::span<const model::Unit> units);

/// The file's content: from scene.files, or read with the strongest access that the statement claims (EAC for DG3 and
/// DG4) in a session of its own, after which the chip is reset and `given` has to be reached again. Read before the
/// first case by the runner for all files that the plan's cases name.
[[nodiscard]] model::Outcome read_file(Scene& scene, std::string_view name, base::Bytes& content);

}  // namespace cicada::conformance::procedures
