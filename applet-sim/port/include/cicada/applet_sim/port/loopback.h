// A slot in this process.
#pragma once

#include "cicada/applet_sim/kernel/card.h"

namespace cicada::applet_sim::port {

/// Power and octets for a card in the same process. The card must outlive the slot.
class Loopback {
 public:
  explicit Loopback(kernel::Card& card) noexcept : card_(card) {}
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;
  Loopback(Loopback&&) = delete;
  Loopback& operator=(Loopback&&) = delete;
  /// Takes the power away.
  ~Loopback();

  /// Cold or warm: the ATR.
  base::Bytes power_on();
  void power_off() noexcept;
  [[nodiscard]] bool powered() const noexcept { return powered_; }
  /// One command, one answer. Fails with card_removed without power, limit above 65,544 octets (the longest APDU).
  [[nodiscard]] base::Result<base::Bytes> transmit(base::ByteView command);

 private:
  kernel::Card& card_;
  bool powered_ = false;
};

}  // namespace cicada::applet_sim::port
