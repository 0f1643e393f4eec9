// What enrolment and the databases say: P03, P05, B01, B02, B03, X01 to X04.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "notes.h"
#include "record_keys.h"
#include "rule_groups.h"

namespace cicada::host::issuance {
namespace {

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

void check_photo(const Evidence::Photo& photo, const Days& days, const Policy& policy, Findings& findings) {
  constexpr std::string_view kField = "sources.photo";
  if (photo.faces && *photo.faces != 1) {
    Notes{findings, kField, fmt::format("{}", *photo.faces)}.hold(
        "P03",
        {fmt::format("{} faces in the picture", *photo.faces), fmt::format("trong ảnh có {} khuôn mặt", *photo.faces)});
  }
  if (!photo.faults.empty()) {
    Notes{findings, kField, joined(photo.faults)}.hold("P03", {"enrolment found faults: " + joined(photo.faults),
                                                               "khi thu nhận phát hiện lỗi: " + joined(photo.faults)});
  }
  if (photo.other_person) {
    Notes{findings, kField, "other_person"}.hold(
        "P05", {"a comparison says: another person", "đối sánh cho thấy ảnh của người khác"});
  }
  if (!photo.taken_on) return;
  const auto taken = read_day("sources.photo.taken_on", *photo.taken_on, findings);
  const auto captured = days.of_age();
  if (!taken || !captured) return;
  const auto age = std::chrono::sys_days{*captured} - std::chrono::sys_days{*taken};
  if (age <= std::chrono::days{policy.portrait_max_days}) return;
  Notes{findings, "sources.photo.taken_on", *photo.taken_on}.hold(
      "P05", {fmt::format("{} days older than the capture; {} are allowed", age.count(), policy.portrait_max_days),
              fmt::format("cũ hơn ngày thu nhận {} ngày; chỉ được {} ngày", age.count(), policy.portrait_max_days)});
}

void check_finger(const Evidence::Finger& finger, unsigned least, Findings& findings) {
  Notes notes{findings, "sources.fingerprints", finger.finger};
  if (!finger.quality && finger.missing.empty()) {
    notes.hold("B02", {"no print and no reason", "không có vân tay và không nêu lý do"});
  } else if (finger.quality && *finger.quality < least) {
    notes.hold("B02", {fmt::format("quality {} of 100; at least {} is wanted", *finger.quality, least),
                       fmt::format("chất lượng {}/100; cần ít nhất {}", *finger.quality, least)});
  }
}

void check_fingerprints(const Evidence::Fingerprints& prints, const Policy& policy, Findings& findings) {
  constexpr std::string_view kField = "sources.fingerprints";
  if (!prints.duplicate_of.empty()) {
    Notes{findings, kField, prints.duplicate_of}.reject(
        "B01", {"another person has these fingerprints", "vân tay trùng với người khác"});
  }
  if (prints.swapped) {
    Notes{findings, kField, "swapped"}.hold("B03", {"left and right were swapped", "nhầm tay trái và tay phải"});
  }
  std::set<std::string_view> seen;
  for (const auto& finger : prints.fingers) {
    check_finger(finger, policy.finger_min_quality, findings);
    if (seen.insert(finger.finger).second) continue;
    Notes{findings, kField, finger.finger}.hold("B03", {"the finger stands twice", "một ngón được ghi hai lần"});
  }
  if (prints.fingers.empty()) return;
  for (const auto finger : kFingers) {
    if (seen.contains(finger)) continue;
    Notes{findings, kField, finger}.hold("B02", {"the finger is not in the list", "thiếu ngón này trong danh sách"});
  }
}

void check_population(const std::optional<Evidence::Population>& population, const Policy& policy, Findings& findings) {
  constexpr std::string_view kField = "sources.population";
  if (!population) {
    if (policy.population_required) {
      Notes{findings, kField, ""}.reject("X01",
                                         {"nobody looked the person up", "chưa tra cứu trong cơ sở dữ liệu dân cư"});
    }
    return;
  }
  Notes notes{findings, kField, population->found ? population->status : "false"};
  if (!population->found) {
    notes.reject("X01",
                 {"the person is not in the population database", "chưa có trong cơ sở dữ liệu quốc gia về dân cư"});
  }
  if (population->status == "dead") notes.reject("X04", {"the person is dead", "người này đã chết"});
  if (population->status == "lost-nationality") {
    notes.reject("X04", {"the person is no longer a national", "người này đã thôi hoặc mất quốc tịch"});
  }
  if (population->status == "wanted") notes.hold("X04", {"the person is wanted", "người này đang bị truy nã"});
}

/// Ten digits from 0, or nine behind +84; dots and spaces are how people group them.
bool is_phone(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '.' || c == '-') continue;
    digits.push_back(c);
  }
  if (digits.starts_with("+84")) digits.replace(0, 3, "0");
  return digits.size() == 10 && digits.front() == '0' &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

void check_delivery(const Evidence::Delivery& delivery, Findings& findings) {
  if (!is_phone(delivery.phone)) {
    Notes{findings, "sources.delivery.phone", delivery.phone}.warn(
        "X03", {"is no telephone number", "không phải số điện thoại"});
  }
  if (delivery.address.find_first_not_of(" ,.-") == std::string::npos) {
    Notes{findings, "sources.delivery.address", delivery.address}.warn(
        "X03", {"no address to deliver to", "không có địa chỉ trả thẻ"});
  }
}

}  // namespace

void check_enrolment(const Dossier& dossier, const Days& days, const Law& law, Findings& findings) {
  const auto& sources = dossier.sources;
  if (sources.photo) check_photo(*sources.photo, days, law.policy, findings);
  if (sources.fingerprints) check_fingerprints(*sources.fingerprints, law.policy, findings);
  check_population(sources.population, law.policy, findings);
  if (!sources.form_differences.empty()) {
    Notes{findings, "sources.form_differences", joined(sources.form_differences)}.hold(
        "X02", {"online form and counter form disagree: " + joined(sources.form_differences),
                "tờ khai trực tuyến và tờ khai tại quầy không khớp: " + joined(sources.form_differences)});
  }
  if (sources.delivery) check_delivery(*sources.delivery, findings);
}

}  // namespace cicada::host::issuance
