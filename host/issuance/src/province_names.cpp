#include "province_names.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "cicada/host/issuance/vietnamese.h"

namespace cicada::host::issuance {
namespace {

/// The prefix of numbers, the province that it stood for, and the one that this is since July 2025.
constexpr std::array<ProvinceNames, 63> kProvinces{{
    {1, "Hà Nội", "Hà Nội"},
    {2, "Hà Giang", "Tuyên Quang"},
    {4, "Cao Bằng", "Cao Bằng"},
    {6, "Bắc Kạn", "Thái Nguyên"},
    {8, "Tuyên Quang", "Tuyên Quang"},
    {10, "Lào Cai", "Lào Cai"},
    {11, "Điện Biên", "Điện Biên"},
    {12, "Lai Châu", "Lai Châu"},
    {14, "Sơn La", "Sơn La"},
    {15, "Yên Bái", "Lào Cai"},
    {17, "Hòa Bình", "Phú Thọ"},
    {19, "Thái Nguyên", "Thái Nguyên"},
    {20, "Lạng Sơn", "Lạng Sơn"},
    {22, "Quảng Ninh", "Quảng Ninh"},
    {24, "Bắc Giang", "Bắc Ninh"},
    {25, "Phú Thọ", "Phú Thọ"},
    {26, "Vĩnh Phúc", "Phú Thọ"},
    {27, "Bắc Ninh", "Bắc Ninh"},
    {30, "Hải Dương", "Hải Phòng"},
    {31, "Hải Phòng", "Hải Phòng"},
    {33, "Hưng Yên", "Hưng Yên"},
    {34, "Thái Bình", "Hưng Yên"},
    {35, "Hà Nam", "Ninh Bình"},
    {36, "Nam Định", "Ninh Bình"},
    {37, "Ninh Bình", "Ninh Bình"},
    {38, "Thanh Hóa", "Thanh Hóa"},
    {40, "Nghệ An", "Nghệ An"},
    {42, "Hà Tĩnh", "Hà Tĩnh"},
    {44, "Quảng Bình", "Quảng Trị"},
    {45, "Quảng Trị", "Quảng Trị"},
    {46, "Thừa Thiên Huế", "Huế"},
    {48, "Đà Nẵng", "Đà Nẵng"},
    {49, "Quảng Nam", "Đà Nẵng"},
    {51, "Quảng Ngãi", "Quảng Ngãi"},
    {52, "Bình Định", "Gia Lai"},
    {54, "Phú Yên", "Đắk Lắk"},
    {56, "Khánh Hòa", "Khánh Hòa"},
    {58, "Ninh Thuận", "Khánh Hòa"},
    {60, "Bình Thuận", "Lâm Đồng"},
    {62, "Kon Tum", "Quảng Ngãi"},
    {64, "Gia Lai", "Gia Lai"},
    {66, "Đắk Lắk", "Đắk Lắk"},
    {67, "Đắk Nông", "Lâm Đồng"},
    {68, "Lâm Đồng", "Lâm Đồng"},
    {70, "Bình Phước", "Đồng Nai"},
    {72, "Tây Ninh", "Tây Ninh"},
    {74, "Bình Dương", "Hồ Chí Minh"},
    {75, "Đồng Nai", "Đồng Nai"},
    {77, "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"},
    {79, "Hồ Chí Minh", "Hồ Chí Minh"},
    {80, "Long An", "Tây Ninh"},
    {82, "Tiền Giang", "Đồng Tháp"},
    {83, "Bến Tre", "Vĩnh Long"},
    {84, "Trà Vinh", "Vĩnh Long"},
    {86, "Vĩnh Long", "Vĩnh Long"},
    {87, "Đồng Tháp", "Đồng Tháp"},
    {89, "An Giang", "An Giang"},
    {91, "Kiên Giang", "An Giang"},
    {92, "Cần Thơ", "Cần Thơ"},
    {93, "Hậu Giang", "Cần Thơ"},
    {94, "Sóc Trăng", "Cần Thơ"},
    {95, "Bạc Liêu", "Cà Mau"},
    {96, "Cà Mau", "Cà Mau"},
}};

}  // namespace

const ProvinceNames* province_of_prefix(int prefix) noexcept {
  const auto* const found = std::ranges::lower_bound(kProvinces, prefix, {}, &ProvinceNames::prefix);
  return found != kProvinces.end() && found->prefix == prefix ? found : nullptr;
}

bool is_province(std::string_view folded) {
  static const auto kFolded = [] {
    std::set<std::string, std::less<>> names;
    for (const auto& province : kProvinces) {
      names.insert(fold(province.name));
      names.insert(fold(province.since_2025));
    }
    return names;
  }();
  return kFolded.contains(folded);
}

}  // namespace cicada::host::issuance
