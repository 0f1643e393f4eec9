// Messages to and from a vpcd, and the wish to stop.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

#include "cicada/applet_sim/port/vpcd.h"

namespace cicada::applet_sim::port {

class Slot {
 public:
  /// Waiting ends when `stop` is requested. Fails with io.
  [[nodiscard]] static base::Result<std::unique_ptr<Slot>> create(int fd, bool quick_ack, const std::stop_token& stop);
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  Slot(Slot&&) = delete;
  Slot& operator=(Slot&&) = delete;
  ~Slot();

  /// The next message (1 to 65,535 octets; lives until the next call), or why there is none. Fails with transport,
  /// malformed.
  using Received = std::expected<base::ByteView, VpcdEnd>;
  [[nodiscard]] base::Result<Received> receive();
  /// `message` has 1 to 65,535 octets.
  [[nodiscard]] base::Result<void> send(base::ByteView message);
  /// False when a stop came first.
  [[nodiscard]] bool sleep(std::chrono::milliseconds duration);

 private:
  Slot(int fd, bool quick_ack, int wake) noexcept : fd_(fd), quick_ack_(quick_ack), wake_(wake) {}
  void watch(const std::stop_token& stop);
  enum class Ready : std::uint8_t { data, stopped };
  [[nodiscard]] base::Result<Ready> wait() const;
  [[nodiscard]] base::Result<std::optional<VpcdEnd>> fill(base::MutableByteView out);

  struct Wake {
    int fd;
    void operator()() const noexcept;
  };

  int fd_;
  bool quick_ack_;
  int wake_;  // an eventfd: readable once a stop was requested
  base::Bytes buffer_ = base::Bytes(2 + 65535);
  std::optional<std::stop_callback<Wake>> callback_;
};

/// The protocol over the slot; counts the APDUs in `apdus`.
[[nodiscard]] base::Result<VpcdEnd> serve_slot(Slot& slot, kernel::Card& card, bool delays, std::uint64_t& apdus);

}  // namespace cicada::applet_sim::port
