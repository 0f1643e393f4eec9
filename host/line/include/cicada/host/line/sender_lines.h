// What the sender of a batch hears of each of its records: the one about cards that are not made, the other about odd
// ones.
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/journal/journal.h"

namespace cicada::host::line {

/// A line of the rejects file (docs/schemas/rejects.schema.json), with its line end, of a record that became no job;
/// empty when it became one or still may. The record's own findings, and what the journal has against it besides: N02
/// and P04 with the other dossier's id, J05 for another version that is there, C02 and C03 for files that could not be
/// built, J06 for what a person decided or a station could not open. A record with a finding to reject always has a
/// line, whatever the journal has of it: the second of two equal lines, and what only the rules of today refuse. The
/// same in every run over the same records, as long as nobody decides anything in between; but for a version that a
/// later one corrected: what the journal had against it (N02, P04) when it came is J05 from then on.
[[nodiscard]] std::string reject_line_of(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome);

/// A line of the same form of a job, ready or further, although rules have something to say about its record: warnings,
/// and holds that a person let pass. Empty for all others, as long as the files are not built, too.
[[nodiscard]] std::string warning_line_of(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome);

/// The journal's word for a dossier that cannot be built: "C03: ...", "C02 ...". No personal data: an error's literals.
[[nodiscard]] std::string reason_not_built(const base::Error& error);
/// The same for one that was accepted, and that the rules of a later run refuse: "J06 ..." with the codes.
[[nodiscard]] std::string reason_refused_later(const issuance::Findings& findings);
/// The finding for such a word, or for one of a person or a station (J06); `reason` is not empty.
[[nodiscard]] issuance::Finding finding_of_reason(std::string_view reason);

}  // namespace cicada::host::line
