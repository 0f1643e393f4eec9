// What SCP02 and SCP03 have in common before any key comes in: classes, padding, and what may go through a channel.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::host::gp {

inline constexpr std::uint8_t kClaGp = 0x80;
/// Secure messaging in GlobalPlatform's format (Card Specification §11.1.4).
inline constexpr std::uint8_t kClaSecure = 0x04;
inline constexpr std::uint8_t kInsExternalAuthenticate = 0x82;
inline constexpr std::uint8_t kPaddingMark = 0x80;

/// Padding method 2 of ISO/IEC 9797-1: 80, then zeros; at least one octet. To be encrypted in place: no plain copy
/// stays behind.
inline base::Bytes padded(base::ByteView message, std::size_t block) {
  base::Bytes blocks((message.size() / block + 1) * block);
  std::ranges::copy(message, blocks.begin());
  blocks[message.size()] = kPaddingMark;
  return blocks;
}

inline base::Result<void> require_open(bool alive) {
  if (alive) return {};
  return base::fail({.fault = base::Fault::session_dead,
                     .what = "the secure channel to the chip has ended",
                     .hint = "reset the card and open a new one"});
}

/// A short command of class 00, 04, 80 or 84 with at most `most` octets of data.
inline base::Result<void> check_command(const iso7816::CommandApdu& command, std::size_t most) {
  if ((command.cla & ~(kClaGp | kClaSecure)) != 0) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "this class octet cannot go through the secure channel"});
  }
  if (command.needs_extended() || command.data.size() > most) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "too much data for one short command in the secure channel",
                       .at = command.data.size()});
  }
  return {};
}

/// EXTERNAL AUTHENTICATE without its MAC.
inline iso7816::CommandApdu external_authenticate_command(std::uint8_t level, base::ByteView host_cryptogram) {
  return {.cla = kClaGp | kClaSecure,
          .ins = kInsExternalAuthenticate,
          .p1 = level,
          .p2 = 0x00,
          .data = base::to_bytes(host_cryptogram)};
}

}  // namespace cicada::host::gp
