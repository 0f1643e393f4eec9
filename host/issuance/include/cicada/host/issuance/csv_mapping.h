// Which column of a CSV file is which key of a record.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/problem.h"

namespace cicada::host::issuance {

/// How a column writes days.
enum class DateForm : std::uint8_t { as_is, dd_mm_yyyy, ddmmyyyy, yyyymmdd };

struct CsvColumn {
  std::string name;   ///< as the file's header has it
  std::string field;  ///< key of the record, or a path: "unit.province", "sources.mrz_name"; empty: not used
  DateForm date = DateForm::as_is;
  std::map<std::string, std::string, std::less<>> values;  ///< "1" -> "Nam"; a value that is not listed is J04
  std::string split;                                       ///< what separates the entries of a list ("spouses")
};

/// A mapping file, TOML: `separator`, `[constants]`, `[[column]]`. Described in docs/record-rules.md.
struct CsvMapping {
  char separator = ',';
  std::map<std::string, std::string, std::less<>> constants;  ///< field -> value, for every record
  std::vector<CsvColumn> columns;
};

inline constexpr std::size_t kMaxMappingFile = 256UL * 1024;

/// Refused with line and column: unknown keys, a field that a record does not have, a field or column named twice, a
/// date form on a field that is no day.
[[nodiscard]] base::Checked<CsvMapping> parse_csv_mapping(std::string_view toml, std::string_view file_name);
[[nodiscard]] base::Checked<CsvMapping> load_csv_mapping(const std::filesystem::path& file);

}  // namespace cicada::host::issuance
