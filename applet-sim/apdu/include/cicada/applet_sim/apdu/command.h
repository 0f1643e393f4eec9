// Command APDUs (ISO/IEC 7816-4 §5.2).
#pragma once

#include <cstdint>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::apdu {

/// The longest command: header, extended Lc, 65,535 octets of data, extended Le.
inline constexpr std::size_t kMaxCommandSize = 4 + 3 + 65535 + 2;
/// The longest data field of a response that the card gives: with its status word it fits the two length octets of
/// the virtual reader.
inline constexpr std::size_t kMaxResponseData = 65533;

/// The length that the other side expects (Le, decoded).
struct Expected {
  std::uint32_t ne = 0;  ///< 0: no Le field; else 1 to 65,536
  bool maximum = false;  ///< Le was coded as zeros: all there is, up to `ne`

  [[nodiscard]] bool present() const noexcept { return ne != 0; }
};

/// A command that looks at octets of someone else.
struct CommandView {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  base::ByteView data = {};  ///< empty: no Lc field
  Expected le = {};
  bool extended = false;  ///< lengths were coded in the extended form
  /// Octets of response data that fit on the way back; less than Ne when secure messaging needs its share.
  std::size_t room = kMaxResponseData;

  [[nodiscard]] std::uint16_t p1p2() const noexcept { return static_cast<std::uint16_t>((p1 << 8U) | p2); }
  [[nodiscard]] bool odd() const noexcept { return (ins & 1U) != 0; }
};

/// Takes a command apart: cases 1 to 4, short and extended. Fails with malformed and sw 6700 when the length fields
/// and the number of octets do not agree exactly. The view lives as long as `octets`.
[[nodiscard]] base::Result<CommandView> parse_command(base::ByteView octets);

/// A command that owns its data: what secure messaging makes of a protected one. Wiped when it goes: a data field may
/// hold keys.
class CommandApdu {
 public:
  CommandApdu() = default;
  /// Header, Le and room of `header`; the data field is `data`.
  CommandApdu(const CommandView& header, base::Bytes data) noexcept;
  CommandApdu(const CommandApdu&) = delete;
  CommandApdu& operator=(const CommandApdu&) = delete;
  CommandApdu(CommandApdu&& other) noexcept;
  CommandApdu& operator=(CommandApdu&& other) noexcept;
  ~CommandApdu();

  /// Lives as long as this command stays where it is.
  [[nodiscard]] const CommandView& view() const noexcept { return view_; }

 private:
  CommandView view_;
  base::Bytes data_;
};

}  // namespace cicada::applet_sim::apdu
