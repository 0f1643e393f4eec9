// A transport that plays a recorded session again.
#pragma once

#include <vector>

#include "cicada/host/transport/trace.h"
#include "cicada/host/transport/transport.h"

namespace cicada::host::transport {

/// Answers each command with the recorded response, if it is the recorded command: a session under test that differs in
/// one octet from the recorded one is found at that octet. Random numbers must be replayed with the trace.
class Replay final : public Transport {
 public:
  explicit Replay(std::vector<Exchange> exchanges) : exchanges_(std::move(exchanges)) {}

  /// Fails with conflict when the command is not the next one of the trace (Error::at is the exchange, from 0; nothing
  /// is consumed) or the trace is at its end, with transport where the recorded exchange had failed.
  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;

  /// True when every exchange has been played.
  [[nodiscard]] bool depleted() const noexcept { return next_ == exchanges_.size(); }

 private:
  std::vector<Exchange> exchanges_;
  std::size_t next_ = 0;
};

}  // namespace cicada::host::transport
