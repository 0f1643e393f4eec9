// A card in this process.
#pragma once

#include <functional>

#include "cicada/host/transport/transport.h"

namespace cicada::host::transport {

/// Hands each command to a function and returns what the function returns: a simulated card, or a test's script.
class LoopbackTransport final : public Transport {
 public:
  /// Gets a command APDU, gives a response APDU. An empty answer means that the card has gone.
  using Card = std::function<base::Bytes(base::ByteView command)>;

  explicit LoopbackTransport(Card card) : card_(std::move(card)) {}

  /// Fails with card_removed when the function gives nothing, with transport when it gives a single octet.
  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;

 private:
  Card card_;
};

}  // namespace cicada::host::transport
