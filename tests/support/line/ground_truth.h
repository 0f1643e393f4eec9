// What the cards themselves say, asked without a journal: every card file of a magazine is opened and read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cicada/host/journal/journal.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::test {

/// Whose cards there should be, and how they should be.
struct Expected {
  std::uint32_t first = 0;  ///< citizens first to first + count - 1
  std::uint32_t count = 0;
  std::size_t portrait_size = 700;
  const host::perso::Profile& profile;
  const host::pki::TrustStore& trust;
};

/// One card file.
struct FoundCard {
  std::filesystem::path file;
  std::string chip = {};     ///< its serial, hexadecimal
  bool blank = false;        ///< never personalized: no reader can read anything
  bool locked = false;       ///< nothing can be written any more
  std::string dossier = {};  ///< whose it is, read back with that person's MRZ; empty: nobody's
  std::string problem = {};  ///< why it is not a good card, though it is not blank
  /// Anybody would take it for this person's card.
  [[nodiscard]] bool passes() const { return !blank && !dossier.empty() && problem.empty(); }
};

/// Opens the card: with the access keys of the citizen whose number stands in its memory it is read by host/inspect,
/// every file is compared with what data preparation makes of that citizen, and what it cannot know must be signed and
/// the chip must prove its key.
[[nodiscard]] FoundCard look_at(const std::filesystem::path& file, const Expected& expected);

/// What became of one dossier.
enum class Fate : std::uint8_t { good, quarantined, waiting, lost, doubled };
struct Outcome {
  Fate fate = Fate::lost;
  std::string chip = {};  ///< of its card, as the journal names it and the card says it
};

/// What became of all of them.
struct Truth {
  std::uint64_t good = 0;  ///< dossiers with exactly one card, which passes, is locked, and lies with the good ones
  std::uint64_t quarantined =
      0;                      ///< dossiers without a good card whose card lies in quarantine, and the journal says so
  std::uint64_t waiting = 0;  ///< the journal says that they wait
  std::uint64_t lost = 0;     ///< no card, and the journal says done or quarantined; or a card that nobody counts
  std::uint64_t doubled = 0;  ///< dossiers with two cards that pass
  std::uint64_t unexplained = 0;  ///< cards that are where they should not be, or that the journal tells otherwise
  std::uint64_t spoiled = 0;      ///< cards in quarantine without a dossier, and the journal says so
  std::uint64_t blanks = 0;
  std::map<std::string, Outcome> outcomes = {};  ///< by dossier
  std::vector<std::string> complaints = {};

  [[nodiscard]] bool sound() const { return lost == 0 && doubled == 0 && unexplained == 0; }
};

/// The cards against the journal, which is asked only for what it says of each dossier and each chip. Fails as the
/// journal does.
[[nodiscard]] base::Result<Truth> ground_truth(const std::filesystem::path& magazine, const Expected& expected,
                                               host::journal::Journal& journal);

}  // namespace cicada::test
