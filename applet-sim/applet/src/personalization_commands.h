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

/// A CVCA's certificate (7F21) becomes the newest trust point, or takes the place of the one with its name.
[[nodiscard]] Reply add_trust_point(const Context& context, base::ByteView object);
/// `B6 { ... }` or `A6 { ... }` with a private key in it, which was made elsewhere (dialect gp-dgi).
[[nodiscard]] Reply import_key(const Context& context, base::ByteView data);

/// Files that want access proved can be reached, and PACE with chip authentication mapping has its key.
[[nodiscard]] bool is_of_use(const CardState& card);

[[nodiscard]] inline bool is_blank(const Context& context) noexcept {
  return context.card.life_cycle == LifeCycle::blank;
}

}  // namespace cicada::applet_sim::applet
