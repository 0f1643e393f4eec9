// A plan put to a target.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/runner/journal.h"
#include "cicada/conformance/runner/plan.h"
#include "cicada/conformance/terminal/target.h"

namespace cicada::conformance::runner {

/// Files by the names that cases use.
using Files = std::map<std::string, base::Bytes>;

/// What is behind the names in cases; the real thing unless a test says otherwise.
struct Book {
  std::function<const procedures::NamedGiven*(std::string_view)> given = procedures::find_given;
  std::function<const procedures::NamedProcedure*(std::string_view)> procedure = procedures::find_procedure;
  std::function<model::Outcome(procedures::Scene&, std::string_view, base::Bytes&)> read_file = procedures::read_file;
  /// A check of conformance/lds over all files that were read; those that the case names are among them.
  std::function<model::Outcome(std::string_view check, const Files&, const model::Ics&, base::Instant)> check;

  Book();
};

/// What a run has around it. Everything is borrowed.
struct Setting {
  terminal::Target& target;
  base::Rng& rng;
  const model::Ics& ics;
  base::Instant now{};         ///< for certificates and dates
  bool allow_changes = false;  ///< cases that leave something in a chip that cannot be restored
  std::stop_token stop = {};   ///< asked between cases
  Book book = {};
};

/// Where a run is: told before each case and at the end.
struct Progress {
  std::size_t done = 0;
  std::size_t planned = 0;
  std::size_t failed = 0;
  std::string_view id;  ///< of the case that comes now; empty at the end
};
using Listener = std::function<void(const Progress&)>;

enum class Ending : std::uint8_t {
  complete,
  stopped,  ///< somebody asked for it
  chip,     ///< the chip no longer answers, or cannot be restored
  journal,  ///< a record could not be written
};

struct Finished {
  model::RunRecord record;  ///< every planned case; what was not put to the chip is inconclusive, with why
  Ending ending = Ending::complete;
  std::string why;  ///< of the other endings
};

/// Runs what `journal` (which may be nullptr) does not have yet. For each case: reset, precondition, body; then reset
/// and two commands that must be answered as they were before the first case. The target is restored after a case that
/// changed it, where that is possible. A case during which the chip went away is not in the journal. What opens the
/// document is in no text of a record; exchanges hold what they hold. The record's subject and profiles are the
/// statement's; the caller says `title` and `program`.
[[nodiscard]] Finished run(const Plan& plan, Setting setting, Journal* journal = nullptr,
                           const Listener& listener = {});

}  // namespace cicada::conformance::runner
