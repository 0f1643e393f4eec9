#include "cicada/host/issuance/csv_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "csv_fields.h"

namespace cicada::host::issuance {
namespace {

using base::Checked;
using base::Problem;
using base::StrictTable;
using enum FieldKind;

constexpr std::array kFields{
    CsvField{"number", text},
    CsvField{"name", text},
    CsvField{"birth_date", day},
    CsvField{"sex", text},
    CsvField{"nationality", text},
    CsvField{"ethnic_group", text},
    CsvField{"religion", text},
    CsvField{"place_of_origin", text},
    CsvField{"residence", text},
    CsvField{"identifying_marks", text},
    CsvField{"issue_date", day},
    CsvField{"expiry_date", nullable_day},
    CsvField{"father", nullable_text},
    CsvField{"mother", nullable_text},
    CsvField{"issuing_unit", text},
    CsvField{"portrait", nullable_text},
    CsvField{"spouses", list},
    CsvField{"old_number", optional_text},
    CsvField{"document_number", optional_text},
    CsvField{"birth_place", optional_text},
    CsvField{"dossier", optional_text},
    CsvField{"version", whole},
    CsvField{"unit.province", optional_text},
    CsvField{"unit.district", optional_text},
    CsvField{"unit.commune", optional_text},
    CsvField{"team", optional_text},
    CsvField{"machine", optional_text},
    CsvField{"shift", optional_text},
    CsvField{"priority", whole},
    CsvField{"captured_on", optional_day},
    CsvField{"sources.population.found", truth},
    CsvField{"sources.population.at", optional_text},
    CsvField{"sources.population.digest", optional_text},
    CsvField{"sources.population.status", optional_text},
    CsvField{"sources.photo.taken_on", optional_day},
    CsvField{"sources.photo.faces", whole},
    CsvField{"sources.photo.faults", list},
    CsvField{"sources.photo.other_person", truth},
    CsvField{"sources.fingerprints.duplicate_of", optional_text},
    CsvField{"sources.fingerprints.swapped", truth},
    CsvField{"sources.delivery.phone", optional_text},
    CsvField{"sources.delivery.address", optional_text},
    CsvField{"sources.mrz_name", optional_text},
    CsvField{"sources.other_numbers", list},
    CsvField{"sources.cancelled_numbers", list},
    CsvField{"sources.form_differences", list},
    CsvField{"sources.guardian", optional_text},
    CsvField{"sources.father_birth_date", optional_day},
    CsvField{"sources.mother_birth_date", optional_day},
};

constexpr std::array<std::string_view, 4> kDateForms{"yyyy-mm-dd", "dd/mm/yyyy", "ddmmyyyy", "yyyymmdd"};
constexpr std::array<std::string_view, 3> kSeparators{",", ";", "tab"};

using TextMap = std::map<std::string, std::string, std::less<>>;

Checked<TextMap> read_map(const StrictTable& table) {
  TextMap map;
  for (const auto& key : table.keys()) {
    CICADA_TRY(auto value, table.text(key));
    map.emplace(key, std::move(value));
  }
  return map;
}

Checked<CsvColumn> read_column(const StrictTable& table) {
  constexpr std::array<std::string_view, 6> kKeys{"name", "field", "date", "values", "split", "ignore"};
  CICADA_CHECK(table.allow(kKeys));
  CsvColumn column;
  CICADA_TRY(column.name, table.text("name"));
  if (table.has("ignore")) {
    CICADA_TRY(const bool ignore, table.truth("ignore"));
    if (!ignore || table.has("field")) return table.refuse("ignore", "either a field, or ignore = true");
    return column;
  }
  CICADA_TRY(column.field, table.text("field"));
  const auto* const field = csv_field(column.field);
  if (field == nullptr) return table.refuse("field", "a record has no such key");
  if (table.has("date")) {
    if (!field->is_day()) return table.refuse("date", "the field is no day");
    CICADA_TRY(const auto form, table.choice("date", kDateForms));
    column.date = static_cast<DateForm>(form);
  }
  if (table.has("values")) {
    CICADA_TRY(const auto values, table.table("values"));
    CICADA_TRY(column.values, read_map(values));
  }
  if (table.has("split")) {
    if (field->kind != list) return table.refuse("split", "the field is no list");
    CICADA_TRY(column.split, table.text("split"));
  } else if (field->kind == list) {
    return table.refuse("split", "the field is a list; say what separates its entries");
  }
  return column;
}

/// Every field once, and none missing that a record must have.
Checked<void> check_fields(const StrictTable& root, const std::vector<StrictTable>& tables, const CsvMapping& mapping) {
  std::set<std::string_view> fields;
  std::set<std::string_view> names;
  for (const auto& [field, value] : mapping.constants) fields.insert(field);
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    const auto& column = mapping.columns[i];
    if (!names.insert(column.name).second) return tables[i].refuse("name", "the column stands twice");
    if (column.field.empty()) continue;
    if (!fields.insert(column.field).second) return tables[i].refuse("field", "the field stands twice");
  }
  for (const auto& field : kFields) {
    if (field.required() && !fields.contains(field.path)) {
      return root.refuse("column", fmt::format("nothing fills the field {}: name a column or a constant", field.path));
    }
  }
  return {};
}

}  // namespace

const CsvField* csv_field(std::string_view path) noexcept {
  const auto* const found = std::ranges::find(kFields, path, &CsvField::path);
  return found == kFields.end() ? nullptr : found;
}

std::span<const CsvField> csv_fields() noexcept {
  return kFields;
}

Checked<CsvMapping> parse_csv_mapping(std::string_view toml, std::string_view file_name) {
  CICADA_TRY(const auto document, base::parse_toml(toml, file_name));
  const StrictTable root{document, file_name, ""};
  constexpr std::array<std::string_view, 3> kKeys{"separator", "constants", "column"};
  CICADA_CHECK(root.allow(kKeys));
  CsvMapping mapping;
  if (root.has("separator")) {
    constexpr std::string_view kCharacters = ",;\t";
    CICADA_TRY(const auto separator, root.choice("separator", kSeparators));
    mapping.separator = kCharacters[separator];
  }
  if (root.has("constants")) {
    CICADA_TRY(const auto constants, root.table("constants"));
    CICADA_TRY(mapping.constants, read_map(constants));
    for (const auto& [field, value] : mapping.constants) {
      if (csv_field(field) == nullptr) return constants.refuse(field, "a record has no such key");
      if (csv_field(field)->kind == list) return constants.refuse(field, "a list cannot be a constant");
    }
  }
  CICADA_TRY(const auto tables, root.tables("column"));
  for (const auto& table : tables) {
    CICADA_TRY(auto column, read_column(table));
    mapping.columns.push_back(std::move(column));
  }
  CICADA_CHECK(check_fields(root, tables, mapping));
  return mapping;
}

Checked<CsvMapping> load_csv_mapping(const std::filesystem::path& file) {
  const auto octets = base::read_file(file, kMaxMappingFile);
  if (!octets) {
    return std::unexpected(Problem{.fault = octets.error().fault,
                                   .text = fmt::format("{}: {}", file.string(), octets.error().describe())});
  }
  return parse_csv_mapping(base::as_text(*octets), file.filename().string());
}

}  // namespace cicada::host::issuance
