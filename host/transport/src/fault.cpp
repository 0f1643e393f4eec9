#include "cicada/host/transport/fault.h"

#include <thread>

namespace cicada::host::transport {

using base::Bytes;
using base::Fault;
using base::Result;

namespace {

/// What is left of a response after one fault.
struct Spoil {
  Bytes response;

  Result<Bytes> operator()(const Drop&) {
    return base::fail({.fault = Fault::transport, .what = "the response was lost (planned fault)"});
  }
  Result<Bytes> operator()(const Remove&) { return std::move(response); }  // happened before the exchange
  Result<Bytes> operator()(const Flip& flip) {
    const auto bit = flip.bit % (response.size() * 8);
    response[bit / 8] = static_cast<std::uint8_t>(response[bit / 8] ^ (0x80U >> (bit % 8)));
    return std::move(response);
  }
  Result<Bytes> operator()(const Delay& delay) {
    std::this_thread::sleep_for(delay.by);
    return std::move(response);
  }
  Result<Bytes> operator()(const Cut& cut) {
    if (cut.octets < 2) {
      return base::fail({.fault = Fault::transport, .what = "the response has no status word (planned fault)"});
    }
    if (cut.octets < response.size()) response.resize(cut.octets);
    return std::move(response);
  }
};

}  // namespace

Result<Bytes> FaultyTransport::transceive(base::ByteView command) {
  const auto now = exchanges_++;
  for (const auto& fault : plan_) {
    if (fault.exchange == now && std::holds_alternative<Remove>(fault.kind)) removed_ = true;
  }
  if (removed_) return base::fail({.fault = Fault::card_removed, .what = "the card was removed (planned fault)"});
  auto response = inner_.transceive(command);
  for (const auto& fault : plan_) {
    if (!response) break;
    if (fault.exchange == now) response = std::visit(Spoil{*std::move(response)}, fault.kind);
  }
  return response;
}

}  // namespace cicada::host::transport
