#include "cicada/conformance/terminal/command.h"

#include "cicada/base/cursor.h"

namespace cicada::conformance::terminal {

using base::ByteView;
using base::Cursor;
using base::Result;
using host::iso7816::CommandApdu;

namespace {

std::unexpected<base::Error> no_command(std::size_t at) {
  return base::fail({.fault = base::Fault::bad_input,
                     .what = "the length fields of the command do not fit its octets",
                     .clause = "ISO/IEC 7816-3 §12.1",
                     .at = at});
}

/// What follows the header, with length fields of `width` octets: [Lc data] [Le].
Result<void> parse_body(CommandApdu& command, Cursor cursor, std::size_t width) {
  const std::uint32_t most = width == 1 ? host::iso7816::kMaxShortNe : host::iso7816::kMaxNe;
  if (cursor.remaining() > width) {
    CICADA_TRY(const auto nc, cursor.take_unsigned(width));
    if (nc == 0 || nc > cursor.remaining()) return no_command(cursor.position());
    CICADA_TRY(const auto data, cursor.take(nc));
    command.data = base::to_bytes(data);
  }
  if (cursor.at_end()) return {};
  if (cursor.remaining() != width) return no_command(cursor.position());
  CICADA_TRY(const auto ne, cursor.take_unsigned(width));
  command.ne = ne == 0 ? most : static_cast<std::uint32_t>(ne);
  return {};
}

}  // namespace

Result<CommandApdu> parse_command(ByteView octets) {
  if (octets.size() < 4) return no_command(octets.size());
  CommandApdu command{.cla = octets[0], .ins = octets[1], .p1 = octets[2], .p2 = octets[3]};
  const auto body = octets.subspan(4);
  if (body.empty()) return command;
  command.extended = body.size() >= 3 && body[0] == 0x00;
  CICADA_CHECK(command.extended ? parse_body(command, Cursor{body.subspan(1)}, 2)
                                : parse_body(command, Cursor{body}, 1));
  return command;
}

}  // namespace cicada::conformance::terminal
