#include "csv_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "csv_fields.h"
#include "record_keys.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using nlohmann::json;

/// Walks over a record, cell by cell. RFC 4180: a cell in quotes may hold separators, line breaks and doubled quotes.
class CellReader {
 public:
  CellReader(const RawRecord& record, char separator) : text_(record.text), separator_(separator), line_(record.line) {}

  [[nodiscard]] bool more() const { return !done_; }
  /// False on a fault.
  bool next(CsvCell& cell) {
    cell = {.text = {}, .line = line_, .column = column_};
    return at() == '"' ? quoted(cell) : plain(cell);
  }
  [[nodiscard]] CsvFault fault() const { return fault_; }

 private:
  static constexpr int kEnd = -1;
  [[nodiscard]] int at() const {
    return position_ < text_.size() ? static_cast<unsigned char>(text_[position_]) : kEnd;
  }
  [[nodiscard]] bool at_separator() const { return position_ < text_.size() && text_[position_] == separator_; }
  void step() {
    if (at() == '\n') {
      ++line_;
      column_ = 0;
    }
    ++position_;
    ++column_;
  }
  bool refuse(const char* en, const char* vi) {
    fault_ = {.said = {en, vi}, .line = line_, .column = column_};
    done_ = true;
    return false;
  }
  bool end_cell() {
    if (at() == kEnd) {
      done_ = true;
    } else {
      step();
    }
    return true;
  }
  bool plain(CsvCell& cell) {
    while (at() != kEnd && !at_separator()) {
      if (at() == '"')
        return refuse("a quote inside a value that is not in quotes",
                      "dấu nháy kép giữa giá trị không đặt trong nháy kép");
      cell.text.push_back(text_[position_]);
      step();
    }
    return end_cell();
  }
  bool quoted(CsvCell& cell) {
    step();
    while (true) {
      if (at() == kEnd) return refuse("a quote is not closed", "dấu nháy kép không được đóng");
      const bool quote = at() == '"';
      if (quote) step();
      if (quote && at() != '"') break;
      cell.text.push_back(text_[position_]);
      step();
    }
    if (at() != kEnd && !at_separator())
      return refuse("something stands behind the closing quote", "có ký tự sau dấu nháy kép đóng");
    return end_cell();
  }

  std::string_view text_;
  char separator_;
  std::size_t position_ = 0;
  std::size_t line_;
  std::size_t column_ = 1;
  bool done_ = false;
  CsvFault fault_;
};

/// A fault of the octets, before cells are looked for.
std::optional<Said> fault_of_text(const RawRecord& record) {
  const auto& text = record.text;
  if (text.size() > kMaxLineSize) {
    return Said{fmt::format("the record is longer than {} octets", kMaxLineSize),
                fmt::format("bản ghi dài quá {} byte", kMaxLineSize)};
  }
  if (const auto nul = text.find('\0'); nul != std::string::npos) {
    return Said{fmt::format("line {}, column {}: a NUL", record.line, nul + 1),
                fmt::format("dòng {}, cột {}: có ký tự NUL", record.line, nul + 1)};
  }
  if (const auto fault = unicode::first_fault(text)) {
    return Said{fmt::format("line {}, column {}: not UTF-8", record.line, *fault + 1),
                fmt::format("dòng {}, cột {}: không phải UTF-8", record.line, *fault + 1)};
  }
  return std::nullopt;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string iso(std::string_view year, std::string_view month, std::string_view day) {
  return fmt::format("{}-{:0>2}-{:0>2}", year, month, day);
}

/// The day as a record writes it; what is of another form stays, for the rules to refuse.
std::string day_of(std::string_view text, DateForm form) {
  switch (form) {
    case DateForm::as_is: break;
    case DateForm::dd_mm_yyyy: {
      const auto first = text.find('/');
      const auto second = text.find('/', first == std::string_view::npos ? first : first + 1);
      if (second == std::string_view::npos) break;
      const auto day = text.substr(0, first);
      const auto month = text.substr(first + 1, second - first - 1);
      const auto year = text.substr(second + 1);
      if (all_digits(day) && all_digits(month) && all_digits(year) && day.size() <= 2 && month.size() <= 2 &&
          year.size() == 4) {
        return iso(year, month, day);
      }
      break;
    }
    case DateForm::ddmmyyyy:
      if (text.size() == 8 && all_digits(text)) return iso(text.substr(4), text.substr(2, 2), text.substr(0, 2));
      break;
    case DateForm::yyyymmdd:
      if (text.size() == 8 && all_digits(text)) return iso(text.substr(0, 4), text.substr(4, 2), text.substr(6));
      break;
  }
  return std::string{text};
}

json list_of(std::string_view text, std::string_view split) {
  auto entries = json::array();
  while (!text.empty()) {
    const auto end = text.find(split);
    auto entry = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + split.size());
    const auto first = entry.find_first_not_of(' ');
    if (first == std::string_view::npos) continue;
    entry = entry.substr(first, entry.find_last_not_of(' ') - first + 1);
    entries.push_back(std::string{entry});
  }
  return entries;
}

