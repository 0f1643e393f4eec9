// The card manager's commands, one file for each subject.
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// 84 DA: access keys, PACE passwords and protocols, terminal authentication.
[[nodiscard]] Reply put_data(const Context& context, const apdu::CommandView& command);

/// 84 E2: a trust point, in blocks.
[[nodiscard]] Reply store_data(const Context& context, const apdu::CommandView& command);
/// 84 47: GENERATE ASYMMETRIC KEY PAIR, and the public half of one.
[[nodiscard]] Reply generate_key_pair(const Context& context, const apdu::CommandView& command);

[[nodiscard]] inline bool is_blank(const Context& context) noexcept {
  return context.card.life_cycle == LifeCycle::blank;
}

}  // namespace cicada::applet_sim::applet
