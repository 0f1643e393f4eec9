// The result as one JSON object, for programs.
#pragma once

#include <string>

#include "cicada/host/auth/verdict.h"
#include "cicada/host/inspect/reader.h"

namespace cicada::host::inspect {

/// {"verdict": ..., "checks": [...]}: docs/schemas/verdict.schema.json. Indented, without a newline at the end.
[[nodiscard]] std::string to_json(const auth::Verdict& verdict);

/// The document's data, access, transfer, files and the verdict: docs/schemas/read-result.schema.json.
/// Holds personal data. Text of the chip that is not UTF-8 has its bad octets replaced by U+FFFD.
[[nodiscard]] std::string to_json(const Inspection& inspection);

}  // namespace cicada::host::inspect
