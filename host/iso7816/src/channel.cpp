#include "cicada/host/iso7816/channel.h"

#include "cicada/host/iso7816/sw.h"

namespace cicada::host::iso7816 {

using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kInsGetResponse = 0xC0;

/// xx of 61xx and 6Cxx is a number of octets; 00 means 256 (ISO/IEC 7816-4 §5.6).
std::uint32_t octets_named_by(std::uint8_t sw2) {
  return sw2 == 0 ? static_cast<std::uint32_t>(kMaxShortNe) : sw2;
}

}  // namespace

Result<ResponseApdu> Channel::exchange(const CommandApdu& command) {
  CICADA_TRY(const auto octets, command.encode());
  ++counters_.apdus;
  counters_.bytes_out += octets.size();
  CICADA_TRY(auto answer, transport_.transceive(octets));
  counters_.bytes_in += answer.size();
  return ResponseApdu::parse(std::move(answer));
}

Result<ResponseApdu> Channel::transmit(const CommandApdu& command) {
  CICADA_TRY(auto response, exchange(command));
  if (!limits_.follow_length_hints) return response;
  if (classify(response.sw) == SwClass::wrong_le) {
    auto corrected = command;
    for (std::size_t i = 0; classify(response.sw) == SwClass::wrong_le; ++i) {
      if (i == limits_.max_resend) {
        return base::fail({.fault = Fault::limit,
                           .what = "the card keeps asking for another Le",
                           .clause = "ISO/IEC 7816-4 §5.6",
                           .sw = response.sw});
      }
      corrected.ne = octets_named_by(response.sw2());
      CICADA_TRY(response, exchange(corrected));
    }
  }
  if (classify(response.sw) == SwClass::more_data) CICADA_CHECK(collect(command, response));
  return response;
}

Result<void> Channel::collect(const CommandApdu& command, ResponseApdu& response) {
  for (std::size_t i = 0; classify(response.sw) == SwClass::more_data; ++i) {
    if (i == limits_.max_get_response) {
      return base::fail({.fault = Fault::limit,
                         .what = "the card announces more and more response data",
                         .clause = "ISO/IEC 7816-4 §11.3.3",
                         .sw = response.sw});
    }
    CICADA_TRY(auto more,
               exchange({.cla = command.cla, .ins = kInsGetResponse, .ne = octets_named_by(response.sw2())}));
    if (response.data.size() + more.data.size() > limits_.max_response_data) {
      return base::fail({.fault = Fault::limit, .what = "the card sends more response data than a command can have"});
    }
    base::append(response.data, more.data);
    response.sw = more.sw;
  }
  return {};
}

}  // namespace cicada::host::iso7816
