// The personalization commands of the open passport applet (docs/card-commands.md, "Dialect jmrtd"): plain, for whoever
// holds the card, until it is locked.
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// The identifier of the passport application's DF where no command gave it one.
inline constexpr fs::Fid kPassportFid = 0x1001;

/// The passport application's DF, as installing an instance makes it.
[[nodiscard]] Change make_passport();

/// The instructions that personalize_openly knows.
[[nodiscard]] bool is_open_personalization(std::uint8_t instruction) noexcept;
/// CREATE FILE, UPDATE BINARY, PUT DATA. SELECT is the one that all applications share.
[[nodiscard]] Reply personalize_openly(const Context& context, const apdu::CommandView& command);

}  // namespace cicada::applet_sim::applet
