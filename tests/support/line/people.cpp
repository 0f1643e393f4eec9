#include "people.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace cicada::test {

namespace issuance = host::issuance;
using base::Bytes;

namespace {

constexpr std::array<std::string_view, 8> kFamilies = {"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi"};
constexpr std::array<std::string_view, 7> kMiddles = {"Văn", "Thị", "Hữu", "Ngọc", "Thế", "Thanh", "Xuân"};
constexpr std::array<std::string_view, 9> kGiven = {"Khởi", "Trường", "Bưởi", "Đạt", "Quỳnh", "Ơn", "Ước", "Yến", "Ý"};
constexpr std::string_view kProvince = "080";

std::string name_of(std::uint32_t index, std::uint32_t salt) {
  const auto at = index + 7919U * salt;
  return fmt::format("{} {} {}", kFamilies[at % kFamilies.size()], kMiddles[at / 3 % kMiddles.size()],
                     kGiven[at / 5 % kGiven.size()]);
}

/// Nobody decodes it on the line; a marker, the citizen in a comment, octets that do not repeat, an end.
Bytes portrait_of(std::uint32_t index, std::size_t size) {
  Bytes jpeg = {0xFF, 0xD8, 0xFF, 0xFE, 0x00, 0x06, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 4; ++i) jpeg[6 + i] = static_cast<std::uint8_t>(index >> (8 * i));
  std::uint32_t state = index * 2654435761U + 12345U;
  while (jpeg.size() + 2 < size) {
    state = state * 1664525U + 1013904223U;
    jpeg.push_back(static_cast<std::uint8_t>(state >> 24U) & 0x7FU);
  }
  jpeg.push_back(0xFF);
  jpeg.push_back(0xD9);
  return jpeg;
}

}  // namespace

std::string dossier_id(std::uint32_t index) {
  return fmt::format("P-{:07}", index);
}

host::journal::Unit unit_of(std::uint32_t index) {
  const auto commune = index % kCommunes;
  return {.province = std::string{kProvince},
          .district = fmt::format("{:03}", 800 + commune % kDistricts),
          .commune = fmt::format("{:05}", 29'000 + commune)};
}

issuance::CheckedDossier citizen(std::uint32_t index, std::size_t portrait_size) {
  using namespace std::chrono;
  const bool woman = index % 2 == 1;
  const auto born = year{1980 + static_cast<int>(index / 1'000'000)} / month{1 + index % 12} / day{1 + index % 28};
  issuance::CheckedDossier dossier;
  dossier.number =
      fmt::format("{}{}{:02}{:06}", kProvince, woman ? 1 : 0, static_cast<int>(born.year()) % 100, index % 1'000'000);
  dossier.name = name_of(index, 1);
  dossier.birth_date = born;
  dossier.sex = woman ? 'F' : 'M';
  dossier.sex_text = woman ? "Nữ" : "Nam";
  dossier.nationality = "Việt Nam";
  dossier.ethnic_group = "Kinh";
  dossier.religion = "Không";
  dossier.place_of_origin = fmt::format("Xã {}, Vĩnh Ninh", unit_of(index).commune);
  dossier.residence = fmt::format("Ấp {}, xã {}", index % 9 + 1, unit_of(index).commune);
  dossier.identifying_marks = "Nốt ruồi trên má trái";
  dossier.issue_date = year{2021} / month{5} / day{3};
  dossier.expiry_date = year{static_cast<int>(born.year()) + 60} / born.month() / born.day();
  dossier.father = name_of(index, 2);
  dossier.mother = name_of(index, 3);
  dossier.issuing_unit = "Cục Cảnh sát quản lý hành chính về trật tự xã hội";
  dossier.portrait = {.jpeg = portrait_of(index, portrait_size), .width = 480, .height = 640};
  return dossier;
}

}  // namespace cicada::test
