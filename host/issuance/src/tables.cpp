#include "tables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/host/issuance/vietnamese.h"

namespace cicada::host::issuance {
namespace {

constexpr std::array<int, 63> kProvinces{
    1,  2,  4,  6,  8,  10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33,
    34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
    67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
};

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

}  // namespace

bool is_known_prefix(int prefix) noexcept {
  constexpr int kFirstCountry = 101;
  constexpr int kLastCountry = 295;
  return std::ranges::binary_search(kProvinces, prefix) || (prefix >= kFirstCountry && prefix <= kLastCountry);
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
