// What a person sees: progress on a terminal, columns that line up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::tools {

/// One line on standard error that is written over and over. Silent unless standard error is a terminal.
class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ProgressLine(ProgressLine&&) = delete;
  ProgressLine& operator=(ProgressLine&&) = delete;
  ~ProgressLine() { clear(); }

  /// Shows `text` instead of what stood there; texts longer than the terminal is wide are cut.
  void show(std::string_view text);
  void clear();

 private:
  bool on_;
  std::size_t width_ = 0;  ///< columns of the terminal
  bool shown_ = false;
};

/// "[######------]" of `width` characters between the brackets.
[[nodiscard]] std::string bar(std::uint64_t done, std::uint64_t total, std::size_t width);

/// Columns that a text takes on a terminal, whatever its octets: combining marks take none, wide signs two.
[[nodiscard]] std::size_t columns(std::string_view text) noexcept;
/// The first `width` columns of `text`.
[[nodiscard]] std::string_view first_columns(std::string_view text, std::size_t width) noexcept;

/// Rows of cells, each column as wide as its widest cell, two spaces between. The first row is underlined.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// Text from a card or a file, made safe for a terminal: control characters and invalid UTF-8 become '?'.
[[nodiscard]] std::string safe(std::string_view text);

/// "18,382"
[[nodiscard]] std::string with_commas(std::uint64_t number);

}  // namespace cicada::tools
