#include "cicada/host/transport/replay.h"

namespace cicada::host::transport {

using base::Fault;

base::Result<base::Bytes> Replay::transceive(base::ByteView command) {
  if (depleted()) {
    return base::fail({.fault = Fault::conflict, .what = "the trace has no further exchange", .at = next_});
  }
  const auto& exchange = exchanges_[next_];
  if (!base::equal(exchange.command, command)) {
    return base::fail({.fault = Fault::conflict, .what = "the command is not the one of the trace", .at = next_});
  }
  ++next_;
  if (!exchange.response) {
    return base::fail({.fault = Fault::transport, .what = "the recorded exchange had failed", .at = next_ - 1});
  }
  return *exchange.response;
}

}  // namespace cicada::host::transport
