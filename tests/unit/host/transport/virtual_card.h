// A card in the virtual reader of vpcd, made for misbehaving: the driver's socket protocol and nothing else.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "cicada/base/bytes.h"

namespace cicada::test {

class VirtualCard {
 public:
  /// The answer to a command; nothing: the card goes away without an answer.
  using Behaviour = std::function<std::optional<base::Bytes>(base::ByteView command)>;

  /// Puts the card into the reader at `port` of this machine.
  explicit VirtualCard(Behaviour behaviour, std::uint16_t port = 35963);
  VirtualCard(const VirtualCard&) = delete;
  VirtualCard& operator=(const VirtualCard&) = delete;
  VirtualCard(VirtualCard&&) = delete;
  VirtualCard& operator=(VirtualCard&&) = delete;
  /// Takes it out.
  ~VirtualCard();

  [[nodiscard]] bool inserted() const noexcept { return socket_ >= 0; }
  [[nodiscard]] int resets() const noexcept { return resets_; }

 private:
  void serve();
  bool receive(base::MutableByteView into) const;
  bool send(base::ByteView payload) const;

  Behaviour behaviour_;
  int socket_ = -1;
  std::atomic<int> resets_ = 0;
  std::thread thread_;
};

}  // namespace cicada::test
