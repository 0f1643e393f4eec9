// One record as one line of JSON: what a journal is made of, and what the JSON report has in its `cases`.
#pragma once

#include <string>
#include <string_view>

#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/record.h"

namespace cicada::conformance::report {

/// No line of a journal is longer (octets); the exchanges of a record that would be are cut, and a note says so.
inline constexpr std::size_t kMaxRecordLine = 16UL * 1024 * 1024;
/// No JSON report that is read again is longer (octets).
inline constexpr std::size_t kMaxJsonReport = 512UL * 1024 * 1024;

/// Without line feeds.
[[nodiscard]] std::string to_json_line(const model::Record& record);

/// What to_json_line() wrote. Refused: anything else, with the key that is wrong; texts longer than kMaxRecordLine.
[[nodiscard]] model::Checked<model::Record> record_from_json(std::string_view line);

/// The records of a JSON report (to_json()), for a replay. Refused as above.
[[nodiscard]] model::Checked<std::vector<model::Record>> records_from_report(std::string_view report);

}  // namespace cicada::conformance::report
