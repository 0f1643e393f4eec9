#include "rule_cases.h"

namespace cicada::test {
namespace {

using S = RuleSetting;

std::shared_ptr<const host::issuance::Units> some_units() {
  const auto units = host::issuance::Units::parse(R"(
title = "two"
complete = ["province"]
[[unit]]
code = "036"
level = "province"
name = "Nam Định"
until = "2025-06-30"
became = "037"
[[unit]]
code = "037"
level = "province"
name = "Ninh Bình"
)",
                                                  "units.toml");
  return std::make_shared<const host::issuance::Units>(units.value());
}

void child(S& s, const char* birth, const char* expiry) {
  s.policy = host::issuance::law_2024();
  s.dossier.number = std::string{"0362"} + std::string{birth}.substr(2, 2) + "981207";
  s.dossier.birth_date = birth;
  s.dossier.issue_date = "2025-06-13";
  s.dossier.expiry_date = expiry;
}

std::vector<RuleCase> number_cases() {
  return {
      {"N01", "number", [](S& s) { s.dossier.number = "O36088981207"; }, [](S&) {}},
      {"N04", "number", [](S& s) { s.dossier.number = "036188981207"; },
       [](S& s) { s.dossier.number = "036088999999"; }},
      {"N05", "number", [](S& s) { s.dossier.number = "003088981207"; },
       [](S& s) { s.dossier.number = "295088981207"; }},
      {"N06", "number", [](S& s) { s.dossier.birth_place = "xã Hạ, tỉnh Hà Nam"; },
       [](S& s) { s.dossier.birth_place = "phường Thượng, tỉnh Ninh Bình"; }},  // Nam Định went into it
      {"N07", "number", [](S& s) { s.dossier.number = "012345678901"; },
       [](S& s) { s.dossier.number = "036088888888"; }},
      {"N08", "old_number", [](S& s) { s.dossier.old_number = "036088981207"; },
       [](S& s) { s.dossier.old_number = "161234567"; }},
      {"N10", "document_number", [](S& s) { s.dossier.document_number = "C4981207"; }, [](S&) {}},
  };
}

std::vector<RuleCase> day_cases() {
  return {
      {"D01", "birth_date", [](S& s) { s.dossier.birth_date = "00/00/1988"; }, [](S&) {}},
      {"D03", "captured_on", [](S& s) { s.dossier.origin.captured_on = "2022-02-29"; },
       [](S& s) { s.dossier.origin.captured_on = "2022-02-28"; }},
      {"D05", "sources.guardian", [](S& s) { child(s, "2015-03-04", "2029-03-04"); },
       [](S& s) {
         child(s, "2015-03-04", "2029-03-04");
         s.dossier.sources.guardian = "Bùi Thị Nhạn";
       }},
      {"D06", "issue_date", [](S& s) { s.dossier.origin.captured_on = "2022-10-05"; },
       [](S& s) { s.dossier.origin.captured_on = "2022-10-04"; }},
      {"D07", "expiry_date", [](S& s) { s.dossier.expiry_date = std::nullopt; }, [](S&) {}},
      {"F01", "mother", [](S& s) { s.dossier.mother = "LÊ VĂN THUẦN"; },
       [](S& s) { s.dossier.mother = "Lê Văn Thuấn"; }},
      {"F02", "spouses",
       [](S& s) {
         s.dossier.number = "036203981207";
         s.dossier.birth_date = "2003-06-13";
         s.dossier.expiry_date = "2028-06-13";
         s.dossier.spouses = {"Bùi Thị Mai"};
       },
       [](S& s) { s.dossier.spouses = {"Bùi Thị Mai"}; }},
  };
}

std::vector<RuleCase> text_cases() {
  return {
      {"T01", "residence", [](S& s) { s.dossier.residence = "So\u0302\u0301 8"; },
       [](S& s) { s.dossier.residence = "Số 8"; }},
      {"T02", "residence", [](S& s) { s.dossier.residence = "Nguyá»…n"; }, [](S& s) { s.dossier.residence = "Số 8?"; }},
      {"T03", "mother", [](S& s) { s.dossier.mother = "B\u0443i Th\u1ECB"; },
       [](S& s) { s.dossier.mother = "Bui Thị"; }},
      {"T04", "name", [](S& s) { s.dossier.name = "Lê Thế Kới"; }, [](S& s) { s.dossier.name = "Lê Thuỳ Ngoan"; }},
      {"T05", "name", [](S& s) { s.dossier.name = "Lê Thế Khởi 2"; }, [](S& s) { s.dossier.name = "Lê Thế Khởi Hai"; }},
      {"A01", "unit.province",
       [](S& s) {
         s.policy.units = some_units();
         s.dossier.origin.unit.province = "035";
       },
       [](S& s) {
         s.policy.units = some_units();
         s.dossier.origin.unit = {.province = "036", .district = "1", .commune = "2"};
       }},
      {"A02", "residence", [](S& s) { s.dossier.residence = "Số 8|Nam Định"; },
       [](S& s) { s.dossier.residence = "Số 8/Nam Định"; }},
      {"A03", "residence", [](S& s) { s.dossier.residence = "Số 8, , Nam Định"; },
       [](S& s) { s.dossier.residence = "Số 8-10, Bà Rịa - Vũng Tàu"; }},
      {"S01", "sex", [](S& s) { s.dossier.sex = "M"; }, [](S&) {}},
      {"S02", "ethnic_group", [](S& s) { s.dossier.ethnic_group = "Klingon"; },
       [](S& s) { s.dossier.ethnic_group = "Ơ Đu"; }},
      {"S03", "religion", [](S& s) { s.dossier.religion = "Đạo Dừa"; },
       [](S& s) { s.dossier.religion = "phật giáo hoà hảo"; }},
      {"S04", "nationality", [](S& s) { s.dossier.nationality = "Lào"; }, [](S&) {}},
      {"P01", "portrait", [](S& s) { s.dossier.portrait = "none.jpg"; }, [](S&) {}},
      {"P02", "portrait", [](S& s) { s.policy.portrait.min_width = 481; },
       [](S& s) { s.policy.portrait.min_width = 480; }},
  };
}

}  // namespace

