// Chips with terminal authentication of every kind that its cases are about, and the statements that go with them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/verdict.h"
#include "cicada/conformance/terminal/target.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::tests {

/// "bac-kat", "bac-rsa-v15", "pace", "pace-rsa", "cam", "cam-only", "dh", "p384"
[[nodiscard]] const std::vector<std::string_view>& eac_cards();

/// The chip as a target, in memory of this process.
class EacCard final : public conformance::terminal::Target {
 public:
  /// With a fault of the built-in catalogue, or without.
  explicit EacCard(std::string_view name, std::string_view fault = {});

  [[nodiscard]] const conformance::model::Ics& ics() const noexcept { return ics_; }

  host::transport::Transport& transport() override { return slot_; }
  base::Result<void> reset() override;
  [[nodiscard]] bool can_restore() const noexcept override { return true; }
  base::Result<void> restore() override;
  [[nodiscard]] std::string describe() const override { return "a chip in memory"; }

 private:
  std::string_view name_;
  std::string_view fault_;
  base::ReplayRng rng_{7};
  base::SystemClock clock_;
  conformance::model::Ics ics_;
  std::unique_ptr<applet_sim::misbehave::Misbehaviour> misbehaviour_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  host::transport::LoopbackTransport slot_{[this](base::ByteView command) { return card_->process(command); }};
};

/// The cases of units H and J to N.
[[nodiscard]] std::vector<const conformance::model::Case*> eac_cases();
/// One case on a chip, from a reset; a chip that it changed is restored, unless it is to stay as it is.
[[nodiscard]] conformance::model::Outcome run_case(EacCard& card, const conformance::model::Case& test,
                                                   std::map<std::string, base::Bytes>& files, bool restore = true);

}  // namespace cicada::tests
