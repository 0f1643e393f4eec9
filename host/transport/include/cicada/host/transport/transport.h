// The one port to a card: octets in, octets out.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::transport {

/// A card that can be talked to. Knows octets, never APDUs; whatever is behind it (PC/SC, a simulated card in this
/// process, a recording) is exchangeable.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  Transport(Transport&&) = delete;
  Transport& operator=(Transport&&) = delete;
  virtual ~Transport() = default;

  /// Sends one command APDU and returns the response APDU (data and SW1 SW2).
  /// Fails with transport or card_removed; never returns fewer than two octets.
  [[nodiscard]] virtual base::Result<base::Bytes> transceive(base::ByteView command) = 0;
};

}  // namespace cicada::host::transport
