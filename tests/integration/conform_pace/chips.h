// Chips of each kind that the cases of PACE and chip authentication are about, and the statements that go with them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/verdict.h"
#include "cicada/conformance/terminal/target.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::tests {

/// "gm-ecdh", "im-dh", "cam", "several" (five offers, two keys), "can" (whose statement has no MRZ), "bac-3des" ...
[[nodiscard]] const std::vector<std::string_view>& chip_names();

/// The chip as a target, in memory of this process.
class Chip final : public conformance::terminal::Target {
 public:
  /// `hooks` (or none) must outlive the chip.
  explicit Chip(std::string_view name, applet_sim::kernel::Hooks* hooks = nullptr);

  [[nodiscard]] const conformance::model::Ics& ics() const noexcept { return ics_; }

  host::transport::Transport& transport() override { return slot_; }
  base::Result<void> reset() override;
  [[nodiscard]] bool can_restore() const noexcept override { return false; }
  base::Result<void> restore() override;
  [[nodiscard]] std::string describe() const override { return "a chip in memory"; }

 private:
  base::ReplayRng rng_{7};
  base::SystemClock clock_;
  conformance::model::Ics ics_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  host::transport::LoopbackTransport slot_{[this](base::ByteView command) { return card_->process(command); }};
};

/// The cases of units I and P.
[[nodiscard]] std::vector<const conformance::model::Case*> cases();
/// One case on a chip, from a reset.
[[nodiscard]] conformance::model::Outcome run_case(Chip& chip, const conformance::model::Case& test,
                                                   std::map<std::string, base::Bytes>& files, base::Rng& rng);

}  // namespace cicada::tests
