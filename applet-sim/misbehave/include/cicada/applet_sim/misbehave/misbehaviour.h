// Faults at work in a card.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/applet_sim/misbehave/fault.h"
#include "cicada/base/rng.h"

namespace cicada::applet_sim::misbehave {

/// Lets a card do what the faults say: kernel::Card::install. Actions come in the order of the faults and, within one,
/// in their own.
class Misbehaviour final : public kernel::Hooks {
 public:
  /// `rng` is for random octets and keys, and must outlive this.
  Misbehaviour(std::vector<Fault> faults, base::Rng& rng);
  Misbehaviour(const Misbehaviour&) = delete;
  Misbehaviour& operator=(const Misbehaviour&) = delete;
  Misbehaviour(Misbehaviour&&) = delete;
  Misbehaviour& operator=(Misbehaviour&&) = delete;
  ~Misbehaviour() override;

  /// Every action has struck at least once since the card was furnished.
  [[nodiscard]] bool struck() const noexcept;

  /// Fails with not_found when the card has no such file, object or key, with limit when a file grows too large.
  [[nodiscard]] base::Result<void> furnish(applet::CardState& card) override;
  void power_on() noexcept override;
  [[nodiscard]] std::optional<base::Bytes> intercept(const applet::Context& here, base::ByteView octets) override;
  [[nodiscard]] std::optional<applet::Reply> before(const applet::Context& here, apdu::CommandApdu& command) override;
  void after(const applet::Context& here, const apdu::CommandView& command, applet::Reply& reply) override;
  [[nodiscard]] sm::Wrapping wrapping() override;
  [[nodiscard]] bool keys_come_early() override;
  void leave(base::Bytes& answer) override;
  [[nodiscard]] std::chrono::milliseconds delay() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::applet_sim::misbehave
