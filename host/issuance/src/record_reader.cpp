#include "cicada/host/issuance/record_reader.h"

#include <algorithm>
#include <limits>

#include "csv_record.h"
#include "notes.h"
#include "record_keys.h"

namespace cicada::host::issuance {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace

/// One line without its end; of more than the cap one octet is kept, so that it is seen to be too long.
bool RecordReader::next_line(Line& line) {
  if (!put_back_.empty()) {
    line = std::move(put_back_.front());
    put_back_.pop_front();
    return true;
  }
  buffer_.resize(kMaxLineSize + 2);  // and the NUL that getline adds
  stream_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()), '\n');
  auto count = static_cast<std::size_t>(stream_.gcount());
  if (stream_.bad() || (stream_.eof() && count == 0)) return false;
  if (!stream_.eof() && stream_.fail()) {
    stream_.clear();
    stream_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  } else if (!stream_.eof()) {
    --count;  // the line end
  }
  line.text.assign(buffer_.data(), count);
  line.number = ++lines_;
  if (line.text.ends_with('\r')) line.text.pop_back();
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) line.text.erase(0, kByteOrderMark.size());
  return true;
}

void RecordReader::join_quoted_lines(RawRecord& record) {
  const auto separator = format_.mapping()->separator;
  std::string whole = record.text;
  std::deque<Line> taken;
  while (ends_inside_quotes(whole, separator)) {
    Line line;
    const bool more = taken.size() + 1 < kMaxRecordLines && whole.size() <= kMaxLineSize && next_line(line);
    if (!more) {
      put_back_.insert(put_back_.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
      return;
    }
    whole += '\n';
    whole += line.text;
    taken.push_back(std::move(line));
  }
  record.text = std::move(whole);
}

bool RecordReader::next(RawRecord& record) {
  Line line;
  while (next_line(line)) {
    if (is_blank(line.text)) {
      ++empty_lines_;
      continue;
    }
    record = {.line = line.number, .text = std::move(line.text)};
    if (format_.is_csv()) join_quoted_lines(record);
    return true;
  }
  return false;
}

ParsedRecord RecordFormat::parse(const RawRecord& record) const {
  return csv_ ? parse_csv_record(record, *csv_, columns_) : parse_record(record.text);
}

std::string_view RecordFormat::column_of(std::string_view field) const {
  if (!csv_) return {};
  const auto found = std::ranges::find(csv_->columns, field.substr(0, field.find('[')), &CsvColumn::field);
  return found == csv_->columns.end() ? std::string_view{} : std::string_view{found->name};
}

base::Checked<void> RecordFormat::read_header(const RawRecord& header, std::string_view file_name) {
  CICADA_TRY(columns_, bind_columns(header, *csv_, file_name));
  return {};
}

}  // namespace cicada::host::issuance
