#include "cicada/applet_sim/port/loopback.h"

#include "cicada/applet_sim/apdu/command.h"

namespace cicada::applet_sim::port {

Loopback::~Loopback() {
  power_off();
}

base::Bytes Loopback::power_on() {
  powered_ = true;
  return card_.power_on();
}

void Loopback::power_off() noexcept {
  powered_ = false;
  card_.power_off();
}

base::Result<base::Bytes> Loopback::transmit(base::ByteView command) {
  if (!powered_) return base::fail({.fault = base::Fault::card_removed, .what = "the card has no power"});
  if (command.size() > apdu::kMaxCommandSize) {
    return base::fail({.fault = base::Fault::limit, .what = "no command APDU is that long", .at = command.size()});
  }
  return card_.process(command);
}

}  // namespace cicada::applet_sim::port
