// Names: what may stand in one, and how the machine readable zone spells it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/mrz.h"
#include "notes.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using base::fail;
using base::Fault;

constexpr char32_t kDStroke = 0x0110;
constexpr char32_t kSmallDStroke = 0x0111;
constexpr std::array<char32_t, 5> kApostrophes{U'\'', 0x2018, 0x2019, 0x02BC, 0x00B4};
constexpr std::array<char32_t, 3> kHyphens{U'-', 0x2010, 0x2011};

bool is_apostrophe(char32_t character) {
  return std::ranges::find(kApostrophes, character) != kApostrophes.end();
}

bool is_hyphen(char32_t character) {
  return std::ranges::find(kHyphens, character) != kHyphens.end();
}

bool is_name_character(char32_t character) {
  return unicode::is_letter(character) || character == U' ' || is_apostrophe(character) || is_hyphen(character);
}

/// The block behind Latin Extended Additional, the last one that holds a Vietnamese letter.
constexpr std::size_t kEndOfLatin = 0x1F00;

char decomposed_base_letter(char32_t letter) {
  if (letter == kDStroke || letter == kSmallDStroke) return 'D';  // has no decomposition
  const auto parts = unicode::nfd(std::u32string_view{&letter, 1});
  if (parts.empty()) return 0;
  const char32_t first = parts.front();
  if (first >= U'a' && first <= U'z') return static_cast<char>(first - U'a' + U'A');
  if (first >= U'A' && first <= U'Z') return static_cast<char>(first);
  return 0;
}

/// The base letter A-Z of a letter with marks; 0 when there is none. From a table: every card is spelled twice.
char base_letter(char32_t letter) {
  static const auto kTable = [] {
    std::array<char, kEndOfLatin> table{};
    for (char32_t code = 0; code < kEndOfLatin; ++code) table.at(code) = decomposed_base_letter(code);
    return table;
  }();
  return letter < kEndOfLatin ? kTable.at(letter) : '\0';
}

/// A vowel with at most one shape (circumflex, breve, horn) and at most one of the five tones; Đ and đ.
bool has_vietnamese_form(char32_t letter) {
  if (letter == kDStroke || letter == kSmallDStroke) return true;
  const auto parts = unicode::nfd(std::u32string_view{&letter, 1});
  if (parts.size() < 2 || parts.size() > 3 || unicode::nfc(parts) != std::u32string_view{&letter, 1}) return false;
  const char32_t vowel = unicode::to_lower(parts.front());
  static constexpr std::u32string_view kVowels = U"aeiouy";
  static constexpr std::u32string_view kTones = U"\u0300\u0301\u0303\u0309\u0323";
  if (kVowels.find(vowel) == std::u32string_view::npos) return false;
  int shapes = 0;
  int tones = 0;
  for (const auto mark : std::u32string_view{parts}.substr(1)) {
    const bool circumflex = mark == 0x0302 && (vowel == U'a' || vowel == U'e' || vowel == U'o');
    const bool breve = mark == 0x0306 && vowel == U'a';
    const bool horn = mark == 0x031B && (vowel == U'o' || vowel == U'u');
    if (circumflex || breve || horn) {
      ++shapes;
    } else if (kTones.find(mark) != std::u32string_view::npos) {
      ++tones;
    } else {
      return false;
    }
  }
  return shapes <= 1 && tones <= 1;
}

struct FixedSaid {
  const char* en;
  const char* vi;
};

/// Why a text is no name at all; nothing when it is one.
std::optional<FixedSaid> fault_of(std::u32string_view name) {
  const auto reject = [](const char* en, const char* vi) { return FixedSaid{.en = en, .vi = vi}; };
  if (name.front() == U' ' || name.back() == U' ')
    return reject("the name begins or ends with a space", "họ tên bắt đầu hoặc kết thúc bằng dấu cách");
  if (name.find(U"  ") != std::u32string_view::npos) return reject("two spaces in a row", "có hai dấu cách liền nhau");
  if (std::ranges::any_of(name, [](char32_t c) { return c >= U'0' && c <= U'9'; }))
    return reject("a digit in a name", "có chữ số trong họ tên");
  if (!std::ranges::all_of(name, is_name_character)) {
    return reject("a name has letters, spaces, hyphens and apostrophes only",
                  "họ tên chỉ gồm chữ, dấu cách, dấu nối và dấu nháy");
  }
  if (std::ranges::none_of(name, unicode::is_letter))
    return reject("a name without a letter", "họ tên không có chữ cái nào");
  if (name.size() > kMaxNameCharacters)
    return reject("the name is longer than 100 characters", "họ tên dài quá 100 ký tự");
  return std::nullopt;
}

}  // namespace

