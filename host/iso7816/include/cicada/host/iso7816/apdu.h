// Command and response APDUs (ISO/IEC 7816-4 §5).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::iso7816 {

/// Most octets of a command data field and of a response data field with extended length.
inline constexpr std::size_t kMaxNc = 65535;
inline constexpr std::size_t kMaxNe = 65536;
/// The same with short length.
inline constexpr std::size_t kMaxShortNc = 255;
inline constexpr std::size_t kMaxShortNe = 256;

/// CLA of every command of a chain but the last (ISO/IEC 7816-4 §5.4.1, b5). A chain is one protocol step after the
/// other (GENERAL AUTHENTICATE), or one long data field in pieces (split_into_chain).
inline constexpr std::uint8_t kChainedClass = 0x10;

/// A command as the program means it; encode() makes the octets.
struct CommandApdu {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  base::Bytes data = {};                 ///< Nc octets
  std::optional<std::uint32_t> ne = {};  ///< response octets wanted; 256 (or 65536) is "as many as there are"
  bool extended = false;                 ///< use extended length even where short would do

  /// True when Nc or Ne do not fit short length fields, or `extended` is set.
  [[nodiscard]] bool needs_extended() const noexcept;
  /// Fails with bad_input when Nc > 65535 or Ne is 0 or > 65536.
  [[nodiscard]] base::Result<base::Bytes> encode() const;
};

/// `command` as a chain of commands with at most `most` data octets each, for a card that takes no extended length: all
/// but the last without Le and with the chaining bit. One command when the data fit. Fails with bad_input when `most`
/// is 0, and with limit when more than kMaxChain commands would be needed.
inline constexpr std::size_t kMaxChain = 32;
[[nodiscard]] base::Result<std::vector<CommandApdu>> split_into_chain(const CommandApdu& command, std::size_t most);

/// A response: data and status word.
struct ResponseApdu {
  base::Bytes data;
  std::uint16_t sw = 0;

  /// Fails with malformed when fewer than two or more than 65538 octets came.
  [[nodiscard]] static base::Result<ResponseApdu> parse(base::Bytes octets);
  [[nodiscard]] std::uint8_t sw1() const noexcept { return static_cast<std::uint8_t>(sw >> 8U); }
  [[nodiscard]] std::uint8_t sw2() const noexcept { return static_cast<std::uint8_t>(sw & 0xFFU); }
  [[nodiscard]] bool ok() const noexcept { return sw == 0x9000; }
};

}  // namespace cicada::host::iso7816
