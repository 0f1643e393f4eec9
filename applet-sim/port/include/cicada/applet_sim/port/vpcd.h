// A slot of vsmartcard's virtual reader: pcscd sees the card as if it lay on a real one.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "cicada/applet_sim/kernel/card.h"

namespace cicada::applet_sim::port {

struct VpcdOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 35963;
  /// Acknowledge at once what the reader sends in two pieces; without it each APDU waits 40 ms and more.
  bool quick_ack = true;
  /// Wait as long as the card asks after failed access attempts (Card::pending_delay).
  bool delays = false;
};

/// Why serving ended, apart from errors.
enum class VpcdEnd : std::uint8_t { stopped, closed_by_reader };

/// The connection to one slot. The protocol is two octets of length and a message; a message of one octet is a control
/// (power off, power on, reset, get ATR), any other a command APDU, which is answered by one message.
class Vpcd {
 public:
  /// Connects to a listening vpcd: the card is inserted. Fails with transport when nobody listens there, bad_input for
  /// a host that is no name. Connecting again, and when, is the caller's decision.
  [[nodiscard]] static base::Result<Vpcd> connect(const VpcdOptions& options);
  Vpcd(const Vpcd&) = delete;
  Vpcd& operator=(const Vpcd&) = delete;
  Vpcd(Vpcd&& other) noexcept;
  Vpcd& operator=(Vpcd&& other) noexcept;
  /// Closes the connection: the card is removed.
  ~Vpcd();

  /// Serves until the reader closes the connection or a stop is asked for (seen at once, also while waiting). The card
  /// has no power afterwards. Fails with transport when the connection breaks, malformed when the reader breaks the
  /// protocol (an empty message).
  [[nodiscard]] base::Result<VpcdEnd> serve(kernel::Card& card, const std::stop_token& stop);

  /// Commands answered so far.
  [[nodiscard]] std::uint64_t apdus() const noexcept { return apdus_; }

 private:
  Vpcd(int fd, const VpcdOptions& options) noexcept : fd_(fd), quick_ack_(options.quick_ack), delays_(options.delays) {}

  int fd_ = -1;
  bool quick_ack_ = true;
  bool delays_ = false;
  std::uint64_t apdus_ = 0;
};

}  // namespace cicada::applet_sim::port
