// A chip that says what a test wants, and cases to put to it.
#pragma once

#include <functional>
#include <string>

#include "cicada/base/rng.h"
#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/runner/run.h"
#include "cicada/conformance/terminal/target.h"

namespace cicada::tests {

/// Answers 9000 to everything unless `answer` says otherwise; an empty answer is none.
class ScriptedTarget final : public conformance::terminal::Target, private host::transport::Transport {
 public:
  std::function<base::Bytes(base::ByteView)> answer = [](base::ByteView) { return base::Bytes{0x90, 0x00}; };
  bool restorable = false;
  bool gone = false;  ///< resets fail from now on
  unsigned resets = 0;
  unsigned restores = 0;
  std::vector<std::string> seen;  ///< commands, in hexadecimal

  host::transport::Transport& transport() override { return *this; }
  base::Result<void> reset() override;
  bool can_restore() const noexcept override { return restorable; }
  base::Result<void> restore() override;
  std::string describe() const override { return "a scripted chip"; }

 private:
  base::Result<base::Bytes> transceive(base::ByteView command) override;
};

/// "U_<number>" in unit "U" that sends `command` and wants `sw`.
[[nodiscard]] conformance::model::Case step_case(int number, std::string_view command, std::string_view sw);
/// The same with another body.
[[nodiscard]] conformance::model::Case case_of(int number, decltype(conformance::model::Case::body) body);

/// A unit, its plan, a chip: what a run needs.
class Bench {
 public:
  std::vector<conformance::model::Unit> units{{.id = "U", .title = "A unit", .cases = {}}};
  ScriptedTarget target;
  base::ReplayRng rng{1};
  conformance::model::Ics ics;
  bool allow_changes = false;
  std::stop_source stop;
  conformance::runner::Book book;
  conformance::runner::Order order;

  Bench();
  void add(conformance::model::Case test) { units[0].cases.push_back(std::move(test)); }
  [[nodiscard]] conformance::runner::Plan plan() const;
  [[nodiscard]] conformance::runner::Setting setting();
  [[nodiscard]] conformance::runner::Finished run();
};

}  // namespace cicada::tests