bool is_vietnamese_letter(char32_t letter) noexcept {
  static const auto kTable = [] {
    std::bitset<kEndOfLatin> table;
    for (char32_t code = 0x80; code < kEndOfLatin; ++code) table[code] = has_vietnamese_form(code);
    return table;
  }();
  return letter < kEndOfLatin && kTable[letter];
}

void check_name(std::string_view name, std::string_view field, NameOf whose, Findings& findings) {
  Notes notes{findings, field, name};
  const auto characters = unicode::decode(name);
  if (!characters) return;  // T02 has said so
  if (characters->empty()) {
    if (whose == NameOf::holder) notes.reject("T05", {"the name is empty", "họ tên để trống"});
    return;
  }
  if (const auto fault = fault_of(*characters)) {
    notes.reject("T05", {fault->en, fault->vi});
    return;
  }
  if (whose == NameOf::relative) return;
  const auto spelled = transliterate(name);
  if (!spelled) {
    notes.reject("T05", {"a letter of the name cannot be spelled in the machine readable zone",
                         "có chữ không phiên âm được sang dòng MRZ"});
    return;
  }
  if (spelled->secondary.empty()) notes.warn("T05", {"the name has one word only", "họ tên chỉ có một tiếng"});
  constexpr std::size_t kPlaces = 30;
  const auto places = spelled->primary.size() + (spelled->secondary.empty() ? 0 : 2 + spelled->secondary.size());
  if (places > kPlaces) {
    const auto cut = lds::build_name_field(spelled->primary, spelled->secondary, kPlaces);
    notes.warn("T05", {fmt::format("the name is cut in the machine readable zone to {}", cut.value_or("")),
                       fmt::format("họ tên bị cắt trong dòng MRZ thành {}", cut.value_or(""))});
  }
}

base::Result<MrzName> transliterate(std::string_view name) {
  const auto characters = unicode::decode(name);
  if (!characters) return fail({.fault = Fault::bad_input, .what = "the name is not UTF-8"});
  std::u32string composed = unicode::nfc(*characters);
  std::string spelled;
  std::size_t family_end = std::string::npos;
  for (std::size_t i = 0; i < composed.size(); ++i) {
    const auto character = composed[i];
    if (is_apostrophe(character)) continue;
    if (character == U' ' || is_hyphen(character)) {
      if (spelled.empty() || spelled.back() == ' ') continue;
      if (character == U' ' && family_end == std::string::npos) family_end = spelled.size();
      spelled.push_back(' ');
      continue;
    }
    const char letter = base_letter(character);
    if (letter == 0) {
      return fail({.fault = Fault::bad_input,
                   .what = "the letter has no transliteration in the machine readable zone",
                   .clause = "9303-3 §6",
                   .at = i});
    }
    spelled.push_back(letter);
  }
  if (spelled.ends_with(' ')) spelled.pop_back();
  if (spelled.empty()) return fail({.fault = Fault::bad_input, .what = "the name is empty"});
  if (family_end == std::string::npos || family_end >= spelled.size())
    return MrzName{.primary = spelled, .secondary = {}};
  return MrzName{.primary = spelled.substr(0, family_end), .secondary = spelled.substr(family_end + 1)};
}

std::string fold(std::string_view text) {
  std::string folded;
  const auto characters = unicode::decode(text);
  if (!characters) return folded;
  for (const auto character : unicode::nfd(*characters)) {
    if (unicode::is_mark(character) || character == U' ' || is_apostrophe(character) || is_hyphen(character)) continue;
    const auto lower = unicode::to_lower(character);
    unicode::append(folded, lower == kSmallDStroke ? U'd' : lower);
  }
  return folded;
}

}  // namespace cicada::host::issuance