/// The value of a record's key; discarded when the key is to be left out.
json value_of(const CsvField& field, std::string_view text, std::string_view split) {
  switch (field.kind) {
    case FieldKind::list: return list_of(text, split);
    case FieldKind::text:
    case FieldKind::day: return std::string{text};
    case FieldKind::nullable_text:
    case FieldKind::nullable_day: return text.empty() ? json() : json(std::string{text});
    default: break;
  }
  if (text.empty()) return json::value_t::discarded;
  if (field.kind == FieldKind::truth && (text == "true" || text == "false")) return text == "true";
  if (field.kind == FieldKind::whole && all_digits(text)) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{}) return number;
  }
  return std::string{text};  // of the wrong type: the record's reader says so
}

void put(json& record, std::string_view path, json value) {
  if (value.is_discarded()) return;
  auto* place = &record;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    place = &(*place)[std::string{path.substr(0, dot)}];
    path.remove_prefix(dot + 1);
  }
  (*place)[std::string{path}] = std::move(value);
}

/// What the mapping makes of a cell; nothing when it has no word for it.
std::optional<std::string> mapped(const CsvColumn& column, const std::string& text) {
  if (const auto found = column.values.find(text); found != column.values.end()) return found->second;
  if (!column.values.empty() && column.date == DateForm::as_is) return std::nullopt;
  return day_of(text, column.date);
}

ParsedRecord refused(const RawRecord& record, Said said) {
  ParsedRecord parsed;
  Notes{parsed.findings, "", record.text}.reject("J01", std::move(said));
  return parsed;
}

Said placed(const CsvFault& fault) {
  return {fmt::format("line {}, column {}: {}", fault.line, fault.column, fault.said.en),
          fmt::format("dòng {}, cột {}: {}", fault.line, fault.column, fault.said.vi)};
}

}  // namespace

bool ends_inside_quotes(std::string_view text, char separator) {
  bool inside = false;
  bool start = true;
  for (const char c : text) {
    if (inside || start) {
      if (c == '"') {
        inside = !inside;
        start = !inside;  // a doubled quote opens the cell again
        continue;
      }
    }
    if (!inside) start = c == separator;
  }
  return inside;
}

CsvCells split_csv(const RawRecord& record, char separator) {
  CsvCells split;
  CellReader reader{record, separator};
  while (reader.more()) {
    CsvCell cell;
    if (!reader.next(cell)) {
      split.fault = reader.fault();
      return split;
    }
    if (split.cells.size() == kMaxColumns) {
      split.fault = {.said = {"too many columns", "quá nhiều cột"}, .line = cell.line, .column = cell.column};
      return split;
    }
    split.cells.push_back(std::move(cell));
  }
  return split;
}

base::Checked<std::vector<std::size_t>> bind_columns(const RawRecord& header, const CsvMapping& mapping,
                                                     std::string_view file_name) {
  const auto refuse = [&](std::size_t line, std::size_t column, std::string_view what) {
    return std::unexpected(base::Problem{.fault = base::Fault::bad_input,
                                         .text = fmt::format("{}:{}:{}: {}", file_name, line, column, what)});
  };
  if (const auto fault = fault_of_text(header)) return refuse(header.line, 1, fault->en);
  const auto split = split_csv(header, mapping.separator);
  if (split.fault) return refuse(split.fault->line, split.fault->column, split.fault->said.en);
  std::vector<std::size_t> columns;
  std::vector<bool> seen(mapping.columns.size());
  for (const auto& cell : split.cells) {
    const auto found = std::ranges::find(mapping.columns, cell.text, &CsvColumn::name);
    if (found == mapping.columns.end()) {
      return refuse(cell.line, cell.column, fmt::format("column \"{}\" is not in the mapping", printable(cell.text)));
    }
    const auto index = static_cast<std::size_t>(found - mapping.columns.begin());
    if (seen[index]) {
      return refuse(cell.line, cell.column, fmt::format("column \"{}\" stands twice", printable(cell.text)));
    }
    seen[index] = true;
    columns.push_back(found->field.empty() ? kIgnored : index);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) return refuse(header.line, 1, fmt::format("column \"{}\" is missing", mapping.columns[i].name));
  }
  return columns;
}

ParsedRecord parse_csv_record(const RawRecord& record, const CsvMapping& mapping,
                              const std::vector<std::size_t>& columns) {
  if (auto fault = fault_of_text(record)) return refused(record, *std::move(fault));
  const auto split = split_csv(record, mapping.separator);
  if (split.fault) return refused(record, placed(*split.fault));
  if (split.cells.size() != columns.size()) {
    return refused(
        record, {fmt::format("line {}: {} cells, the header has {}", record.line, split.cells.size(), columns.size()),
                 fmt::format("dòng {}: có {} ô, tiêu đề có {}", record.line, split.cells.size(), columns.size())});
  }
  auto object = json::object();
  object["spouses"] = json::array();
  Findings findings;
  for (const auto& [path, value] : mapping.constants) put(object, path, value_of(*csv_field(path), value, ""));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == kIgnored) continue;
    const auto& column = mapping.columns[columns[i]];
    const auto& cell = split.cells[i];
    const auto text = mapped(column, cell.text);
    if (!text) {
      Notes{findings, column.field, cell.text}.reject(
          "J04", {fmt::format("line {}, column {}: the mapping has no value for this", cell.line, cell.column),
                  fmt::format("dòng {}, cột {}: bảng ánh xạ không có giá trị này", cell.line, cell.column)});
    }
    put(object, column.field, value_of(*csv_field(column.field), text.value_or(""), column.split));
  }
  auto parsed = record_of(object);
  parsed.findings.insert(parsed.findings.begin(), findings.begin(), findings.end());
  return parsed;
}

}  // namespace cicada::host::issuance
