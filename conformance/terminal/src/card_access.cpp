#include <algorithm>

#include "cicada/asn1/tlv.h"
#include "cicada/conformance/terminal/pace.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::Fault;
using base::Result;
namespace iso7816 = host::iso7816;

namespace {

constexpr std::string_view kNote = "EF.CardAccess";
constexpr std::uint8_t kInsSelect = 0xA4;
constexpr std::uint8_t kInsReadBinary = 0xB0;
/// What one protected READ BINARY of any cipher brings.
constexpr std::size_t kMostOctets = 0xDF;
constexpr std::size_t kHeader = 6;

Result<Bytes> transmitted(Terminal& terminal, const iso7816::CommandApdu& command) {
  CICADA_TRY(auto answer, terminal.transmit(command, kNote));
  // Less than was asked for is the file's end, which some chips say with 6282.
  constexpr std::uint16_t kEndOfFile = 0x6282;
  if (answer.sw != 0x9000 && answer.sw != kEndOfFile) {
    return base::fail({.fault = Fault::card_status, .what = "EF.CardAccess cannot be read", .sw = answer.sw});
  }
  return std::move(answer.data);
}

Result<Bytes> read(Terminal& terminal, std::size_t offset, std::size_t count) {
  CICADA_TRY(auto data, transmitted(terminal, {.ins = kInsReadBinary,
                                               .p1 = static_cast<std::uint8_t>(offset >> 8U),
                                               .p2 = static_cast<std::uint8_t>(offset),
                                               .ne = static_cast<std::uint32_t>(count)}));
  if (data.empty() || data.size() > count) {
    return base::fail({.fault = Fault::malformed, .what = "READ BINARY brings another number of octets"});
  }
  return data;
}

}  // namespace

Result<asn1::SecurityInfos> read_card_access(Terminal& terminal) {
  constexpr std::size_t kMostOffset = 0x7FFF;
  CICADA_TRY(const auto selected,
             transmitted(terminal, {.ins = kInsSelect, .p1 = 0x02, .p2 = 0x0C, .data = {0x01, 0x1C}}));
  CICADA_TRY(auto content, read(terminal, 0, kHeader));
  CICADA_TRY(const auto header, asn1::read_header(content));
  const auto size = header.total_size();
  if (size > kMostOffset) return base::fail({.fault = Fault::limit, .what = "EF.CardAccess is too long"});
  while (content.size() < size) {
    CICADA_TRY(const auto more, read(terminal, content.size(), std::min(size - content.size(), kMostOctets)));
    base::append(content, more);
  }
  content.resize(size);
  return asn1::parse_security_infos(content);
}

}  // namespace cicada::conformance::terminal
