// The parts of a line with a place to die before and after each call; and with CPU time taken, for measurements.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "cicada/host/transport/transport.h"
#include "feeder_proxy.h"
#include "vault_proxy.h"

namespace cicada::test {

/// "UPDATE BINARY"; the instruction's octet in hexadecimal when it has no name here.
[[nodiscard]] std::string instruction_name(base::ByteView command);

/// Each command of a card's life is a place: "apdu UPDATE BINARY 3, before" and "..., after" (the card has answered).
class CountedTransport final : public host::transport::Transport {
 public:
  void insert(host::transport::Transport& card) { card_ = &card; }
  /// Another card, another life.
  void begin_life() { ordinals_.clear(); }
  [[nodiscard]] base::Result<base::Bytes> transceive(base::ByteView command) override;

 private:
  host::transport::Transport* card_ = nullptr;
  std::map<std::string, int> ordinals_;
};

/// Borrows the feeder.
class CountedFeeder final : public FeederProxy {
 public:
  using FeederProxy::FeederProxy;
  [[nodiscard]] base::Result<host::transport::Transport*> next() override;
  [[nodiscard]] base::Result<host::transport::Transport*> reset() override;
  [[nodiscard]] base::Result<void> put(host::line::Tray tray) override;

 private:
  [[nodiscard]] host::transport::Transport* wrap(host::transport::Transport* card);
  CountedTransport transport_;
};

/// Borrows the vault. "hsm sign, before" and so on.
class CountedVault final : public VaultProxy {
 public:
  using VaultProxy::VaultProxy;
  base::Result<void> before(std::string_view call) override;
  void after(std::string_view call) override;
};

}  // namespace cicada::test
