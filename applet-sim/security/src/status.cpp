#include "cicada/applet_sim/security/status.h"

namespace cicada::applet_sim::security {
namespace {

constexpr std::uint8_t kAlways = 0x00;
constexpr std::uint8_t kAccess = 0x40;
constexpr std::uint8_t kAccessAndDg3 = 0xE3;
constexpr std::uint8_t kAccessAndDg4 = 0xE4;
constexpr std::uint8_t kNever = 0xFF;

}  // namespace

void SecurityStatus::apply(SecurityEvent event) noexcept {
  switch (event) {
    case SecurityEvent::session_ended: facts_ = 0; return;
    case SecurityEvent::keys_replaced: facts_ &= ~(bit(Mechanism::terminal_dg3) | bit(Mechanism::terminal_dg4)); return;
  }
}

base::Result<AccessCondition> AccessCondition::from_octet(std::uint8_t octet) {
  switch (octet) {
    case kAlways:
    case kAccess:
    case kAccessAndDg3:
    case kAccessAndDg4:
    case kNever: return AccessCondition{octet};
    default: return base::fail({.fault = base::Fault::bad_input, .what = "unknown security condition", .at = octet});
  }
}

bool AccessCondition::satisfied_by(const SecurityStatus& status) const noexcept {
  const bool access = status.has(Mechanism::bac) || status.has(Mechanism::pace);
  switch (octet_) {
    case kAlways: return true;
    case kAccess: return access;
    case kAccessAndDg3: return access && status.has(Mechanism::terminal_dg3);
    case kAccessAndDg4: return access && status.has(Mechanism::terminal_dg4);
    default: return false;
  }
}

bool AccessCondition::needs_access() const noexcept {
  return octet_ == kAccess || octet_ == kAccessAndDg3 || octet_ == kAccessAndDg4;
}

}  // namespace cicada::applet_sim::security
