#include "unicode.h"

#include <utf8proc.h>

#include <array>
#include <vector>

namespace cicada::host::issuance::unicode {
namespace {

utf8proc_int32_t code(char32_t character) noexcept {
  return static_cast<utf8proc_int32_t>(character);
}

utf8proc_category_t category(char32_t character) noexcept {
  return utf8proc_category(code(character));
}

/// Decomposes, and composes again when `compose` is set. Text that utf8proc refuses comes back as it was: it is
/// decoded characters, so that does not happen.
std::u32string normal_form(std::u32string_view characters, bool compose) {
  const auto options = static_cast<utf8proc_option_t>(compose ? UTF8PROC_STABLE | UTF8PROC_COMPOSE
                                                              : UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  const auto text = encode(characters);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
  const auto* const octets = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  std::vector<utf8proc_int32_t> buffer(text.size() * 4 + 4);
  auto count = utf8proc_decompose(octets, size, buffer.data(), static_cast<utf8proc_ssize_t>(buffer.size()), options);
  if (count < 0 || static_cast<std::size_t>(count) > buffer.size()) return std::u32string{characters};
  if (compose) count = utf8proc_normalize_utf32(buffer.data(), count, options);
  if (count < 0) return std::u32string{characters};
  return {buffer.begin(), buffer.begin() + count};
}

}  // namespace

std::optional<std::size_t> first_fault(std::string_view utf8) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    utf8proc_int32_t character = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
    const auto* const octets = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data() + at);
    const auto used = utf8proc_iterate(octets, static_cast<utf8proc_ssize_t>(utf8.size() - at), &character);
    if (used <= 0) return at;
    at += static_cast<std::size_t>(used);
  }
  return std::nullopt;
}

std::optional<std::u32string> decode(std::string_view utf8) {
  std::u32string characters;
  characters.reserve(utf8.size());
  std::size_t at = 0;
  while (at < utf8.size()) {
    utf8proc_int32_t character = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t have one representation.
    const auto* const octets = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data() + at);
    const auto used = utf8proc_iterate(octets, static_cast<utf8proc_ssize_t>(utf8.size() - at), &character);
    if (used <= 0) return std::nullopt;
    characters.push_back(static_cast<char32_t>(character));
    at += static_cast<std::size_t>(used);
  }
  return characters;
}

void append(std::string& to, char32_t character) {
  std::array<utf8proc_uint8_t, 4> octets{};
  const auto count = utf8proc_encode_char(code(character), octets.data());
  for (utf8proc_ssize_t i = 0; i < count; ++i) to.push_back(static_cast<char>(octets.at(static_cast<std::size_t>(i))));
}

std::string encode(std::u32string_view characters) {
  std::string text;
  text.reserve(characters.size() * 2);
  for (const auto character : characters) append(text, character);
  return text;
}

bool is_letter(char32_t character) noexcept {
  const auto kind = category(character);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_upper(char32_t character) noexcept {
  return category(character) == UTF8PROC_CATEGORY_LU;
}

bool is_lower(char32_t character) noexcept {
  return category(character) == UTF8PROC_CATEGORY_LL;
}

bool is_mark(char32_t character) noexcept {
  const auto kind = category(character);
  return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

bool is_space(char32_t character) noexcept {
  return category(character) == UTF8PROC_CATEGORY_ZS;
}

bool is_invisible(char32_t character) noexcept {
  const auto kind = category(character);
  return kind == UTF8PROC_CATEGORY_CN || kind >= UTF8PROC_CATEGORY_ZL ||
         (kind == UTF8PROC_CATEGORY_ZS && character != U' ');
}

bool is_latin(char32_t character) noexcept {
  if (!is_letter(character)) return false;
  return character <= 0x024F || (character >= 0x1E00 && character <= 0x1EFF) || character == 0x0256;
}

char32_t to_lower(char32_t character) noexcept {
  return static_cast<char32_t>(utf8proc_tolower(code(character)));
}

std::u32string nfd(std::u32string_view characters) {
  return normal_form(characters, false);
}

std::u32string nfc(std::u32string_view characters) {
  return normal_form(characters, true);
}

}  // namespace cicada::host::issuance::unicode
