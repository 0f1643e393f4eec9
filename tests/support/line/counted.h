// The parts of a line with a place to die before and after each call; and with CPU time taken, for measurements.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "cicada/host/journal/journal.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/transport/transport.h"
#include "cicada/host/vault/vault.h"

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
class CountedFeeder final : public host::line::Feeder {
 public:
  explicit CountedFeeder(host::line::Feeder& feeder) : feeder_(feeder) {}
  [[nodiscard]] base::Result<bool> occupied() override { return feeder_.occupied(); }
  [[nodiscard]] base::Result<host::transport::Transport*> next() override;
  [[nodiscard]] base::Result<host::transport::Transport*> reset() override;
  [[nodiscard]] base::Result<void> put(host::line::Tray tray) override;
  [[nodiscard]] std::string name() const override { return feeder_.name(); }

 private:
  [[nodiscard]] host::transport::Transport* wrap(host::transport::Transport* card);
  host::line::Feeder& feeder_;
  CountedTransport transport_;
};

/// Borrows the vault.
class CountedVault final : public host::vault::Vault {
 public:
  explicit CountedVault(host::vault::Vault& vault) : vault_(vault) {}
  [[nodiscard]] base::Result<host::gp::StaticKeys> transport_keys(const host::gp::ChipSerial& serial) override;
  [[nodiscard]] base::Result<host::issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                                             const host::issuance::SealRun& run) override;
  [[nodiscard]] base::Result<host::issuance::SealKey> seal_key(std::string_view dossier,
                                                               std::uint32_t version) override;
  [[nodiscard]] base::Result<std::string> complete(host::issuance::CardJob& job, const host::perso::Profile& profile,
                                                   const host::perso::ChipKeys& keys,
                                                   const host::vault::Grant& grant) override;

 private:
  host::vault::Vault& vault_;
};

}  // namespace cicada::test
