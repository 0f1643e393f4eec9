// From files to a verdict.
#pragma once

#include "cicada/base/clock.h"
#include "cicada/host/auth/verdict.h"
#include "cicada/host/inspect/reader.h"
#include "run.h"

namespace cicada::host::inspect {

/// Judged as files: every check that needs the chip is "not checked".
[[nodiscard]] auth::Verdict judge(const Files& files, const JudgeOptions& options, base::Instant at);

/// The whole verdict on a chip that was open: its files, how it opened, and what it proved.
[[nodiscard]] auth::Verdict judge_open_chip(const Run& run);

/// A signed group that was asked for and did not come leaves the comparison of hashes incomplete, whatever the others
/// say: a chip that withholds its photo must not pass. DG3 and DG4 are closed by right and do not count.
void note_unread(auth::Verdict& verdict, const std::vector<Unread>& unread);

/// The verdict on a chip that did not open: access failed, nothing else was checked.
[[nodiscard]] auth::Verdict closed_chip(const base::Error& why);

}  // namespace cicada::host::inspect
