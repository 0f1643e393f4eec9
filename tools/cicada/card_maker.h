// Turns a prepared card job into a card file: a blank simulated card, written through its secure channel and locked.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "card_link.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/problem.h"
#include "cicada/host/perso/profile.h"

namespace cicada::tools {

/// Adds to a job what has to wait for the chip's keys, EF.SOD above all. Whoever makes cards holds this and no signer.
using Complete = std::function<base::Result<void>(host::issuance::CardJob& job, const host::perso::ChipKeys& keys)>;

struct MadeCard {
  std::filesystem::path file;
  std::uint64_t apdus = 0;
};

/// What a run would send to one card.
struct Rehearsal {
  host::perso::Plan keys;
  host::perso::Plan files;
};
/// The same with a chip that is thrown away: its keys, and all that depends on them, will be others.
[[nodiscard]] host::perso::Checked<Rehearsal> rehearse(const host::perso::Profile& profile,
                                                       const host::perso::TerminalTrust& trust,
                                                       host::issuance::CardJob job, const Complete& complete);

/// Makes card files in one folder. A file appears under its final name (NUMBER.card) only when the card in it is
/// locked, so whatever interrupts the work, a NUMBER.card is a finished card and there is one of it.
class CardMaker {
 public:
  CardMaker(const CardMaker&) = delete;
  CardMaker& operator=(const CardMaker&) = delete;
  CardMaker(CardMaker&& other) noexcept;
  CardMaker& operator=(CardMaker&&) = delete;
  ~CardMaker();

  /// Makes the folder, locks it against a second run, and removes what an interrupted run left unfinished there. Fails
  /// with io when another run works in the folder.
  [[nodiscard]] static base::Result<CardMaker> create(std::filesystem::path folder, host::perso::Profile profile,
                                                      const host::gp::MasterKey& master_key,
                                                      host::perso::TerminalTrust trust);

  [[nodiscard]] bool exists(std::string_view number) const;
  /// Fails with a text that says which step failed. The unfinished file is removed.
  [[nodiscard]] host::perso::Checked<MadeCard> make(host::issuance::CardJob job, const Complete& complete);

 private:
  CardMaker(int lock, std::filesystem::path folder, host::perso::Profile profile, const host::gp::MasterKey& master_key,
            host::perso::TerminalTrust trust)
      : lock_(lock),
        folder_(std::move(folder)),
        profile_(std::move(profile)),
        master_key_(master_key.clone()),
        trust_(std::move(trust)) {}
  [[nodiscard]] host::perso::Checked<std::uint64_t> write(host::issuance::CardJob& job,
                                                          const std::filesystem::path& file, const Complete& complete);
  [[nodiscard]] base::Result<void> print(const host::issuance::CardJob& job) const;

  int lock_;  ///< the folder, open and locked as long as this lives
  std::filesystem::path folder_;
  host::perso::Profile profile_;
  host::gp::MasterKey master_key_;
  host::perso::TerminalTrust trust_;
};

}  // namespace cicada::tools
