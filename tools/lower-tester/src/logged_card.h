// A card that writes down what passes, on the wire and behind secure messaging.
#pragma once

#include <mutex>
#include <vector>

#include "cicada/applet_sim/kernel/hooks.h"
#include "cicada/conformance/model/record.h"

namespace cicada::tools::lower_tester {

/// Listens at a card's seams and hands everything on to other hooks. Commands may come from another thread than the one
/// that takes the exchanges.
class Log final : public applet_sim::kernel::Hooks {
 public:
  /// Borrows `inner`.
  explicit Log(Hooks& inner) noexcept : inner_(inner) {}
  [[nodiscard]] std::vector<conformance::model::Exchange> take();

  [[nodiscard]] base::Result<void> furnish(applet_sim::applet::CardState& card) override {
    return inner_.furnish(card);
  }
  void power_on() noexcept override { inner_.power_on(); }
  [[nodiscard]] std::optional<base::Bytes> intercept(const applet_sim::applet::Context& here,
                                                     base::ByteView octets) override;
  [[nodiscard]] std::optional<applet_sim::applet::Reply> before(const applet_sim::applet::Context& here,
                                                                applet_sim::apdu::CommandApdu& command) override;
  void after(const applet_sim::applet::Context& here, const applet_sim::apdu::CommandView& command,
             applet_sim::applet::Reply& reply) override;
  [[nodiscard]] applet_sim::sm::Wrapping wrapping() override { return inner_.wrapping(); }
  [[nodiscard]] bool keys_come_early() override { return inner_.keys_come_early(); }
  void leave(base::Bytes& answer) override;
  [[nodiscard]] std::chrono::milliseconds delay() override { return inner_.delay(); }

 private:
  Hooks& inner_;
  std::mutex mutex_ = {};
  std::vector<conformance::model::Exchange> exchanges_ = {};
};

}  // namespace cicada::tools::lower_tester
