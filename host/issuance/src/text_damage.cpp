#include "text_damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "cicada/host/issuance/vietnamese.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using unicode::is_letter;

/// What Windows-1252 shows for the octets 80 to 9F; 0 where it shows nothing.
constexpr std::array<char32_t, 32> kWindows1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/// The octet that Latin-1 or Windows-1252 shows as this character; nothing below 80 or when there is none.
std::optional<char> western_octet(char32_t character) {
  if (character >= 0x80 && character <= 0xFF) return static_cast<char>(character);
  if (character == 0) return std::nullopt;
  const auto* const found = std::ranges::find(kWindows1252, character);
  if (found == kWindows1252.end()) return std::nullopt;
  return static_cast<char>(0x80 + (found - kWindows1252.begin()));
}

/// "Nguyá»…n": the characters are the octets of UTF-8 one by one, and these spell a Vietnamese letter.
bool is_utf8_shown_as_latin1(std::u32string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto lead = western_octet(text[at]);
    if (!lead || static_cast<unsigned char>(*lead) < 0xC3 || static_cast<unsigned char>(*lead) > 0xE1) continue;
    std::string octets;
    for (std::size_t i = at; i < text.size() && octets.size() < 3; ++i) {
      const auto octet = western_octet(text[i]);
      if (!octet) break;
      octets.push_back(*octet);
      if (octets.size() == 1) continue;
      const auto characters = unicode::decode(octets);
      if (characters && characters->size() == 1 && is_vietnamese_letter(characters->front())) return true;
    }
  }
  return false;
}

/// TCVN 5712-3 has đ, ư, à and others where Latin-1 has signs: "V¨n", "§øc", "Hµ".
constexpr std::u32string_view kTcvnSigns =
    U"\u00A1\u00A2\u00A3\u00A4\u00A5\u00A6\u00A7\u00A8\u00A9\u00AA\u00AB\u00AC"
    U"\u00AD\u00AE\u00B5\u00B6\u00B8\u00B9\u00BB\u00BC\u00BD\u00BE";

bool has_sign_in_a_word(std::u32string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kTcvnSigns.find(text[i]) == std::u32string_view::npos) continue;
    const bool before = i > 0 && is_letter(text[i - 1]);
    const bool after = i + 1 < text.size() && is_letter(text[i + 1]);
    if (before || after) return true;
  }
  return false;
}

/// "NguyÔn", "TrÇn": a capital of Latin-1 behind a small letter.
bool has_capital_inside(std::u32string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] >= 0xC0 && text[i] <= 0xDF && unicode::is_lower(text[i - 1])) return true;
  }
  return false;
}

/// VNI writes a letter as base and mark, two characters: "Nguyeãn", "Traàn". These pairs are not Vietnamese spelling.
constexpr std::array<std::u32string_view, 28> kVniPairs{
    U"aâ", U"aê", U"eâ", U"oâ", U"aá", U"aà", U"aå", U"aã", U"aä", U"eá", U"eà", U"eå", U"eã", U"eä",
    U"aé", U"aè", U"aú", U"aù", U"aø", U"aû", U"aõ", U"aï", U"eù", U"eø", U"eõ", U"oø", U"uù", U"où",
};

bool has_vni_pair(std::u32string_view text) {
  std::u32string lower{text};
  std::ranges::transform(lower, lower.begin(), unicode::to_lower);
  return std::ranges::any_of(kVniPairs,
                             [&](std::u32string_view pair) { return lower.find(pair) != std::u32string::npos; });
}

/// "Nguy?n", "Tr?n Van": letters that were lost for good.
bool has_question_mark_in_a_word(std::u32string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != U'?') continue;
    if ((i > 0 && is_letter(text[i - 1])) || (i + 1 < text.size() && is_letter(text[i + 1]))) return true;
  }
  return false;
}

std::optional<char32_t> foreign_latin_letter(std::u32string_view text) {
  for (const auto character : text) {
    if (character > 0x7F && unicode::is_latin(character) && !is_vietnamese_letter(character)) return character;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Damage> find_damage(std::u32string_view text) {
  const auto reject = [](const char* en, const char* vi) {
    return Damage{.said = {en, vi}, .severity = Severity::reject};
  };
  if (text.find(unicode::kReplacement) != std::u32string_view::npos) {
    return reject("letters were lost and replaced by U+FFFD; send the text again from its source",
                  "chữ đã mất, bị thay bằng U+FFFD; hãy gửi lại văn bản từ nguồn");
  }
  if (has_question_mark_in_a_word(text)) {
    return reject("letters were lost and replaced by \"?\"; send the text again from its source",
                  "chữ đã mất, bị thay bằng \"?\"; hãy gửi lại văn bản từ nguồn");
  }
  if (is_utf8_shown_as_latin1(text)) {
    return reject("UTF-8 that was read as Latin-1 or Windows-1252; read the source as UTF-8",
                  "UTF-8 bị đọc thành Latin-1 hoặc Windows-1252; hãy đọc nguồn theo UTF-8");
  }
  if (has_sign_in_a_word(text) || has_capital_inside(text)) {
    return reject("looks like TCVN3 (ABC, .VnTime) read as Latin-1; convert the source to Unicode",
                  "có vẻ là TCVN3 (ABC, .VnTime); hãy chuyển nguồn sang Unicode");
  }
  if (has_vni_pair(text))
    return reject("looks like VNI read as Latin-1; convert the source to Unicode",
                  "có vẻ là VNI; hãy chuyển nguồn sang Unicode");
  if (const auto letter = foreign_latin_letter(text)) {
    return Damage{.said = {fmt::format("U+{:04X} is no Vietnamese letter: a foreign name, or an old code page",
                                       static_cast<std::uint32_t>(*letter)),
                           fmt::format("U+{:04X} không phải chữ tiếng Việt: tên nước ngoài, hoặc bảng mã cũ",
                                       static_cast<std::uint32_t>(*letter))},
                  .severity = Severity::hold};
  }
  return std::nullopt;
}

}  // namespace cicada::host::issuance
