#include "prepare_scene.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"

namespace cicada::bench {

namespace issuance = host::issuance;
namespace perso = host::perso;
namespace pki = host::pki;

namespace {

constexpr std::size_t kPortrait = 15'000;

base::Date day(int year, unsigned month, unsigned number) {
  return {std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{number}};
}

}  // namespace

issuance::CheckedDossier dossier(std::uint64_t number) {
  issuance::CheckedDossier dossier;
  dossier.number = std::to_string(36'088'000'000 + number).insert(0, 1, '0');
  dossier.name = "Nguyễn Thị Minh Khai";
  dossier.birth_date = day(1988, 6, 13);
  dossier.sex = 'F';
  dossier.sex_text = "Nữ";
  dossier.nationality = "Việt Nam";
  dossier.ethnic_group = "Kinh";
  dossier.religion = "Không";
  dossier.place_of_origin = "Xã Tân Lộc Hạ, huyện Vụ Bản, tỉnh Nam Định";
  dossier.residence = "Số 8 đường Hoa Gạo, thành phố Nam Định";
  dossier.identifying_marks = "Nốt ruồi cách 1 cm trên mép phải";
  dossier.issue_date = day(2025, 10, 4);
  dossier.expiry_date = day(2028, 6, 13);
  dossier.father = "Nguyễn Văn Thuần";
  dossier.mother = "Bùi Thị Nhạn";
  dossier.issuing_unit = "Bộ Công an";
  // Nobody decodes it here: the rules did.
  dossier.portrait = {.jpeg = base::Bytes(kPortrait, static_cast<std::uint8_t>(number)), .width = 480, .height = 640};
  std::ranges::copy(std::array<std::uint8_t, 3>{0xFF, 0xD8, 0xFF}, dossier.portrait.jpeg.begin());
  return dossier;
}

Country::Country() {
  base::SystemRng rng;
  must(pki::save(must(pki::create_test_country({}, rng, base::SystemClock{})), folder.path()));
  must(pki::save_line_keys(must(pki::create_line_keys(rng)), folder.path()));
}

perso::Profile profile() {
  auto loaded = perso::load_profile("personalization-scripts/profiles/cccd-no-chip-keys.toml");
  if (!loaded) throw std::runtime_error(loaded.error().text + " (run it in the repository's folder)");
  return *std::move(loaded);
}

}  // namespace cicada::bench
