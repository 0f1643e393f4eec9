// What a job puts onto a card, in the words of a personalization.
#pragma once

#include "cicada/base/error.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/profile.h"

namespace cicada::host::line {

/// What a profile calls the files of a job, and the access keys and passwords that the job gives. Fails with bad_input
/// when the job's MRZ information or CAN is none.
[[nodiscard]] base::Result<perso::Content> content_of(const issuance::CardJob& job, const perso::TerminalTrust& trust);

/// Has the job everything that the profile writes, apart from what waits for the chip's keys (DG14, DG15,
/// EF.CardSecurity, EF.COM, EF.SOD) and what the card writes itself? Asked before a card is touched. Fails with
/// bad_input.
[[nodiscard]] base::Result<void> check_fits(const issuance::CardJob& job, const perso::Profile& profile);

}  // namespace cicada::host::line
