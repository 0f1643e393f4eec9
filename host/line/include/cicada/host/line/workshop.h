// What all stations of a line work with.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/line/journal_queue.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/vault/vault.h"

namespace cicada::host::line {

/// How long and how often a station tries, at most.
struct Limits {
  /// Cards in a row that had to be set aside: then the lot is bad, or the station is, and a person must look.
  std::size_t failures_in_a_row = 3;
  /// Times that one card is asked again after it left the field.
  std::size_t tries_of_a_card = 3;
  /// Jobs whose access keys are tried on a locked card that does not say its number. Every wrong one makes a chip
  /// slower.
  std::size_t keys_tried = 4;
  /// And of these, so many jobs in the hands of other stations: a card that was taken out and put into another reader.
  std::size_t keys_of_others_tried = 16;
  /// A vault that is away or too slow is asked so often, after waits that double from `vault_wait`.
  std::size_t vault_tries = 6;
  std::chrono::milliseconds vault_wait{200};
  /// How long a station waits for a journal that is away before it stops, and how often it looks.
  std::chrono::milliseconds journal_patience{300'000};
  std::chrono::milliseconds journal_look{500};
  /// A command that takes longer ends the station. Making an RSA key is what takes longest on a chip. Readers break off
  /// earlier by themselves (transport::PcscOptions::timeout): a call that never returns cannot be timed from outside.
  std::chrono::milliseconds longest_command{60'000};
};

/// One card, when the station is done with it: for progress and reports. No personal data but the dossier's id.
struct CardEvent {
  enum class Kind : std::uint8_t {
    good,
    recovered,       ///< good, after a crash or trouble left it in the middle
    counted_before,  ///< its job was done already: delivered, and counted nowhere a second time
    quarantined,
    set_aside,  ///< no job ended with it: none was bound to it, or it is not this station's any more
    untouched,  ///< back to the blanks
    held,       ///< no card: the job cannot be made as it is, and waits for a person
  };
  Kind kind = Kind::good;
  std::string station = {};
  std::string dossier = {};
  std::string chip = {};
  std::string reason = {};  ///< "C04"; empty for good cards
  std::string detail = {};
};
[[nodiscard]] std::string_view to_string(CardEvent::Kind kind) noexcept;
using OnCard = std::function<void(const CardEvent&)>;

/// Everything is borrowed and outlives the stations. The queue, the vault and the packs are shared by their threads.
struct Workshop {
  JournalQueue& queue;
  vault::Vault& vault;
  issuance::JobPackReader& packs;
  const perso::Profile& profile;
  const journal::Recipe& recipe;  ///< what it and the country are, for jobs in the journal; empty: all are ours
  const perso::TerminalTrust& terminal_trust;  ///< whom the cards will trust
  const pki::TrustStore& trust;                ///< the issuer's own CSCA: cards are judged with it
  const base::Clock& clock;
  std::filesystem::path notes;  ///< folder for one small file a station: whose card was in its slot last
  Limits limits = {};
  OnCard on_card = {};  ///< called from the stations' threads
};

}  // namespace cicada::host::line
