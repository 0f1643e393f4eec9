// A line, put together from the options of the command line: journal, vault, spool, stations.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app.h"
#include "blank_options.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/line.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/vault/vault.h"
#include "cicada/tools/magazine/magazine.h"
#include "pcsc_feeder.h"

namespace cicada::tools {

struct LineOptions {
  std::string journal;
  std::filesystem::path jobs;
  std::filesystem::path profile;
  std::filesystem::path dialect_dir;
  std::filesystem::path pki;
  std::filesystem::path token;  ///< empty: the keys are in `pki` too
  std::filesystem::path sim;
  std::vector<std::string> readers;
  bool all_readers = false;
  std::size_t stations = 1;
  std::uint64_t make_blanks = 0;
  BlankKindOptions blanks;  ///< of those; without a dialect: what the profile is for
  bool durable_cards = false;
  std::string name = "line";
  std::string operator_id;
  std::string shift;
  std::optional<std::uint64_t> limit;
  unsigned lease_seconds = 60;
  std::filesystem::path state;
  bool json = false;

  /// --sim, --reader and --all-readers, and what belongs to them; one of the three must be there.
  void add_stations_to(CLI::App& command);
  /// Who works, under which name.
  void add_staff_to(CLI::App& command);
};

/// Everything that a run of the line holds open. Made in one go, used once.
class LineShop {
 public:
  /// Errors have been said.
  [[nodiscard]] static std::expected<std::unique_ptr<LineShop>, Exit> open(const LineOptions& options,
                                                                           const std::stop_token& stop,
                                                                           const Prompt& prompt);
  LineShop(const LineShop&) = delete;
  LineShop& operator=(const LineShop&) = delete;
  LineShop(LineShop&&) = delete;
  LineShop& operator=(LineShop&&) = delete;
  ~LineShop() = default;

  /// Asks for the counts at the end as well: what that commits of the spool is in the report.
  [[nodiscard]] base::Result<host::line::LineReport> run(const std::stop_token& stop, host::line::OnCard on_card,
                                                         host::line::OnStation on_station);
  /// Counts of the whole journal at the end of the run; nothing when it was away.
  [[nodiscard]] const std::optional<host::journal::Balance>& last_balance() const { return last_balance_; }
  /// Jobs that this line could make into cards; 0 when the journal is away.
  [[nodiscard]] std::uint64_t waiting();

 private:
  LineShop() = default;
  [[nodiscard]] Exit open_keys(const LineOptions& options);
  [[nodiscard]] Exit open_journal(const LineOptions& options);
  [[nodiscard]] Exit open_vault(const LineOptions& options);
  [[nodiscard]] Exit open_readers(const LineOptions& options, const std::stop_token& stop, const Prompt& prompt);
  [[nodiscard]] Exit open_magazine(const LineOptions& options);
  [[nodiscard]] std::optional<host::journal::Balance> balance();
  [[nodiscard]] Exit check_batches(const LineOptions& options);
  [[nodiscard]] bool a_card_of_ours_waits();
  [[nodiscard]] Exit make_blanks(const LineOptions& options);

  Prompt prompt_;
  host::line::LineConfig config_;
  host::perso::Profile profile_;
  std::optional<host::pki::TrustStore> trust_;
  std::unique_ptr<host::journal::Journal> journal_;
  std::unique_ptr<host::line::JournalQueue> queue_;
  std::unique_ptr<host::vault::Vault> vault_;
  std::unique_ptr<magazine::Magazine> magazine_;
  std::vector<std::unique_ptr<host::line::Feeder>> feeders_;
  std::optional<host::journal::Balance> last_balance_;
};

/// What is written down of jobs, and asked of those that a line claims. `trust` is a folder with the country's CSCA
/// certificate (csca.crt), or a file. The recipe says nothing of the country when that does not hold one CSCA, whatever
/// its form: several, or none.
[[nodiscard]] host::journal::Recipe recipe_of(const host::perso::Profile& profile, const std::filesystem::path& trust);

/// Makes cards, and prints the report of `line run`.
[[nodiscard]] Exit run_line(const LineOptions& options, const std::stop_token& stop);

/// Whom the cards will trust: the country's CVCA, as public as any certificate. Nobody when the profile has no terminal
/// authentication. Errors have been said.
[[nodiscard]] std::expected<host::perso::TerminalTrust, Exit> load_terminal_trust(const host::perso::Profile& profile,
                                                                                  const std::filesystem::path& pki);
/// `--dialect-dir` of everything that reads a profile.
void add_dialect_dir(CLI::App& command, std::filesystem::path& folder);
/// Errors have been said.
[[nodiscard]] std::expected<host::perso::Profile, Exit> load_profile_for(const std::filesystem::path& file,
                                                                         const std::filesystem::path& dialect_dir = {});

}  // namespace cicada::tools
