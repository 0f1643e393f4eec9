// Simulated chips as targets, their statements, and one case at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/case.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/terminal/target.h"
#include "cicada/host/transport/loopback.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tests {

/// Cards of the lower tester by name, and beside them
///   groups       BAC and PACE, every data group open to both, no terminal authentication; EF.DIR and EF.ATR/INFO
///   groups-bac   the same without PACE
[[nodiscard]] std::vector<std::string> chip_names();

/// A chip in memory of this process.
class Chip final : public conformance::terminal::Target {
 public:
  /// `hooks` (or none) must outlive the chip.
  explicit Chip(std::string_view name, applet_sim::kernel::Hooks* hooks = nullptr);

  [[nodiscard]] const conformance::model::Ics& ics() const noexcept { return ics_; }
  /// From a reset; not applicable when the statement does not claim what the case needs.
  [[nodiscard]] conformance::model::Outcome run(const conformance::model::Case& test);

  host::transport::Transport& transport() override { return slot_; }
  base::Result<void> reset() override;
  bool can_restore() const noexcept override { return false; }
  base::Result<void> restore() override;
  std::string describe() const override { return "a chip in memory"; }

 private:
  conformance::model::Outcome run_body(const conformance::model::Case& test, conformance::terminal::Target& target);

  base::ReplayRng rng_{7};
  base::SystemClock clock_;
  conformance::model::Ics ics_;
  std::map<std::string, base::Bytes> files_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  host::transport::LoopbackTransport slot_{[this](base::ByteView command) { return card_->process(command); }};
};

/// The cases of units A to E, O and Q to U.
[[nodiscard]] std::vector<const conformance::model::Case*> file_cases();

}  // namespace cicada::tests
