// A personalization line on a bench: a test country, people who do not exist, simulated cards in memory, and everything
// that can go wrong between them.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/line/line.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/transport/transport.h"
#include "cicada/host/vault/vault.h"
#include "cicada/tools/magazine/blank_kind.h"
#include "folder.h"
#include "line/vault_proxy.h"
#include "memory_journal.h"

namespace cicada::test {

/// Where an exchange with the card breaks off.
enum class Break : std::uint8_t {
  none,
  before,   ///< the card never gets the command
  after,    ///< the card acts, and its answer is lost
  removed,  ///< the card leaves the field before the command, and is there again at the next look
};

/// What the vault has: keys in memory. `away` makes it fail as a token does that is gone.
class BenchVault final : public host::vault::Vault {
 public:
  BenchVault(const host::pki::TestCountry& country, host::vault::HoldsFence holds);

  base::Result<host::gp::StaticKeys> transport_keys(const host::gp::ChipSerial& serial) override;
  base::Result<host::issuance::JobKey> job_key(std::string_view dossier, std::uint32_t version,
                                               const host::issuance::SealRun& run) override;
  base::Result<host::issuance::SealKey> seal_key(std::string_view dossier, std::uint32_t version) override;
  base::Result<std::string> complete(host::issuance::CardJob& job, const host::perso::Profile& profile,
                                     const host::perso::ChipKeys& keys, const host::vault::Grant& grant) override;
  std::vector<base::Result<std::string>> complete_each(std::span<const host::vault::Waiting> jobs,
                                                       const host::perso::Profile& profile) override {
    return one_by_one(*this, jobs, profile);
  }
  std::size_t together() const noexcept override { return 1; }

  int away = 0;  ///< calls that fail before the next succeeds
  int signatures = 0;

 private:
  host::gp::MasterKey master_;
  host::issuance::SodSigner signer_;
  host::vault::HoldsFence holds_;
};

/// The key of a job: any function of its name will do on a bench.
[[nodiscard]] host::issuance::JobKey bench_job_key(std::string_view dossier, std::uint32_t version);

/// A card in memory.
struct BenchCard {
  host::gp::ChipSerial serial{};
  applet_sim::nvm::MemoryStorage::Cell memory;
};

/// A magazine in memory, and the wire to the card in its slot.
class BenchFeeder final : public host::line::Feeder {
 public:
  explicit BenchFeeder(std::string name = "reader");
  ~BenchFeeder() override;

  base::Result<bool> occupied() override { return slot.has_value() || !sees_its_slot; }
  base::Result<host::transport::Transport*> next() override;
  base::Result<host::transport::Transport*> reset() override;
  base::Result<void> put(host::line::Tray tray) override;
  bool reader_is_back() override;
  void stop_waiting() override {}
  std::string label() const override;
  std::string name() const override { return name_; }
  /// The process has died: the slot has no power any more, and the card stays in it.
  void crash();

  std::deque<BenchCard> blanks;
  std::optional<BenchCard> slot;
  std::vector<BenchCard> good, quarantine;
  std::uint64_t exchanges = 0;
  /// Asked before each exchange, with its number since the feeder was made.
  std::function<Break(std::uint64_t exchange)> trouble = {};
  /// May change what the card answered.
  std::function<void(std::uint64_t exchange, base::Bytes& answer)> meddle = {};
  bool gone = false;        ///< the reader
  bool comes_back = false;  ///< if it is gone
  bool sees_its_slot = false;
  bool has_numbers = false;  ///< of the chips, on the outside of the cards

 private:
  class Wire;
  std::string name_;
  base::SystemRng rng_;
  base::SystemClock clock_;
  std::unique_ptr<applet_sim::kernel::Card> card_;
  std::unique_ptr<applet_sim::port::Loopback> power_;
  std::unique_ptr<Wire> wire_;
};

/// Profile, country, packs and prepared jobs; journals and feeders are the tests'.
class Bench {
 public:
  /// `people`: how many jobs are prepared. `profile`: a file of personalization-scripts/profiles, for blanks of `kind`.
  explicit Bench(std::size_t people, const char* profile = "cccd-2021.toml",
                 const tools::magazine::BlankKind& kind = {});

  /// A blank of the bench's kind with transport keys of the country's master key.
  [[nodiscard]] BenchCard blank();
  /// Puts the prepared jobs into a journal.
  void add_jobs(MemoryJournal& journal) const;
  [[nodiscard]] host::line::LineConfig config() const;
  /// Does the card open for this person, and has it their files and a good verdict?
  [[nodiscard]] bool is_good_card_of(const BenchCard& card, std::size_t person, const MemoryJournal& journal) const;
  [[nodiscard]] const host::pki::TestCountry& country() const { return *country_; }

  tests::Folder folder;
  host::perso::Profile profile;

 private:
  tools::magazine::BlankKind kind_;
  std::optional<host::pki::TestCountry> country_;
  host::pki::TrustStore trust_;
  host::perso::TerminalTrust terminal_trust_;
  std::vector<host::issuance::CardJob> jobs_;
  std::vector<host::journal::Payload> payloads_;
};

/// Of the usual card, made without trouble: counted once, on a bench of its own.
[[nodiscard]] std::uint64_t exchanges_of_a_card();

/// One run of a line over a journal; what a process is. Claims small batches, waits for nothing long.
[[nodiscard]] host::line::LineReport run_line(const Bench& bench, host::journal::Journal& journal,
                                              std::vector<host::line::Feeder*> feeders,
                                              const std::filesystem::path& spool = {},
                                              host::line::LineConfig* config = nullptr, int vault_away = 0);

}  // namespace cicada::test
