#include "tables.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "cicada/host/issuance/vietnamese.h"
#include "province_names.h"

namespace cicada::host::issuance {
namespace {

/// In the order of the statistical list.
constexpr std::array<std::string_view, 54> kGroups{
    "Kinh",    "Tày",    "Thái",    "Hoa",    "Khơ-me",       "Mường",    "Nùng",     "HMông",  "Dao",
    "Gia-rai", "Ngái",   "Ê-đê",    "Ba na",  "Xơ-Đăng",      "Sán Chay", "Cơ-ho",    "Chăm",   "Sán Dìu",
    "Hrê",     "Mnông",  "Ra-glai", "Xtiêng", "Bru-Vân Kiều", "Thổ",      "Giáy",     "Cơ-tu",  "Gié Triêng",
    "Mạ",      "Khơ-mú", "Co",      "Tà-ôi",  "Chơ-ro",       "Kháng",    "Xinh-mun", "Hà Nhì", "Chu ru",
    "Lào",     "La Chí", "La Ha",   "Phù Lá", "La Hủ",        "Lự",       "Lô Lô",    "Chứt",   "Mảng",
    "Pà Thẻn", "Co Lao", "Cống",    "Bố Y",   "Si La",        "Pu Péo",   "Brâu",     "Ơ Đu",   "Rơ măm",
};

/// Spellings that no folding brings to the listed one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 29> kVariants{{
    {"Khmer", "Khơ-me"},
    {"Khơ me", "Khơ-me"},
    {"Mông", "HMông"},
    {"Mèo", "HMông"},
    {"Jrai", "Gia-rai"},
    {"Gia rai", "Gia-rai"},
    {"Rađê", "Ê-đê"},
    {"Bahnar", "Ba na"},
    {"Xê Đăng", "Xơ-Đăng"},
    {"Sơ Đăng", "Xơ-Đăng"},
    {"Cao Lan", "Sán Chay"},
    {"Sán Chỉ", "Sán Chay"},
    {"K'Ho", "Cơ-ho"},
    {"Chàm", "Chăm"},
    {"H'rê", "Hrê"},
    {"M'nông", "Mnông"},
    {"Raglay", "Ra-glai"},
    {"Stiêng", "Xtiêng"},
    {"Vân Kiều", "Bru-Vân Kiều"},
    {"Katu", "Cơ-tu"},
    {"Giẻ Triêng", "Gié Triêng"},
    {"Cor", "Co"},
    {"Pa Cô", "Tà-ôi"},
    {"Châu Ro", "Chơ-ro"},
    {"Khmú", "Khơ-mú"},
    {"Cờ Lao", "Co Lao"},
    {"La Hù", "La Hủ"},
    {"Churu", "Chu ru"},
    {"Việt", "Kinh"},
}};

/// Of the organizations that the state has recognized, and how people write them; "Không" is none.
constexpr std::array<std::string_view, 21> kReligions{
    "Không",
    "Phật giáo",
    "Công giáo",
    "Thiên Chúa giáo",
    "Tin lành",
    "Cao Đài",
    "Cao Đài giáo",
    "Phật giáo Hòa Hảo",
    "Hòa Hảo",
    "Hồi giáo",
    "Tứ Ân Hiếu Nghĩa",
    "Bửu Sơn Kỳ Hương",
    "Tịnh độ cư sĩ Phật hội",
    "Minh Sư đạo",
    "Minh Lý đạo",
    "Bahá'í",
    "Baha'i",
    "Chăm Bà-la-môn",
    "Bà-la-môn",
    "Cơ đốc Phục lâm",
    "Mặc Môn",
};

}  // namespace

bool is_religion(std::string_view name) {
  static const auto kFolded = [] {
    std::set<std::string, std::less<>> names;
    for (const auto religion : kReligions) names.insert(fold(religion));
    return names;
  }();
  return kFolded.contains(fold(name));
}

bool is_known_prefix(int prefix) noexcept {
  constexpr int kFirstCountry = 101;
  constexpr int kLastCountry = 295;
  return province_of_prefix(prefix) != nullptr || (prefix >= kFirstCountry && prefix <= kLastCountry);
}

std::optional<std::string_view> ethnic_group(std::string_view name) {
  if (const auto* const exact = std::ranges::find(kGroups, name); exact != kGroups.end()) return *exact;
  const auto folded = fold(name);
  if (folded.empty()) return std::nullopt;
  // Without marks two groups may be one word (Thái, Thổ stay apart; Chăm and Chàm do not): only a single hit counts.
  std::optional<std::string_view> hit;
  int hits = 0;
  for (const auto group : kGroups) {
    if (fold(group) != folded) continue;
    hit = group;
    ++hits;
  }
  if (hits == 1) return hit;
  for (const auto& [variant, group] : kVariants) {
    if (fold(variant) == folded) return group;
  }
  return std::nullopt;
}

}  // namespace cicada::host::issuance
