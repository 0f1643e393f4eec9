// What goes back to the sender: one JSON object for each record with a finding.
#pragma once

#include <cstdint>
#include <string>

#include "cicada/host/issuance/batch.h"

namespace cicada::host::issuance {

/// What became of a record, as its sender hears it.
enum class Verdict : std::uint8_t {
  accepted,  ///< a card is made; the findings are for information
  held,      ///< a person at the bureau has to decide
  rejected,
};

/// One line of the rejects or the warnings file (docs/schemas/rejects.schema.json), with its line end. Personal data is
/// in it: it goes to the sender of the record and to nobody else. Sender and line find each other by dossier id,
/// version and the SHA-256 of the record as it stood in the file; the corrected record comes again under the same id
/// with a higher version.
[[nodiscard]] std::string finding_line(const RecordOutcome& record, Verdict verdict);
/// The same of a record that was refused, by what its own findings say.
[[nodiscard]] std::string reject_line(const RecordOutcome& record);

/// Codes in the order of their first appearance, each once: "D03,T05". No personal data: for journals and logs.
[[nodiscard]] std::string codes_of(const Findings& findings);

}  // namespace cicada::host::issuance
