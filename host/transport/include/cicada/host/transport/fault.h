// A transport that breaks on purpose: for tests of everything above it.
#pragma once

#include <chrono>
#include <cstddef>
#include <variant>
#include <vector>

#include "cicada/host/transport/transport.h"

namespace cicada::host::transport {

/// The response is lost, though the card did its work.
struct Drop {};
/// The card leaves before it sees the command; it does not come back.
struct Remove {};
/// Bit `bit` of the response turns over (bit 0 is the highest of the first octet; counted round the end).
struct Flip {
  std::size_t bit = 0;
};
/// The response comes late.
struct Delay {
  std::chrono::milliseconds by{0};
};
/// Only the first `octets` of the response come; fewer than two make the exchange fail, as on a real wire.
struct Cut {
  std::size_t octets = 0;
};

/// What goes wrong, and at which exchange (from 0).
struct PlannedFault {
  std::size_t exchange = 0;
  std::variant<Drop, Remove, Flip, Delay, Cut> kind;
};

/// Wraps another transport and makes the planned exchanges fail. Several faults of one exchange happen in order.
class FaultyTransport final : public Transport {
 public:
  /// Borrows `inner`, which must live longer.
  FaultyTransport(Transport& inner, std::vector<PlannedFault> plan) : inner_(inner), plan_(std::move(plan)) {}

  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;
  /// Exchanges so far.
  [[nodiscard]] std::size_t exchanges() const noexcept { return exchanges_; }

 private:
  Transport& inner_;
  std::vector<PlannedFault> plan_;
  std::size_t exchanges_ = 0;
  bool removed_ = false;
};

}  // namespace cicada::host::transport
