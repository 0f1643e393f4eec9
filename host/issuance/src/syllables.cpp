#include "syllables.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "cicada/host/issuance/vietnamese.h"
#include "unicode.h"

namespace cicada::host::issuance {
namespace {

constexpr std::u32string_view kTones = U"\u0300\u0301\u0303\u0309\u0323";
constexpr char32_t kAcute = 0x0301;
constexpr char32_t kDotBelow = 0x0323;

/// Consonants before the rhyme. "qu" and "gi" have letters that look like vowels.
constexpr std::array<std::u32string_view, 28> kOnsets{
    U"",  U"b",  U"c",   U"ch", U"d", U"đ",  U"g",  U"gh", U"gi", U"h", U"k",  U"kh", U"l", U"m",
    U"n", U"ng", U"ngh", U"nh", U"p", U"ph", U"qu", U"r",  U"s",  U"t", U"th", U"tr", U"v", U"x"};

/// What may follow, without tone.
constexpr std::u32string_view kRhymes =
    U" a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    U"e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    U"o oa oac oach oai oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op "
    U"ot "
    U"ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    U"u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh "
    U"uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ";

/// The hundred that almost everybody has.
constexpr std::array<std::string_view, 104> kFamilyNames{
    "Nguyễn", "Trần",  "Lê",     "Phạm",  "Hoàng",  "Huỳnh", "Phan",   "Vũ",     "Võ",   "Đặng",  "Bùi",   "Đỗ",
    "Hồ",     "Ngô",   "Dương",  "Lý",    "Đinh",   "Đoàn",  "Trịnh",  "Trương", "Mai",  "Đào",   "Lâm",   "Phùng",
    "Tô",     "Tạ",    "Hà",     "Lương", "Cao",    "Châu",  "Chu",    "Thái",   "Tống", "Quách", "Vương", "Từ",
    "Kiều",   "La",    "Lã",     "Lưu",   "Nghiêm", "Triệu", "Thân",   "Tăng",   "Tôn",  "Khổng", "Khúc",  "Doãn",
    "Đàm",    "Giang", "Hứa",    "Kim",   "Mạc",    "Ninh",  "Phí",    "Thạch",  "Thẩm", "Tiêu",  "Văn",   "Viên",
    "Vi",     "Cù",    "Bạch",   "Bành",  "Âu",     "An",    "Cung",   "Diệp",   "Đồng", "Hàn",   "Hầu",   "Lại",
    "Lục",    "Mạch",  "Mã",     "Nhâm",  "Nông",   "Ngụy",  "Phó",    "Sầm",    "Tào",  "Thi",   "Thiều", "Ung",
    "Ứng",    "Uông",  "Công",   "Đậu",   "Đới",    "Hạ",    "Khương", "Lạc",    "Lò",   "Lù",    "Lữ",    "Mẫn",
    "Nhữ",    "Ông",   "Phương", "Quản",  "Tất",    "Trà",   "Vưu",    "Yên"};

bool is_rhyme(std::u32string_view letters) {
  if (letters.empty()) return false;
  static const auto kSet = [] {
    std::set<std::u32string, std::less<>> rhymes;
    for (auto rest = kRhymes.substr(1); !rest.empty();) {
      const auto end = rest.find(U' ');
      rhymes.emplace(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    return rhymes;
  }();
  return kSet.contains(letters);
}

/// k, gh and ngh stand before e, ê, i, y; c, g and ng before all others.
bool goes_before(std::u32string_view onset, char32_t vowel) {
  const bool front = vowel == U'e' || vowel == U'ê' || vowel == U'i' || vowel == U'y';
  if (onset == U"k" || onset == U"gh" || onset == U"ngh") return front;
  if (onset == U"c" || onset == U"ng") return !front;
  return true;
}

bool is_rhyme_behind(char32_t first, std::u32string_view rhyme) {
  std::u32string whole{first};
  whole.append(rhyme);
  return is_rhyme(whole);
}

/// "giêng" is gi + êng, "gìn" gi + in written with one i, "quynh" qu + uynh written with one u.
bool is_onset_with(std::u32string_view onset, std::u32string_view rhyme) {
  if (onset == U"gi") return rhyme.empty() || is_rhyme(rhyme) || is_rhyme_behind(U'i', rhyme);
  if (onset == U"qu") return is_rhyme(rhyme) || is_rhyme_behind(U'u', rhyme);
  return is_rhyme(rhyme) && goes_before(onset, rhyme.front());
}

bool ends_in_stop(std::u32string_view letters) {
  return letters.ends_with(U'p') || letters.ends_with(U't') || letters.ends_with(U'c') || letters.ends_with(U"ch");
}

struct Family {
  std::set<std::u32string> listed;  ///< letters and tone, joined
  std::map<std::string, std::string_view, std::less<>> by_fold;
};

std::u32string joined(const Syllable& syllable) {
  auto text = syllable.letters;
  text.push_back(syllable.tone);
  return text;
}

const Family& family() {
  static const auto kFamily = [] {
    Family names;
    for (const auto name : kFamilyNames) {
      const auto characters = unicode::decode(name);
      if (const auto syllable = read_syllable(characters.value_or(std::u32string{}))) {
        names.listed.insert(joined(*syllable));
      }
      names.by_fold.emplace(fold(name), name);  // the first, most frequent one stays
    }
    return names;
  }();
  return kFamily;
}

}  // namespace

std::optional<Syllable> read_syllable(std::u32string_view word) {
  Syllable syllable;
  std::u32string marked;
  for (const auto character : word) {
    const auto lower = unicode::to_lower(character);
    if (lower < 0x80 ? lower < U'a' || lower > U'z' : !is_vietnamese_letter(lower)) return std::nullopt;
    for (const auto part : unicode::nfd(std::u32string_view{&lower, 1})) {
      if (kTones.find(part) == std::u32string_view::npos) {
        marked.push_back(part);
        continue;
      }
      if (syllable.tone != 0) return std::nullopt;
      syllable.tone = part;
    }
  }
  syllable.letters = unicode::nfc(marked);
  return syllable;
}

bool is_possible(const Syllable& syllable) {
  const std::u32string_view letters = syllable.letters;
  if (ends_in_stop(letters) && syllable.tone != kAcute && syllable.tone != kDotBelow) return false;
  return std::ranges::any_of(kOnsets, [&](std::u32string_view onset) {
    return letters.starts_with(onset) && is_onset_with(onset, letters.substr(onset.size()));
  });
}

std::string_view family_name_meant(const Syllable& syllable) {
  const auto& names = family();
  if (names.listed.contains(joined(syllable))) return {};
  const auto found = names.by_fold.find(fold(unicode::encode(syllable.letters)));
  return found == names.by_fold.end() ? std::string_view{} : found->second;
}

}  // namespace cicada::host::issuance
