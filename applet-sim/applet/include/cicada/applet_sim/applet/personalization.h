// The card manager's commands: the secure channel, and what it protects (docs/card-commands.md).
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

namespace ins {
inline constexpr std::uint8_t kInitializeUpdate = 0x50;
}

/// 80 50: session keys and the card's cryptogram.
[[nodiscard]] Reply initialize_update(const Context& context, const apdu::CommandView& command);
/// 84 82: takes the handshake, which is used up whatever happens; empty: there was none immediately before.
[[nodiscard]] Reply external_authenticate(std::optional<protocol::scp03::Handshake> handshake,
                                          const apdu::CommandView& command);
/// Any INS of class 84 that came through the channel.
[[nodiscard]] Reply personalize(const Context& context, const apdu::CommandView& command);
/// The instructions that `personalize` knows.
[[nodiscard]] bool is_personalization(std::uint8_t instruction) noexcept;

}  // namespace cicada::applet_sim::applet
