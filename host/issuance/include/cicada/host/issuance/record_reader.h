// Records out of a file, one by one: JSON Lines, or CSV with a mapping.
#pragma once

#include <cstdint>
#include <deque>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/base/problem.h"
#include "cicada/host/issuance/csv_mapping.h"
#include "cicada/host/issuance/dossier.h"

namespace cicada::host::issuance {

/// One record as it stands in the file.
struct RawRecord {
  std::size_t line = 0;  ///< where it begins, from 1
  std::string text;      ///< without its line end; cut one octet over kMaxLineSize
};

/// How records are written. JSON Lines when there is no mapping.
class RecordFormat {
 public:
  RecordFormat() = default;
  explicit RecordFormat(CsvMapping mapping) : csv_(std::move(mapping)) {}

  [[nodiscard]] bool is_csv() const noexcept { return csv_.has_value(); }
  [[nodiscard]] const CsvMapping* mapping() const noexcept { return csv_ ? &*csv_ : nullptr; }
  /// Binds the mapping to the file's first record. Refuses a header with an unknown, missing or repeated column, with
  /// line and column.
  [[nodiscard]] base::Checked<void> read_header(const RawRecord& header, std::string_view file_name);
  /// Reads one record; safe to call from several threads once the header was read.
  [[nodiscard]] ParsedRecord parse(const RawRecord& record) const;
  /// The column that fills a record's key ("spouses[1]" is in "spouses"); empty when there is none.
  [[nodiscard]] std::string_view column_of(std::string_view field) const;

 private:
  std::optional<CsvMapping> csv_;
  std::vector<std::size_t> columns_;  ///< for each of the file, the entry of the mapping (or kIgnored)
};

/// A record of CSV may span this many lines (a line break inside quotes), and a file may have this many columns.
inline constexpr std::size_t kMaxRecordLines = 16;
inline constexpr std::size_t kMaxColumns = 256;

/// Takes records out of a stream. Memory is bounded by kMaxRecordLines lines of kMaxLineSize, whatever the file is.
class RecordReader {
 public:
  /// Borrows both.
  RecordReader(std::istream& stream, const RecordFormat& format) : stream_(stream), format_(format) {}

  /// False at the end. Empty lines are skipped and counted. A quote that is not closed within kMaxRecordLines lines
  /// spoils the line on which it was opened and no other.
  [[nodiscard]] bool next(RawRecord& record);
  [[nodiscard]] std::size_t empty_lines() const noexcept { return empty_lines_; }

 private:
  struct Line {
    std::size_t number = 0;
    std::string text;
  };
  [[nodiscard]] bool next_line(Line& line);
  void join_quoted_lines(RawRecord& record);

  std::istream& stream_;
  const RecordFormat& format_;
  std::vector<char> buffer_;
  std::deque<Line> put_back_;
  std::size_t lines_ = 0;
  std::size_t empty_lines_ = 0;
};

}  // namespace cicada::host::issuance
