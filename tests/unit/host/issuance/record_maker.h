// A record that every rule accepts, in a folder with its portrait; and looking through findings.
#pragma once

#include <filesystem>
#include <string>

#include "cicada/base/file.h"
#include "cicada/host/issuance/rules.h"
#include "folder.h"
#include "jpeg_maker.h"

namespace cicada::test {

using host::issuance::CheckResult;
using host::issuance::Dossier;
using host::issuance::Finding;
using host::issuance::Findings;
using host::issuance::RuleContext;
using host::issuance::Severity;

inline base::Date day(int year, unsigned month, unsigned number) {
  return {std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{number}};
}

inline Dossier good_dossier() {
  Dossier dossier;
  dossier.number = "036088981207";
  dossier.name = "Lê Thế Khởi";
  dossier.birth_date = "1988-06-13";
  dossier.sex = "Nam";
  dossier.nationality = "Việt Nam";
  dossier.ethnic_group = "Kinh";
  dossier.religion = "Không";
  dossier.place_of_origin = "Xã Tân Lộc Hạ, huyện Vụ Bản, tỉnh Nam Định";
  dossier.residence = "Số 8 đường Hoa Gạo, thành phố Nam Định";
  dossier.identifying_marks = "Nốt ruồi cách 1 cm trên mép phải";
  dossier.issue_date = "2022-10-04";
  dossier.expiry_date = "2028-06-13";
  dossier.father = "Lê Văn Thuần";
  dossier.mother = "Bùi Thị Nhạn";
  dossier.issuing_unit = "Cục Cảnh sát quản lý hành chính về trật tự xã hội";
  dossier.portrait = "portrait.jpg";
  return dossier;
}

/// A folder of its own with portrait.jpg in it; gone at the end.
class PortraitFolder {
 public:
  PortraitFolder() { put("portrait.jpg", make_jpeg()); }

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  void put(const std::string& name, base::ByteView content) const {
    static_cast<void>(base::write_file(folder_ / name, content));
  }
  [[nodiscard]] RuleContext context() const {
    return {.today = day(2026, 7, 1), .folder = path(), .portrait = {}, .already_issued = {}};
  }

 private:
  tests::Folder folder_;
};

inline const Finding* find(const Findings& findings, std::string_view rule, std::string_view field) {
  for (const auto& finding : findings) {
    if (finding.rule == rule && finding.field == field) return &finding;
  }
  return nullptr;
}

inline std::string all_of(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) text += describe(finding) + "\n";
  return text;
}

}  // namespace cicada::test
