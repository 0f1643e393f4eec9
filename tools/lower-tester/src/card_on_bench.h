// One simulated card in front of a reader.
#pragma once

#include <memory>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/conformance/reader/lower_tester.h"
#include "cicada/host/transport/loopback.h"
#include "logged_card.h"

namespace cicada::tools::lower_tester {

class CardOnBench final : public conformance::reader::CardInField {
 public:
  /// Fails as Card::create_personalized, and when the card does not have what a fault is about.
  [[nodiscard]] static base::Result<std::unique_ptr<CardInField>> create(
      const applet_sim::kernel::CardContent& content, std::vector<applet_sim::misbehave::Fault> faults,
      conformance::reader::Presented presented, base::Rng& rng, const base::Clock& clock);

  [[nodiscard]] const conformance::reader::Presented& presented() const noexcept override { return presented_; }
  [[nodiscard]] host::transport::Transport& insert() override;
  [[nodiscard]] base::Result<void> serve(const std::string& host, std::uint16_t port,
                                         const std::stop_token& stop) override;
  [[nodiscard]] std::vector<conformance::model::Exchange> take_exchanges() override { return log_.take(); }

  /// For create().
  CardOnBench(std::vector<applet_sim::misbehave::Fault> faults, conformance::reader::Presented presented,
              base::Rng& rng)
      : presented_(std::move(presented)), misbehaviour_(std::move(faults), rng) {}

 private:
  conformance::reader::Presented presented_;
  applet_sim::misbehave::Misbehaviour misbehaviour_;
  Log log_{misbehaviour_};
  std::unique_ptr<applet_sim::kernel::Card> card_ = {};
  host::transport::LoopbackTransport slot_{[this](base::ByteView command) { return card_->process(command); }};
};

}  // namespace cicada::tools::lower_tester
