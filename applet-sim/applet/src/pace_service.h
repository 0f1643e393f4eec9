// PACE as the card's commands show it (9303-11 §4.4.4).
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// The card offers PACE and has a password for it.
[[nodiscard]] bool has_pace(const CardState& card) noexcept;

/// MSE:Set AT, 22 C1 A4: begins a run.
[[nodiscard]] Reply select_pace(const Context& context, const apdu::CommandView& command);
/// GENERAL AUTHENTICATE, 86 00 00: the next step of the run.
[[nodiscard]] Reply advance_pace(const Context& context, const apdu::CommandView& command);
/// The try that this GENERAL AUTHENTICATE will use up; nothing when it judges no counted password.
[[nodiscard]] std::vector<Change> count_try(const Context& context, const apdu::CommandView& command);
/// RESET RETRY COUNTER, 2C 03 03: who proved the PUK gives the PIN its tries back (TR-03110-3 §B.11.2).
[[nodiscard]] Reply reset_tries(const Context& context, const apdu::CommandView& command);

}  // namespace cicada::applet_sim::applet
