#include "cicada/host/iso7816/apdu.h"

#include "cicada/base/cursor.h"

namespace cicada::host::iso7816 {

using base::Fault;

bool CommandApdu::needs_extended() const noexcept {
  return extended || data.size() > kMaxShortNc || (ne && *ne > kMaxShortNe);
}

base::Result<base::Bytes> CommandApdu::encode() const {
  if (data.size() > kMaxNc) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "command data field too long", .clause = "ISO/IEC 7816-4 §5.2"});
  }
  if (ne && (*ne == 0 || *ne > kMaxNe)) {
    return base::fail({.fault = Fault::bad_input, .what = "Ne is 0 or too large", .clause = "ISO/IEC 7816-4 §5.2"});
  }
  const bool long_form = needs_extended();
  base::Bytes octets;
  octets.reserve(4 + 3 + data.size() + 3);
  for (const auto octet : {cla, ins, p1, p2}) octets.push_back(octet);
  if (!data.empty()) {
    if (long_form) octets.push_back(0x00);
    base::append_unsigned(octets, data.size(), long_form ? 2 : 1);
    base::append(octets, data);
  }
  if (ne) {
    // The marker octet 00 of extended length stands once: before Lc, or before Le when there is no Lc.
    if (long_form && data.empty()) octets.push_back(0x00);
    // 256 and 65536 are coded as zeros: the upper octets fall away.
    base::append_unsigned(octets, *ne, long_form ? 2 : 1);
  }
  return octets;
}

base::Result<std::vector<CommandApdu>> split_into_chain(const CommandApdu& command, std::size_t most) {
  if (most == 0) return base::fail({.fault = Fault::bad_input, .what = "a chained command without data"});
  const auto count = command.data.empty() ? 1 : (command.data.size() - 1) / most + 1;
  if (count > kMaxChain) {
    return base::fail({.fault = Fault::limit, .what = "the command needs too long a chain"});
  }
  std::vector<CommandApdu> chain;
  const base::ByteView data{command.data};
  for (std::size_t i = 0; i + 1 < count; ++i) {
    chain.push_back({.cla = static_cast<std::uint8_t>(command.cla | kChainedClass),
                     .ins = command.ins,
                     .p1 = command.p1,
                     .p2 = command.p2,
                     .data = base::to_bytes(data.subspan(i * most, most))});
  }
  auto last = command;
  last.data = base::to_bytes(data.subspan((count - 1) * most));
  last.extended = command.extended && count == 1;
  chain.push_back(std::move(last));
  return chain;
}

base::Result<ResponseApdu> ResponseApdu::parse(base::Bytes octets) {
  if (octets.size() < 2 || octets.size() > kMaxNe + 2) {
    return base::fail({.fault = Fault::malformed,
                       .what = "a response has 2 to 65538 octets",
                       .clause = "ISO/IEC 7816-4 §5.1",
                       .at = octets.size()});
  }
  const auto sw1 = octets[octets.size() - 2];
  const auto sw2 = octets.back();
  octets.resize(octets.size() - 2);
  return ResponseApdu{.data = std::move(octets), .sw = static_cast<std::uint16_t>((sw1 << 8U) | sw2)};
}

}  // namespace cicada::host::iso7816
