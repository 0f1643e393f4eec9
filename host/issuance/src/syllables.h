// How Vietnamese words are spelled; not part of the room's promise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cicada::host::issuance {

/// One word of the language: letters in lower case with their shapes (â, ơ, đ), and the tone apart from the place where
/// it was written. "Hòa" and "Hoà" are one syllable.
struct Syllable {
  std::u32string letters;
  char32_t tone = 0;  ///< the combining mark; 0 for the level tone
  bool operator==(const Syllable&) const = default;
};

/// Nothing when a word has two tones, or a letter that is not Vietnamese.
[[nodiscard]] std::optional<Syllable> read_syllable(std::u32string_view word);

/// Whether onset, rhyme and tone go together in Vietnamese. A word of a minority's or a foreign language mostly does
/// not.
[[nodiscard]] bool is_possible(const Syllable& syllable);

/// The listed family names that are spelled like this one without its marks; "" when there are none or when the name
/// itself is listed. "Nguyên" gives "Nguyễn".
[[nodiscard]] std::string_view family_name_meant(const Syllable& syllable);

}  // namespace cicada::host::issuance
