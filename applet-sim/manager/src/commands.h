// The card manager's commands, one file for each subject.
#pragma once

#include "cicada/applet_sim/manager/manager.h"

namespace cicada::applet_sim::manager {

/// 80 E6
[[nodiscard]] Reply install(const Seen& seen, const apdu::CommandView& command);
/// 80 E4
[[nodiscard]] Reply remove(const Seen& seen, const apdu::CommandView& command);
/// 80 E8
[[nodiscard]] Reply load(const Seen& seen, const apdu::CommandView& command);
/// 80 D8
[[nodiscard]] Reply put_key(const Seen& seen, const apdu::CommandView& command);
/// 80 F2
[[nodiscard]] Reply get_status(const Seen& seen, const apdu::CommandView& command);
/// 80 F0
[[nodiscard]] Reply set_status(const Seen& seen, const apdu::CommandView& command);
/// 80 E2 for the security domain itself
[[nodiscard]] Reply store_data(const Seen& seen, const apdu::CommandView& command);

/// `00`: there is no confirmation.
[[nodiscard]] inline Reply done() {
  return apdu::ResponseApdu{base::Bytes{0x00}, apdu::sw::k9000Ok};
}

/// `L octets`
[[nodiscard]] base::Result<base::ByteView> take_field(base::ByteView& rest);
[[nodiscard]] inline bool is_aid(base::ByteView aid) noexcept {
  return aid.size() >= kMinAidSize && aid.size() <= kMaxAidSize;
}

}  // namespace cicada::applet_sim::manager
