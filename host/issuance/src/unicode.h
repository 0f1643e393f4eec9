// Characters out of octets and back; not part of the room's promise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cicada::host::issuance::unicode {

inline constexpr char32_t kReplacement = 0xFFFD;

/// The characters; nothing when the octets are not UTF-8.
[[nodiscard]] std::optional<std::u32string> decode(std::string_view utf8);
/// Octet where the first fault is; nothing when there is none.
[[nodiscard]] std::optional<std::size_t> first_fault(std::string_view utf8);
void append(std::string& to, char32_t character);
[[nodiscard]] std::string encode(std::u32string_view characters);

[[nodiscard]] bool is_letter(char32_t character) noexcept;
[[nodiscard]] bool is_upper(char32_t character) noexcept;
[[nodiscard]] bool is_lower(char32_t character) noexcept;
[[nodiscard]] bool is_mark(char32_t character) noexcept;
[[nodiscard]] bool is_space(char32_t character) noexcept;
/// Control, format, private, unassigned and separator characters: what a reader of a log cannot see.
[[nodiscard]] bool is_invisible(char32_t character) noexcept;
/// Letter of the Latin script in the blocks that European languages and Vietnamese use.
[[nodiscard]] bool is_latin(char32_t character) noexcept;
[[nodiscard]] char32_t to_lower(char32_t character) noexcept;
/// Canonical decomposition, and composition after it.
[[nodiscard]] std::u32string nfd(std::u32string_view characters);
[[nodiscard]] std::u32string nfc(std::u32string_view characters);

}  // namespace cicada::host::issuance::unicode
