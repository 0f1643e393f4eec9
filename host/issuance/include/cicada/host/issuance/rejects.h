// What goes back to the sender: one JSON object for each record that became no card.
#pragma once

#include <string>

#include "cicada/host/issuance/batch.h"

namespace cicada::host::issuance {

/// One line of the rejects file (docs/schemas/rejects.schema.json), with its line end. Personal data is in it: it goes
/// to the sender of the record and to nobody else. Sender and line find each other by dossier id, version and the
/// SHA-256 of the record as it stood in the file; the corrected record comes again under the same id with a higher
/// version.
[[nodiscard]] std::string reject_line(const RecordOutcome& record);

/// Codes in the order of their first appearance, each once: "D03,T05". No personal data: for journals and logs.
[[nodiscard]] std::string codes_of(const Findings& findings);

}  // namespace cicada::host::issuance
