// A plan becomes a card.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/scp03.h"
#include "cicada/host/perso/chip.h"
#include "cicada/host/perso/plan.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/perso/session.h"

namespace cicada::host::perso {

struct RunReport {
  std::size_t steps = 0;     ///< commands of this run that succeeded
  std::uint64_t octets = 0;  ///< of their data fields, before protection
};

/// Where a run stopped. The card keeps what the earlier steps wrote.
struct RunFailure {
  base::Error error;
  std::size_t step = 0;  ///< index in Plan::steps
  std::string label;
  std::string meaning = {};  ///< what the card's data sheet says about its status word; empty when it says nothing

  /// "step 3 (UPDATE BINARY DG2): the card refused the command (sw 6A84): no memory left"
  [[nodiscard]] std::string describe() const;
};

/// Called before each step, and once more with an empty label when all are done.
using Progress = std::function<void(std::size_t done, std::size_t total, std::string_view label)>;

/// Opens the secure channel to a blank card. As gp::Scp03::open, with the answers that a personalizing station meets
/// put into words: a locked card (conflict), a wrong transport key (security), no such key version, a used-up counter.
/// Tries once. A wrong key costs the card one of its 2^24 sequence numbers and nothing else.
[[nodiscard]] base::Result<gp::Scp03> open_for_personalization(iso7816::Channel& channel, const gp::KeySource& keys,
                                                               base::Rng& rng);

/// Makes the keys of `profile` on a blank card and brings their public halves, which may come in pieces. Keys that an
/// earlier, interrupted run made are replaced. An empty ChipKeys when the profile makes none, or
/// the kind of card takes prepared keys.
[[nodiscard]] std::expected<ChipKeys, RunFailure> make_keys(const Profile& profile, Session& session,
                                                            const Progress& progress = {});
[[nodiscard]] std::expected<ChipKeys, RunFailure> make_keys(const Profile& profile, gp::SecureChannel& channel,
                                                            const Progress& progress = {});

/// Sends the steps of some phases in order and stops at the first that does not answer 9000. The steps of other phases
/// are left out, in silence: whoever leaves one out sends it later, in a run of its own.
[[nodiscard]] std::expected<RunReport, RunFailure> run(const Plan& plan, Session& session,
                                                       const Progress& progress = {}, PhaseRange phases = {});
[[nodiscard]] std::expected<RunReport, RunFailure> run(const Plan& plan, gp::SecureChannel& channel,
                                                       const Progress& progress = {}, PhaseRange phases = {});

}  // namespace cicada::host::perso
