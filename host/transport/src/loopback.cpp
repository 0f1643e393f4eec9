#include "cicada/host/transport/loopback.h"

namespace cicada::host::transport {

base::Result<base::Bytes> LoopbackTransport::transceive(base::ByteView command) {
  auto response = card_(command);
  if (response.empty()) return base::fail({.fault = base::Fault::card_removed, .what = "the simulated card is gone"});
  if (response.size() < 2) {
    return base::fail({.fault = base::Fault::transport, .what = "the simulated card gave half a status word"});
  }
  return response;
}

}  // namespace cicada::host::transport
