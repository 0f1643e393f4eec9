// A chip for the tests of chip protocols: secure messaging with keys that both sides are given, and a script that
// answers the commands inside. The real counterpart is applet-sim, met in tests/integration.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cicada/host/access/session.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/transport/loopback.h"
#include "fake_card.h"

namespace cicada::test {

class FakeChip {
 public:
  explicit FakeChip(bool aes = true);

  /// Answers a command, plain or protected; nothing: 6D00.
  std::function<std::optional<Answer>(const PlainCommand& command)> script;
  /// Looks at every response before it leaves.
  std::function<void(const PlainCommand& command, Bytes& response)> tamper;
  /// Keys for the time after this response, counter at zero.
  void change_keys(bool aes, Bytes ks_enc, Bytes ks_mac);
  /// Takes the change back, as a chip that stays with its old keys.
  void keep_keys() { next_.reset(); }

  [[nodiscard]] host::access::SecureSession session();
  [[nodiscard]] host::access::PlainSession plain_session() { return host::access::PlainSession{channel_}; }
  /// What was asked, without protection, in order.
  [[nodiscard]] const std::vector<PlainCommand>& seen() const noexcept { return seen_; }

 private:
  Bytes process(ByteView octets);
  Bytes answer(const PlainCommand& command);

  bool aes_;
  CardSm sm_;
  std::optional<CardSm> next_;
  bool open_ = true;
  std::vector<PlainCommand> seen_;
  host::transport::LoopbackTransport wire_{[this](ByteView command) { return process(command); }};
  host::iso7816::Channel channel_{wire_};
};

/// KDF of 9303-11 §9.7.1 for AES-128 and 3DES (`size` 16), AES-192 and AES-256.
[[nodiscard]] Bytes derived_key(ByteView secret, std::uint8_t counter, std::size_t size);

}  // namespace cicada::test
