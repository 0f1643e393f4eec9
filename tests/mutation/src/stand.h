// Where a card under test stands: in this process.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/conformance/terminal/target.h"
#include "cicada/host/transport/loopback.h"
#include "cicada/tests/mutation/specimen.h"

namespace cicada::tests::mutation {

/// Starts again each time that the card does, so that a replaced key is the same after a card was restored.
class RewoundRng final : public base::Rng {
 public:
  void rewind() { rng_.emplace(kSeed); }
  [[nodiscard]] base::Result<void> fill(base::MutableByteView out) override { return rng_->fill(out); }

 private:
  static constexpr std::uint64_t kSeed = 9303;
  std::optional<base::ReplayRng> rng_{kSeed};
};

class Stand final : public conformance::terminal::Target {
 public:
  /// Borrows all but the faults.
  Stand(const Specimen& specimen, std::vector<applet_sim::misbehave::Fault> faults, base::Rng& rng,
        const base::Clock& clock)
      : specimen_(specimen), rng_(rng), clock_(clock), misbehaviour_(std::move(faults), of_faults_) {}

  /// To be called before all else. Fails as Card::open and Misbehaviour::furnish.
  [[nodiscard]] base::Result<void> power_up();
  [[nodiscard]] bool struck() const noexcept { return misbehaviour_.struck(); }

  [[nodiscard]] host::transport::Transport& transport() override { return slot_; }
  [[nodiscard]] base::Result<void> reset() override;
  [[nodiscard]] bool can_restore() const noexcept override { return true; }
  [[nodiscard]] base::Result<void> restore() override { return power_up(); }
  [[nodiscard]] std::string describe() const override { return "test card " + specimen_.configuration; }

 private:
  const Specimen& specimen_;
  base::Rng& rng_;
  const base::Clock& clock_;
  RewoundRng of_faults_;
  applet_sim::misbehave::Misbehaviour misbehaviour_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  host::transport::LoopbackTransport slot_{[this](base::ByteView command) { return card_->process(command); }};
};

}  // namespace cicada::tests::mutation