std::vector<RuleCase> record_cases() {
  auto cases = number_cases();
  for (auto& more : {day_cases(), text_cases()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

std::vector<RuleCase> source_cases() {
  using host::issuance::Evidence;
  const auto fingers = [](S& s) {
    auto& prints = s.dossier.sources.fingerprints.emplace();
    for (const auto* hand : {"right", "left"}) {
      for (const auto* finger : {"thumb", "index", "middle", "ring", "little"}) {
        prints.fingers.push_back({.finger = std::string{hand} + "-" + finger, .quality = 60, .missing = {}});
      }
    }
  };
  return {
      {"N03", "sources.other_numbers", [](S& s) { s.dossier.sources.other_numbers = {"036088981208"}; },
       [](S& s) { s.dossier.sources.other_numbers = {"036088981207"}; }},
      {"N09", "number", [](S& s) { s.dossier.sources.cancelled_numbers = {"036088981207"}; },
       [](S& s) { s.dossier.sources.cancelled_numbers = {"036088981208"}; }},
      {"D04", "sources.birth_dates", [](S& s) { s.dossier.sources.birth_dates = {{"old card", "1988-06-31"}}; },
       [](S& s) { s.dossier.sources.birth_dates = {{"old card", "1988-06-13"}}; }},
      {"T06", "sources.mrz_name", [](S& s) { s.dossier.sources.mrz_name = "LE<<THE<KHOY"; },
       [](S& s) { s.dossier.sources.mrz_name = "LE<<THE<KHOI<<<"; }},
      {"T07", "sources.names",
       [](S& s) {
         s.dossier.name = "Lê Thúy Hòa";
         s.dossier.sources.names = {{"old card", "Lê Thuý Hoà"}};
       },
       [](S& s) { s.dossier.sources.names = {{"old card", "LÊ THẾ KHỞI"}}; }},
      {"T08", "sources.names", [](S& s) { s.dossier.sources.names = {{"old card", "Lê Thế Khôi"}}; },
       [](S& s) { s.dossier.sources.names = {{"old card", "Lê Thê\u0301 Khởi"}}; }},
      {"P03", "sources.photo", [](S& s) { s.dossier.sources.photo.emplace().faces = 2; },
       [](S& s) { s.dossier.sources.photo.emplace().faces = 1; }},
      {"P05", "sources.photo.taken_on", [](S& s) { s.dossier.sources.photo.emplace().taken_on = "2022-10-03"; },
       [](S& s) { s.dossier.sources.photo.emplace().taken_on = "2022-10-04"; }},
      {"B01", "sources.fingerprints", [](S& s) { s.dossier.sources.fingerprints.emplace().duplicate_of = "X-1"; },
       [](S& s) { s.dossier.sources.fingerprints.emplace(); }},
      {"B02", "sources.fingerprints",
       [=](S& s) {
         fingers(s);
         s.dossier.sources.fingerprints->fingers[3].quality = std::nullopt;
       },
       [=](S& s) {
         fingers(s);
         s.dossier.sources.fingerprints->fingers[3] = {.finger = "right-ring", .quality = {}, .missing = "amputated"};
       }},
      {"B03", "sources.fingerprints",
       [=](S& s) {
         fingers(s);
         s.dossier.sources.fingerprints->swapped = true;
       },
       fingers},
      {"X01", "sources.population", [](S& s) { s.policy.population_required = true; },
       [](S& s) {
         s.policy.population_required = true;
         s.dossier.sources.population.emplace().found = true;
       }},
      {"X02", "sources.form_differences", [](S& s) { s.dossier.sources.form_differences = {"residence"}; }, [](S&) {}},
      {"X03", "sources.delivery.phone",
       [](S& s) { s.dossier.sources.delivery = Evidence::Delivery{.phone = "12345", .address = "Nam Định"}; },
       [](S& s) {
         s.dossier.sources.delivery = Evidence::Delivery{.phone = "+84 912 345 678", .address = "Nam Định"};
       }},
      {"X04", "sources.population",
       [](S& s) {
         s.dossier.sources.population = Evidence::Population{.found = true, .at = {}, .digest = {}, .status = "dead"};
       },
       [](S& s) {
         s.dossier.sources.population = Evidence::Population{.found = true, .at = {}, .digest = {}, .status = "alive"};
       }},
  };
}

}  // namespace cicada::test
