// A plan of reader cases, put to a reader.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/conformance/model/record.h"
#include "cicada/conformance/reader/case.h"
#include "cicada/conformance/reader/lower_tester.h"
#include "cicada/conformance/reader/reader_under_test.h"
#include "cicada/conformance/runner/journal.h"
#include "cicada/conformance/runner/plan.h"

namespace cicada::conformance::reader {

/// The cases as the runner's plan sees them: what they are called and what they need.
[[nodiscard]] std::vector<model::Unit> outline(std::span<const ReaderUnit> units);
/// The cases by their ids. Borrows the units.
using CasesById = std::map<std::string_view, const ReaderCase*>;
[[nodiscard]] CasesById by_id(std::span<const ReaderUnit> units);

/// What makes two runs the same run, for the journal. Fails with crypto.
[[nodiscard]] base::Result<runner::Identity> identity_of(const runner::Plan& plan, const CasesById& cases,
                                                         std::string_view program, std::string_view reader);

/// Everything is borrowed.
struct Setting {
  LowerTester& cards;
  ReaderUnderTest& reader;
  const base::Clock& clock;
  std::set<std::string> missing = {};  ///< profiles that the reader does not claim
  /// After a case in which the reader had to fail, the sound card of the same configuration must be read.
  bool control = true;
  std::stop_token stop = {};  ///< asked between cases
};

struct Progress {
  std::size_t done = 0;
  std::size_t planned = 0;
  std::size_t failed = 0;
  std::string_view id = {};  ///< of the case that comes now; empty at the end
};
using Listener = std::function<void(const Progress&)>;

struct Finished {
  model::RunRecord record;
  bool complete = true;  ///< false: it was stopped, the bench broke, or the journal could not be written
  std::string why = {};
};

/// Refuses a plan with a case whose words the lower tester does not know.
[[nodiscard]] model::Checked<void> check(const runner::Plan& plan, const CasesById& cases, const LowerTester& cards);

/// Runs what `journal` (may be null) does not have yet. The record's profiles are those that the reader claims; the
/// caller says title and program. The first case that nobody could judge ends it: the bench is broken.
[[nodiscard]] Finished run(const runner::Plan& plan, const CasesById& cases, Setting setting,
                           runner::Journal* journal = nullptr, const Listener& listener = {});

/// What a case comes to when the reader judged a card like this. Nothing: as it has to be.
[[nodiscard]] std::optional<std::string> disagreement(const ReaderCase& test, const Judgement& judgement);

}  // namespace cicada::conformance::reader
