#include "clean.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace cicada::conformance::report {
namespace {

struct Decoded {
  std::size_t length = 1;
  bool valid = false;
  char32_t character = 0;
};

/// The first UTF-8 sequence of `text` (RFC 3629: shortest form, no surrogates, up to 10FFFF).
Decoded decode(std::string_view text) noexcept {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto lead = octet(0);
  if (lead < 0x80) return {1, true, lead};
  std::size_t length = 0;
  if (lead >= 0xC2 && lead < 0xE0) length = 2;
  if (lead >= 0xE0 && lead < 0xF0) length = 3;
  if (lead >= 0xF0 && lead < 0xF5) length = 4;
  if (length == 0 || length > text.size()) return {};
  char32_t character = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xC0U) != 0x80U) return {};
    character = (character << 6U) | (octet(i) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (character < kSmallest[length] || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) return {};
  return {length, true, character};
}

/// C0, C1, what reorders or hides text, and what XML does not have.
bool is_unsafe(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

}  // namespace

std::string cleaned(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const auto next = decode(text);
    if (next.character == U'\n' || next.character == U'\t')
      clean += ' ';
    else if (!next.valid || is_unsafe(next.character))
      clean += '?';
    else
      clean += text.substr(0, next.length);
    text.remove_prefix(next.length);
  }
  return clean;
}

std::string escaped(std::string_view text) {
  std::string escaped;
  for (const char c : cleaned(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string seconds(std::chrono::microseconds duration) {
  return fmt::format("{:.3f}", static_cast<double>(std::max<std::int64_t>(0, duration.count())) / 1e6);
}

std::string to_text(const model::Needs& needs) {
  std::string text;
  for (const auto& entry : needs) {
    if (!text.empty()) text += ", ";
    for (std::size_t i = 0; i < entry.size(); ++i) text += (i == 0 ? "" : "|") + entry[i];
  }
  return text;
}

}  // namespace cicada::conformance::report
