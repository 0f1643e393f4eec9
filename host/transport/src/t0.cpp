#include "t0.h"

#include <array>

namespace cicada::host::transport {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kHeaderSize = 4;
constexpr std::uint8_t kGetResponse = 0xC0;
constexpr std::uint8_t kMoreData = 0x61;
constexpr std::uint8_t kWrongLe = 0x6C;
constexpr unsigned kSecureMessagingBits = 0x0C;

std::uint8_t sw1(ByteView response) {
  return response[response.size() - 2];
}
std::uint8_t sw2(ByteView response) {
  return response.back();
}

/// The TPDU that carries the command's header and data.
Result<Bytes> to_tpdu(ByteView command) {
  auto tpdu = base::to_bytes(command);
  if (command.size() < kHeaderSize) return base::fail({.fault = Fault::bad_input, .what = "a command has 4 octets"});
  if (command.size() == kHeaderSize) {
    tpdu.push_back(0x00);
    return tpdu;
  }
  const std::size_t length = command[kHeaderSize];
  const auto rest = command.size() - kHeaderSize - 1;
  if (rest == 0) return tpdu;  // case 2: P3 is Le
  if (length == 0) {
    return base::fail({.fault = Fault::unsupported,
                       .what = "extended length over T=0",
                       .clause = "ISO/IEC 7816-3 §12.2",
                       .hint = "use the contactless interface or short length"});
  }
  if (rest != length && rest != length + 1) {
    return base::fail({.fault = Fault::bad_input, .what = "the length field does not fit the command"});
  }
  tpdu.resize(kHeaderSize + 1 + length);
  return tpdu;
}

}  // namespace

Result<Bytes> transceive_t0(ByteView command, const SendTpdu& send) {
  CICADA_TRY(auto tpdu, to_tpdu(command));
  CICADA_TRY(auto response, send(tpdu));
  if (sw1(response) == kWrongLe && tpdu.size() == kHeaderSize + 1) {
    tpdu.back() = sw2(response);
    CICADA_TRY(response, send(tpdu));
  }
  Bytes collected;
  for (std::size_t round = 0; sw1(response) == kMoreData; ++round) {
    if (round == kMaxT0Rounds) {
      return base::fail({.fault = Fault::limit, .what = "the card announces more and more response data"});
    }
    base::append(collected, ByteView{response}.first(response.size() - 2));
    const std::array<std::uint8_t, kHeaderSize + 1> get_response = {
        static_cast<std::uint8_t>(tpdu[0] & ~kSecureMessagingBits), kGetResponse, 0, 0, sw2(response)};
    CICADA_TRY(response, send(get_response));
  }
  if (collected.empty()) return response;
  base::append(collected, response);
  return collected;
}

}  // namespace cicada::host::transport
