// T01, T02, T03: one text in, the same text clean out.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/host/issuance/vietnamese.h"
#include "notes.h"
#include "text_damage.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

using base::fail;
using base::Fault;

/// Letters that look like Đ and đ: Eth, African D, d with tail.
constexpr std::array<std::pair<char32_t, char32_t>, 4> kDLookAlikes{{
    {0x00D0, 0x0110},
    {0x0189, 0x0110},
    {0x00F0, 0x0111},
    {0x0256, 0x0111},
}};

/// Characters without a width that mean nothing in Vietnamese. The soft hyphen is not among them: TCVN3 has ư there.
constexpr std::array<char32_t, 5> kZeroWidth{0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF};

/// The apostrophe as a letter: "H\u02BCMông".
constexpr char32_t kModifierApostrophe = 0x02BC;

/// What T03 did and found.
struct Cleaning {
  std::u32string text;
  bool d_look_alike = false;
  bool space = false;
  bool zero_width = false;
  std::optional<char32_t> refused;  ///< the first character that cannot stay
};

bool may_stay(char32_t character) {
  if (unicode::is_letter(character)) return unicode::is_latin(character) || character == kModifierApostrophe;
  // After NFC a mark that is left belongs to no Vietnamese letter.
  if (unicode::is_mark(character)) return false;
  return !unicode::is_invisible(character);
}

Cleaning clean(std::u32string_view text) {
  Cleaning cleaning;
  for (const auto character : text) {
    const auto* const d = std::ranges::find(kDLookAlikes, character, &std::pair<char32_t, char32_t>::first);
    if (d != kDLookAlikes.end()) {
      cleaning.d_look_alike = true;
      cleaning.text.push_back(d->second);
    } else if (character == U'\t' || (unicode::is_space(character) && character != U' ')) {
      cleaning.space = true;
      cleaning.text.push_back(U' ');
    } else if (std::ranges::find(kZeroWidth, character) != kZeroWidth.end()) {
      cleaning.zero_width = true;
    } else {
      if (!may_stay(character) && !cleaning.refused) cleaning.refused = character;
      cleaning.text.push_back(character);
    }
  }
  return cleaning;
}

Said why_refused(char32_t character) {
  const auto code = static_cast<std::uint32_t>(character);
  if (unicode::is_letter(character)) {
    return {fmt::format("U+{:04X} is a letter of another script that may look like a Latin one", code),
            fmt::format("U+{:04X} là chữ của hệ chữ khác, trông giống chữ Latinh", code)};
  }
  if (unicode::is_mark(character)) {
    return {fmt::format("the mark U+{:04X} belongs to no Vietnamese letter", code),
            fmt::format("dấu U+{:04X} không thuộc chữ tiếng Việt nào", code)};
  }
  return {fmt::format("U+{:04X} is a control or invisible character", code),
          fmt::format("U+{:04X} là ký tự điều khiển hoặc ký tự ẩn", code)};
}

void report_cleaning(const Cleaning& cleaning, Notes& notes) {
  if (cleaning.d_look_alike) {
    notes.warn("T03",
               {"a look-alike (Eth) stood for Đ or đ; corrected", "ký tự trông giống (Eth) thay cho Đ hoặc đ; đã sửa"});
  }
  if (cleaning.space) {
    notes.warn("T03", {"a tab or a no-break or odd space; replaced by a space",
                       "có dấu tab hoặc dấu cách lạ; đã thay bằng dấu cách"});
  }
  if (cleaning.zero_width) notes.warn("T03", {"a zero-width character; removed", "có ký tự rộng bằng không; đã bỏ"});
  if (cleaning.refused) notes.reject("T03", why_refused(*cleaning.refused));
}

}  // namespace

base::Result<std::string> to_nfc(std::string_view text) {
  const auto characters = unicode::decode(text);
  if (!characters) {
    return fail({.fault = Fault::bad_input, .what = "the text is not UTF-8", .at = unicode::first_fault(text)});
  }
  return unicode::encode(unicode::nfc(*characters));
}

namespace {

/// Nothing but ASCII and Vietnamese letters in one piece: the text is NFC, and T03 has nothing to clean. Almost every
/// text is.
bool is_plain(std::u32string_view text) {
  return std::ranges::all_of(text, [](char32_t character) {
    return (character >= U' ' && character < 0x7F) || is_vietnamese_letter(character);
  });
}

}  // namespace

std::string clean_text(std::string_view text, std::string_view field, Findings& findings) {
  Notes notes{findings, field, text};
  const auto characters = unicode::decode(text);
  if (!characters) {
    notes.reject("T02", {"the text is not UTF-8", "văn bản không phải UTF-8"});
    return {};
  }
  if (is_plain(*characters)) {
    if (const auto damage = find_damage(*characters)) notes.add("T02", damage->severity, damage->said);
    return std::string{text};
  }
  auto composed = unicode::nfc(*characters);
  if (composed != *characters) {
    notes.warn("T01", {"not in normal form NFC (decomposed or mixed); normalised",
                       "chưa ở dạng Unicode dựng sẵn (NFC); đã chuẩn hóa"});
  }

  // Eth alone is no sign of an old code page, so look-alikes are corrected first; but the odd spaces that go with them
  // may be octets of UTF-8 read as Latin-1.
  const auto cleaning = clean(composed);
  auto damage = find_damage(composed);
  if (damage && damage->severity == Severity::hold) damage = find_damage(cleaning.text);
  if (damage) notes.add("T02", damage->severity, damage->said);
  report_cleaning(cleaning, notes);
  return unicode::encode(unicode::nfc(cleaning.text));
}

}  // namespace cicada::host::issuance
