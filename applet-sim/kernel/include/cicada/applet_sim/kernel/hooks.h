// Where somebody may reach into a card: between the wire and secure messaging, between secure messaging and the applet.
#pragma once

#include <chrono>
#include <optional>

#include "cicada/applet_sim/apdu/command.h"
#include "cicada/applet_sim/applet/applet.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::kernel {

/// What a card asks when something is installed (Card::install), in this order for each command: intercept; then, for a
/// command of files and protocols that came through, before, after, and for a protected one wrapping; then leave and
/// delay. Each does nothing as it stands. Commands of personalization pass by.
class Hooks {
 public:
  Hooks() = default;
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;
  Hooks(Hooks&&) = delete;
  Hooks& operator=(Hooks&&) = delete;
  virtual ~Hooks() = default;

  /// Once, before the power comes: what the card holds from now on. Nothing of it is written to the card's memory.
  [[nodiscard]] virtual base::Result<void> furnish(applet::CardState& /*card*/) { return {}; }
  /// Power on and reset.
  virtual void power_on() noexcept {}
  /// The octets as they came. An answer goes out as it is, and the card has not seen the command.
  [[nodiscard]] virtual std::optional<base::Bytes> intercept(const applet::Context& /*here*/,
                                                             base::ByteView /*octets*/) {
    return std::nullopt;
  }
  /// The command without its protection, which may be replaced by another. With a reply the applet is not called.
  [[nodiscard]] virtual std::optional<applet::Reply> before(const applet::Context& /*here*/,
                                                            apdu::CommandApdu& /*command*/) {
    return std::nullopt;
  }
  /// The applet's reply; its effects have not happened yet. `command` is the one that came.
  virtual void after(const applet::Context& /*here*/, const apdu::CommandView& /*command*/, applet::Reply& /*reply*/) {}
  /// How this response is protected.
  [[nodiscard]] virtual sm::Wrapping wrapping() { return {}; }
  /// A response that announces new keys is protected with them already.
  [[nodiscard]] virtual bool keys_come_early() { return false; }
  /// The octets that go out.
  virtual void leave(base::Bytes& /*answer*/) {}
  /// How long the answer takes, besides what the card would wait itself.
  [[nodiscard]] virtual std::chrono::milliseconds delay() { return {}; }
};

}  // namespace cicada::applet_sim::kernel
