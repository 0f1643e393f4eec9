// One record of a CSV file (RFC 4180); not part of the room's promise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/problem.h"
#include "cicada/host/issuance/csv_mapping.h"
#include "cicada/host/issuance/record_reader.h"
#include "notes.h"

namespace cicada::host::issuance {

/// Whether a quote was opened and not closed.
[[nodiscard]] bool ends_inside_quotes(std::string_view text, char separator);

struct CsvCell {
  std::string text;
  std::size_t line = 0;    ///< where it begins, in the file
  std::size_t column = 0;  ///< octet of that line, from 1
};
struct CsvFault {
  Said said;
  std::size_t line = 0;
  std::size_t column = 0;
};
/// The cells of a record; or why it is none.
struct CsvCells {
  std::vector<CsvCell> cells;
  std::optional<CsvFault> fault;
};
[[nodiscard]] CsvCells split_csv(const RawRecord& record, char separator);

inline constexpr std::size_t kIgnored = static_cast<std::size_t>(-1);
/// For each cell of the header the index of its column in the mapping, or kIgnored.
[[nodiscard]] base::Checked<std::vector<std::size_t>> bind_columns(const RawRecord& header, const CsvMapping& mapping,
                                                                   std::string_view file_name);
/// Every finding's message names line and column.
[[nodiscard]] ParsedRecord parse_csv_record(const RawRecord& record, const CsvMapping& mapping,
                                            const std::vector<std::size_t>& columns);

}  // namespace cicada::host::issuance
