// Turns a prepared card job into a card file: a blank simulated card, written through its secure channel and locked.
#pragma once

#include <filesystem>
#include <string>

#include "card_link.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/problem.h"
#include "cicada/host/perso/profile.h"

namespace cicada::tools {

/// What a profile calls the files of a job, and the access keys that its MRZ gives.
[[nodiscard]] base::Result<host::perso::Content> content_of(const host::issuance::CardJob& job);

struct MadeCard {
  std::filesystem::path file;
  std::uint64_t apdus = 0;
};

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
                                                      const host::gp::MasterKey& master_key);

  [[nodiscard]] bool exists(std::string_view number) const;
  /// Fails with a text that says which step failed. The unfinished file is removed.
  [[nodiscard]] host::perso::Checked<MadeCard> make(const host::issuance::CardJob& job);

 private:
  CardMaker(int lock, std::filesystem::path folder, host::perso::Profile profile, const host::gp::MasterKey& master_key)
      : lock_(lock), folder_(std::move(folder)), profile_(std::move(profile)), master_key_(master_key.clone()) {}
  [[nodiscard]] host::perso::Checked<std::uint64_t> write(const host::issuance::CardJob& job,
                                                          const std::filesystem::path& file);

  int lock_;  ///< the folder, open and locked as long as this lives
  std::filesystem::path folder_;
  host::perso::Profile profile_;
  host::gp::MasterKey master_key_;
};

}  // namespace cicada::tools
