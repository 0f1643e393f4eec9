// The four forms of a report.
#pragma once

#include <string>

#include "cicada/conformance/model/record.h"

namespace cicada::conformance::report {

/// Most exchanges of one case that the HTML page shows; the JSON object has all of them.
inline constexpr std::size_t kMaxShownExchanges = 300;
/// Most octets of one APDU that the HTML page shows.
inline constexpr std::size_t kMaxShownOctets = 600;

/// For a terminal: what failed first, with what was wanted and seen, then the units, then one line.
[[nodiscard]] std::string to_text(const model::RunRecord& run);

/// JUnit XML: a suite a unit, a test case a case. "inconclusive" is an error, "not-applicable" is skipped.
[[nodiscard]] std::string to_junit(const model::RunRecord& run);

/// One object: docs/schemas/conformance-report.schema.json.
[[nodiscard]] std::string to_json(const model::RunRecord& run);

/// One page that loads nothing: readable without its script and on paper.
[[nodiscard]] std::string to_html(const model::RunRecord& run);

}  // namespace cicada::conformance::report
