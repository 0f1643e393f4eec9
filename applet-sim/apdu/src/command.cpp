#include "cicada/applet_sim/apdu/command.h"

#include <utility>

#include "cicada/base/secret.h"

namespace cicada::applet_sim::apdu {
namespace {

std::unexpected<base::Error> wrong_length(std::size_t at) {
  return base::fail({.fault = base::Fault::malformed,
                     .what = "the length fields do not fit the number of octets",
                     .clause = "ISO/IEC 7816-4 §5.2",
                     .sw = sw::k6700WrongLength,
                     .at = at});
}

Expected short_le(std::uint8_t octet) {
  if (octet == 0) return {.ne = 256, .maximum = true};
  return {.ne = octet};
}

Expected extended_le(base::ByteView octets) {
  const auto value = static_cast<std::uint32_t>((octets[0] << 8U) | octets[1]);
  if (value == 0) return {.ne = 65536, .maximum = true};
  return {.ne = value};
}

base::Result<CommandView> parse_short(CommandView command, base::ByteView octets) {
  const std::size_t lc = octets[4];
  if (octets.size() != 5 + lc && octets.size() != 6 + lc) return wrong_length(4);
  command.data = octets.subspan(5, lc);
  if (octets.size() == 6 + lc) command.le = short_le(octets.back());
  return command;
}

base::Result<CommandView> parse_extended(CommandView command, base::ByteView octets) {
  command.extended = true;
  if (octets.size() == 7) {
    command.le = extended_le(octets.subspan(5));
    return command;
  }
  if (octets.size() < 8) return wrong_length(4);
  const auto lc = static_cast<std::size_t>((octets[5] << 8U) | octets[6]);
  if (lc == 0 || (octets.size() != 7 + lc && octets.size() != 9 + lc)) return wrong_length(5);
  command.data = octets.subspan(7, lc);
  if (octets.size() == 9 + lc) command.le = extended_le(octets.last(2));
  return command;
}

}  // namespace

base::Result<CommandView> parse_command(base::ByteView octets) {
  if (octets.size() < 4) return wrong_length(0);
  CommandView command{.cla = octets[0], .ins = octets[1], .p1 = octets[2], .p2 = octets[3], .data = {}, .le = {}};
  if (octets.size() == 4) return command;
  if (octets.size() == 5) {
    command.le = short_le(octets[4]);
    return command;
  }
  return octets[4] != 0 ? parse_short(command, octets) : parse_extended(command, octets);
}

CommandApdu::CommandApdu(const CommandView& header, base::Bytes data) noexcept : view_(header), data_(std::move(data)) {
  view_.data = data_;
}

CommandApdu::CommandApdu(CommandApdu&& other) noexcept
    : view_(std::exchange(other.view_, {})), data_(std::exchange(other.data_, {})) {
  view_.data = data_;
}

CommandApdu& CommandApdu::operator=(CommandApdu&& other) noexcept {
  if (this != &other) {
    base::wipe(data_);
    view_ = std::exchange(other.view_, {});
    data_ = std::exchange(other.data_, {});
    view_.data = data_;
  }
  return *this;
}

CommandApdu::~CommandApdu() {
  base::wipe(data_);
}

}  // namespace cicada::applet_sim::apdu
