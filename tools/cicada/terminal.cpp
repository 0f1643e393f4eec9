#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace cicada::tools {
namespace {

struct Character {
  utf8proc_int32_t code = 0;
  std::size_t size = 0;  ///< octets of it; 0: this is no UTF-8
};

Character first_of(std::string_view text) noexcept {
  Character first;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
  const auto* const octets = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto used = utf8proc_iterate(octets, static_cast<utf8proc_ssize_t>(text.size()), &first.code);
  if (used > 0) first.size = static_cast<std::size_t>(used);
  return first;
}

/// Controls, and the characters that reorder or hide text.
bool is_unsafe(utf8proc_int32_t code) noexcept {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return false;
  }
}

/// Columns, and octets, of what stands at the front of `text`; an octet that is no UTF-8 is shown as one sign.
std::pair<std::size_t, std::size_t> first_shown(std::string_view text) noexcept {
  const auto first = first_of(text);
  if (first.size == 0) return {1, 1};
  return {static_cast<std::size_t>(utf8proc_charwidth(first.code)), first.size};
}

}  // namespace

ProgressLine::ProgressLine() : on_(isatty(STDERR_FILENO) == 1) {
  winsize size{};
  width_ = on_ && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80U;
}

void ProgressLine::show(std::string_view text) {
  if (!on_) return;
  std::cerr << "\r\x1B[K" << first_columns(text, width_ - 1) << std::flush;
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) std::cerr << "\r\x1B[K" << std::flush;
  shown_ = false;
}

std::string bar(std::uint64_t done, std::uint64_t total, std::size_t width) {
  const std::size_t filled = total == 0 ? 0 : static_cast<std::size_t>(std::min(done, total) * width / total);
  std::string text(width + 2, '-');
  text.front() = '[';
  text.back() = ']';
  std::fill_n(text.begin() + 1, filled, '#');
  return text;
}

std::size_t columns(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto [wide, size] = first_shown(text);
    count += wide;
    text.remove_prefix(size);
  }
  return count;
}

std::string_view first_columns(std::string_view text, std::size_t width) noexcept {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size();) {
    const auto [wide, size] = first_shown(text.substr(at));
    if ((count += wide) > width) break;
    at += size;
  }
  return text.substr(0, at);
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      line += rows[r][i];
      if (i + 1 < rows[r].size()) line.append(widths[i] - columns(rows[r][i]) + 2, ' ');
    }
    text += line + "\n";
    if (r > 0) continue;
    for (std::size_t i = 0; i < widths.size(); ++i)
      text.append(widths[i], '-').append(i + 1 < widths.size() ? "  " : "\n");
  }
  return text;
}

std::string safe(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto first = first_of(text);
    if (first.size == 0 || is_unsafe(first.code)) {
      shown += '?';
    } else {
      shown += text.substr(0, first.size);
    }
    text.remove_prefix(std::max<std::size_t>(1, first.size));
  }
  return shown;
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace cicada::tools
