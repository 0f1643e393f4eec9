// The commands of terminal authentication (9303-11 §7.1.5). All of them want secure messaging with the keys of chip
// authentication.
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

/// P1 P2 of MANAGE SECURITY ENVIRONMENT.
inline constexpr std::uint16_t kSetVerificationKey = 0x81B6;
inline constexpr std::uint16_t kSetTerminalKey = 0x81A4;

/// A card with a trust point: only such a one knows these commands.
[[nodiscard]] bool has_terminal_authentication(const Context& context) noexcept;

/// 22 81 B6 `83 L CAR`
[[nodiscard]] Reply set_verification_key(const Context& context, const apdu::CommandView& command);
/// 2A 00 BE `7F4E 5F37`
[[nodiscard]] Reply verify_certificate(const Context& context, const apdu::CommandView& command);
/// 22 81 A4 `83 L CHR`
[[nodiscard]] Reply set_terminal_key(const Context& context, const apdu::CommandView& command);
/// 82 00 00 `signature`, right after GET CHALLENGE.
[[nodiscard]] Reply authenticate_terminal(const Context& context, const apdu::CommandView& command);

}  // namespace cicada::applet_sim::applet
