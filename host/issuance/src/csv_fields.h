// Keys of a record that a CSV column can fill; not part of the room's promise.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cicada::host::issuance {

enum class FieldKind : std::uint8_t {
  text,
  nullable_text,
  optional_text,
  day,
  nullable_day,
  optional_day,
  whole,
  truth,
  list
};

struct CsvField {
  std::string_view path;
  FieldKind kind = FieldKind::text;
  /// Without it no record is whole.
  [[nodiscard]] bool required() const noexcept {
    return kind == FieldKind::text || kind == FieldKind::nullable_text || kind == FieldKind::day ||
           kind == FieldKind::nullable_day;
  }
  [[nodiscard]] bool is_day() const noexcept {
    return kind == FieldKind::day || kind == FieldKind::nullable_day || kind == FieldKind::optional_day;
  }
};

/// Nothing (nullptr) when a record has no such key.
[[nodiscard]] const CsvField* csv_field(std::string_view path) noexcept;
/// All of them.
[[nodiscard]] std::span<const CsvField> csv_fields() noexcept;

}  // namespace cicada::host::issuance
