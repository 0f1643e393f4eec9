// Is the card in the reader the card that the job wanted? Asked through the reader's door, like any other reader.
#pragma once

#include <functional>
#include <string>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/transport/transport.h"

namespace cicada::host::line {

struct ReadBack {
  /// The job's access keys opened the chip. False: it is another person's card, or none at all.
  bool opened = false;
  /// Empty: every file that a reader may see is the job's, octet by octet, and every check passed. Else what is wrong:
  /// "DG2 differs", "chip-authentication failed: ...". Names of files and checks, no content.
  std::string problem = {};
  /// SHA-256 over number (1 octet), length (4) and content of every file that was read, in the order of lds::Ef.
  journal::Digest evidence{};

  [[nodiscard]] bool good() const noexcept { return opened && problem.empty(); }
};

/// How a card is read.
struct ReadBackOptions {
  const pki::TrustStore* trust = nullptr;  ///< the issuer's own CSCA; must be there
  bool extended_length = true;             ///< ask for as much at a time as the chip says that it can
  /// False: only what the job has is compared. A journal forgets what was signed when the job is done; passive
  /// authentication then has to do for those files.
  bool whole = true;
};

/// Opens the chip with the MRZ of `job` (PACE, else BAC), reads it, and compares. Files behind terminal authentication
/// (DG3, DG4) cannot be read by a station: EF.SOD, which is compared, has the hash of what was written into them;
/// EF.CVCA is written by the card itself. Passive authentication has to pass up to a CSCA of the trust store, and so
/// have chip and active authentication when the profile has them: these two prove that the keys are in this chip. Needs
/// the transport freshly reset. Fails with transport or card_removed, and as inspect::inspect does when the chip breaks
/// the rules.
[[nodiscard]] base::Result<ReadBack> read_back(transport::Transport& card, const issuance::CardJob& job,
                                               const perso::Profile& profile, const ReadBackOptions& options,
                                               base::Rng& rng, const base::Clock& clock);

}  // namespace cicada::host::line
