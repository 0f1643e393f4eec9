// The file commands that all applications share (ISO/IEC 7816-4 §11.2, 9303-10 §4).
#pragma once

#include "cicada/applet_sim/applet/applet.h"

namespace cicada::applet_sim::applet {

namespace ins {
inline constexpr std::uint8_t kManageSecurityEnvironment = 0x22;
inline constexpr std::uint8_t kPerformSecurityOperation = 0x2A;
inline constexpr std::uint8_t kResetRetryCounter = 0x2C;
inline constexpr std::uint8_t kExternalAuthenticate = 0x82;
inline constexpr std::uint8_t kGetChallenge = 0x84;
inline constexpr std::uint8_t kGeneralAuthenticate = 0x86;
inline constexpr std::uint8_t kInternalAuthenticate = 0x88;
inline constexpr std::uint8_t kSelect = 0xA4;
inline constexpr std::uint8_t kReadBinary = 0xB0;
inline constexpr std::uint8_t kReadBinaryOdd = 0xB1;
}  // namespace ins

/// SELECT of an EF of the current DF: 00 A4 02 0C FID.
[[nodiscard]] Reply select_ef(const Context& context, const apdu::CommandView& command);
/// READ BINARY, even and odd; current EF, short identifier or (odd) file identifier.
[[nodiscard]] Reply read_binary(const Context& context, const apdu::CommandView& command);
/// GET CHALLENGE: 00 84 00 00 08.
[[nodiscard]] Reply get_challenge(const Context& context, const apdu::CommandView& command);
/// The answer to a SELECT by DF name: with P2 = 00 the file control information, with 0C nothing.
[[nodiscard]] Reply selected(const apdu::CommandView& command, base::ByteView aid, Selection to);
/// Objects that secure messaging may not leave out for this command (9303-11 §9.8.4).
[[nodiscard]] sm::Required required_objects(const apdu::CommandView& command) noexcept;

}  // namespace cicada::applet_sim::applet
