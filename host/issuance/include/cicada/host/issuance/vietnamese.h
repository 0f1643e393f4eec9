// Vietnamese text: one normal form, no damage, and its way into the machine readable zone.
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/host/issuance/finding.h"

namespace cicada::host::issuance {

/// Unicode normal form C. The same letter may arrive precomposed, fully decomposed or half decomposed (ê + U+0301).
/// Fails with bad_input when the octets are not UTF-8 (Error::at).
[[nodiscard]] base::Result<std::string> to_nfc(std::string_view text);

/// One of the 134 letters with marks (67 in each case), Đ and đ included.
[[nodiscard]] bool is_vietnamese_letter(char32_t letter) noexcept;

/// The text as it goes into the chip, and what was wrong with it:
/// T01 (warn) it was not NFC: normalised.
/// T02 (reject) legacy code pages read as Latin-1 (TCVN3, VNI), UTF-8 read as Latin-1, lost letters ("?", U+FFFD);
///     (hold) a Latin letter that Vietnamese does not have: a foreign name or an old code page, a person must see.
/// T03 (warn) Eth for Đ, no-break and other odd spaces, tabs, zero-width characters: cleaned;
///     (reject) other scripts' look-alikes, control characters, marks that belong to no letter.
[[nodiscard]] std::string clean_text(std::string_view text, std::string_view field, Findings& findings);

/// Whose name: the rules for the holder are stricter.
enum class NameOf : std::uint8_t { holder, relative };
/// Longest name in characters.
inline constexpr std::size_t kMaxNameCharacters = 100;

/// T05 on a text that clean_text gave back: empty (holder), digits and signs, double or outer spaces, too long: reject;
/// one word, or too long for the zone (holder): warn.
void check_name(std::string_view name, std::string_view field, NameOf whose, Findings& findings);

/// A name as the machine readable zone spells it, not cut yet: A-Z, words separated by spaces.
struct MrzName {
  std::string primary;    ///< the first word: the family name
  std::string secondary;  ///< the others; empty for a name of one word
};
/// Marks are taken off, Đ becomes D, apostrophes vanish, hyphens separate. @clause 9303-3 §6
/// Fails with bad_input on an empty name or a letter that has no transliteration (Error::at counts characters).
[[nodiscard]] base::Result<MrzName> transliterate(std::string_view name);

/// For comparing spellings only: lower case, without marks, spaces, hyphens and apostrophes; đ becomes d.
[[nodiscard]] std::string fold(std::string_view text);

}  // namespace cicada::host::issuance
