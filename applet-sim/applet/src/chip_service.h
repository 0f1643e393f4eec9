// Chip authentication as the application's commands show it (9303-11 §6.2.4).
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// A card with a key for it: only such a one knows these commands.
[[nodiscard]] bool has_chip_authentication(const Context& context) noexcept;

/// MSE:Set AT, 22 41 A4: names a protocol and a key.
[[nodiscard]] Reply select_chip_key(const Context& context, const apdu::CommandView& command);
/// GENERAL AUTHENTICATE, 86 00 00: agrees with the terminal's key. The selection is used up by success only.
[[nodiscard]] Reply authenticate_chip(const Context& context, const apdu::CommandView& command);
/// MSE:Set KAT, 22 41 A6: both in one, with 3DES.
[[nodiscard]] Reply set_key_agreement(const Context& context, const apdu::CommandView& command);

}  // namespace cicada::applet_sim::applet
