// Each rule both ways: a record that keeps it, and one that breaks only it.
#include "cicada/host/issuance/rules.h"

#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/dg13.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::test::all_of;
using cicada::test::day;
using cicada::test::good_dossier;

TEST_GROUP(Rules) {
  const test::PortraitFolder* folder = nullptr;
  Dossier dossier;
  RuleContext context;

  void setup() override {
    folder = new test::PortraitFolder;
    dossier = good_dossier();
    context = folder->context();
  }
  void teardown() override {
    delete folder;
    context = {};
  }

  /// The record must be accepted without a word.
  void passes() const {
    const auto result = check(dossier, context);
    CHECK_TEXT(result.findings.empty() && result.dossier.has_value(), all_of(result.findings).c_str());
  }
  /// The record must break this rule and no other.
  void breaks(const char* rule, const char* field, std::string_view value, Severity severity = Severity::reject) const {
    const auto result = check(dossier, context);
    CHECK_TEXT(result.findings.size() == 1, all_of(result.findings).c_str());
    CHECK_STRING(rule, result.findings[0].rule);
    CHECK_STRING(field, result.findings[0].field);
    CHECK_STRING(std::string{value}, result.findings[0].value);
    CHECK_STRING(to_string(severity), to_string(result.findings[0].severity));
    CHECK_FALSE(result.findings[0].message.empty());
    CHECK_EQUAL(severity == Severity::warn, result.dossier.has_value());
  }
};

TEST(Rules, good_record_passes_and_is_taken_over) {
  const auto result = check(dossier, context);
  CHECK_TEXT(result.dossier.has_value(), all_of(result.findings).c_str());
  CHECK_STRING("036088981207", result.dossier->number);
  CHECK(result.dossier->sex == 'M');
  CHECK(result.dossier->birth_date == day(1988, 6, 13));
  CHECK(result.dossier->expiry_date == day(2028, 6, 13));
  LONGS_EQUAL(480, result.dossier->portrait.width);
}

TEST(Rules, N01_number_is_twelve_digits) {
  for (const auto* const bad :
       {"03608898120", "0360889812070", "O36088981207", "036 88981207", "", "03608898120\u0667"}) {
    dossier.number = bad;
    breaks("N01", "number", bad);
  }
}

TEST(Rules, N02_number_is_new) {
  context.already_issued = [](std::string_view number) { return number == "036088981207"; };
  breaks("N02", "number", "036088981207");
  dossier.number = "036088981208";
  passes();
}

TEST(Rules, N04_number_agrees_with_birth_and_sex) {
  dossier.number = "036188981207";  // a woman's
  breaks("N04", "number", dossier.number, Severity::hold);
  dossier.number = "036089981207";  // 1989
  breaks("N04", "number", dossier.number, Severity::hold);
  dossier.number = "036288981207";  // 2088
  breaks("N04", "number", dossier.number, Severity::hold);
  dossier.sex = "Nữ";
  dossier.number = "036188981207";
  passes();
  dossier.number = "036088981207";
  breaks("N04", "number", dossier.number, Severity::hold);
}

TEST(Rules, N04_of_this_century) {
  dossier.birth_date = "2005-06-13";
  dossier.expiry_date = "2030-06-13";
  dossier.number = "036205981207";
  passes();
  dossier.number = "036005981207";
  breaks("N04", "number", dossier.number, Severity::hold);
}

TEST(Rules, N05_prefix_is_a_province_or_country) {
  for (const auto* const good : {"001088981207", "096088981207", "101088981207", "295088981207"}) {
    dossier.number = good;
    passes();
  }
  for (const auto* const odd : {"000088981207", "003088981207", "097088981207", "100088981207", "296088981207"}) {
    dossier.number = odd;
    breaks("N05", "number", odd, Severity::warn);
  }
}

TEST(Rules, N07_digits_differ) {
  dossier.number = "000000000000";
  breaks("N07", "number", dossier.number);
}

TEST(Rules, N08_old_number_is_nine_digits) {
  dossier.old_number = "161234567";
  passes();
  for (const auto* const odd : {"", "16123456", "036088981207", "16123456X"}) {
    dossier.old_number = odd;
    breaks("N08", "old_number", odd, Severity::hold);
  }
}

TEST(Rules, D01_birth_has_day_and_month) {
  for (const auto* const bad :
       {"1988", "00/00/1988", "1988-00-00", "1988-06", "06/1988", "1988-06-00", "", "--/--/1988"}) {
    dossier.birth_date = bad;
    breaks("D01", "birth_date", bad);
  }
}

TEST(Rules, D03_days_are_in_the_calendar) {
  for (const auto* const bad : {"1988-02-30", "1989-02-29", "1988-04-31", "13/06/1988", "1988-6-13", "1988-06-13 ",
                                "1988-13-06", "1888-06-13"}) {
    dossier.birth_date = bad;
    const auto result = check(dossier, context);
    const auto* const finding = test::find(result.findings, "D03", "birth_date");
    CHECK_TEXT(finding != nullptr, all_of(result.findings).c_str());
    CHECK_STRING(bad, finding->value);
    CHECK(!result.dossier);
  }
  dossier = good_dossier();
  dossier.issue_date = "2022-02-29";
  breaks("D03", "issue_date", "2022-02-29");
  dossier = good_dossier();
  dossier.expiry_date = "2028-06-31";
  breaks("D03", "expiry_date", "2028-06-31");
}

TEST(Rules, D03_says_when_day_and_month_look_swapped) {
  dossier.birth_date = "1988-13-06";
  const auto result = check(dossier, context);
  STRCMP_CONTAINS("swapped", test::find(result.findings, "D03", "birth_date")->message.c_str());
}

TEST(Rules, D05_holder_is_fourteen) {
  dossier.number = "036208981207";
  dossier.birth_date = "2008-10-04";
  dossier.expiry_date = "2033-10-04";
  passes();  // fourteen on the very day
  dossier.birth_date = "2008-10-05";
  dossier.expiry_date = "2033-10-05";
  breaks("D05", "birth_date", "2008-10-05");
}

TEST(Rules, D06_issue_is_between_birth_and_today) {
  dossier.issue_date = "2026-07-01";  // today; 38 years old: the next band but one
  dossier.expiry_date = "2048-06-13";
  passes();
  dossier.issue_date = "2026-07-02";
  breaks("D06", "issue_date", "2026-07-02");
  dossier.issue_date = "1988-06-12";
  breaks("D06", "issue_date", "1988-06-12");
}

TEST(Rules, D06_expiry_follows_the_age_bands) {
  struct Case {
    const char* birth;
    const char* issue;
    const char* expiry;
  };
  for (const auto& [birth, issue, expiry] : {
           Case{"2000-06-13", "2021-06-13", "2025-06-13"},
           Case{"2000-06-13", "2023-06-12", "2025-06-13"},  // the last day before the two years
           Case{"2000-06-13", "2023-06-13", "2040-06-13"},  // the first within them
           Case{"2000-06-13", "2025-06-13", "2040-06-13"},
           Case{"1984-06-13", "2022-06-12", "2024-06-13"},
           Case{"1984-06-13", "2022-06-13", "2044-06-13"},
           Case{"1964-06-13", "2022-06-12", "2024-06-13"},
           Case{"2004-02-29", "2022-01-01", "2029-02-28"},  // a leap day's child: either neighbour
           Case{"2004-02-29", "2022-01-01", "2029-03-01"},
           Case{"1984-02-29", "2021-01-01", "2024-02-29"},
       }) {
    dossier.birth_date = birth;
    dossier.issue_date = issue;
    dossier.expiry_date = expiry;
    dossier.number = std::string{"036"} + (birth[0] == '1' ? "0" : "2") + std::string{birth}.substr(2, 2) + "981207";
    passes();
  }
  dossier = good_dossier();
  dossier.expiry_date = "2032-10-04";
  breaks("D06", "expiry_date", "2032-10-04");
  dossier.expiry_date = "2028-06-14";
  breaks("D06", "expiry_date", "2028-06-14");
}

TEST(Rules, D07_unlimited_is_for_those_past_sixty) {
  dossier.birth_date = "1962-10-04";
  dossier.number = "036062981207";
  dossier.expiry_date = std::nullopt;
  passes();
  dossier.expiry_date = "Không thời hạn";
  passes();
  dossier.expiry_date = "2032-10-04";
  breaks("D07", "expiry_date", "2032-10-04");
  dossier = good_dossier();
  dossier.expiry_date = std::nullopt;
  breaks("D07", "expiry_date", "null");
  dossier.expiry_date = "Không thời hạn";
  breaks("D07", "expiry_date", "Không thời hạn");
}

TEST(Rules, D07_the_zones_stand_in_is_no_date) {
  dossier.birth_date = "1962-10-04";
  dossier.number = "036062981207";
  for (const auto* const bad : {"2099-12-31", "1999-12-31", "vô thời hạn", ""}) {
    dossier.expiry_date = bad;
    breaks("D07", "expiry_date", bad);
  }
}

TEST(Rules, T01_decomposed_text_is_normalised) {
  dossier.residence = "So\u0302\u0301 8";
  breaks("T01", "residence", "So\u0302\u0301 8", Severity::warn);
  CHECK_STRING("Số 8", check(dossier, context).dossier->residence);
}

TEST(Rules, T02_damaged_text_is_refused_in_every_field) {
  for (auto* const field : {&dossier.religion, &dossier.place_of_origin, &dossier.residence, &dossier.identifying_marks,
                            &dossier.issuing_unit, &dossier.father, &dossier.mother}) {
    const auto good = *field;
    *field = "Nguyá»…n";
    const auto result = check(dossier, context);
    CHECK(!result.dossier);
    CHECK_STRING("T02", result.findings.at(0).rule);
    CHECK_STRING("Nguyá»…n", result.findings.at(0).value);
    *field = good;
    passes();
  }
  dossier.spouses = {"Bùi Thị Nhạn", "Tr?n Th? B"};
  CHECK(test::find(check(dossier, context).findings, "T02", "spouses[1]") != nullptr);
}

TEST(Rules, T03_look_alikes_are_refused_or_corrected) {
  dossier.mother = "B\u0443i Th\u1ECB";
  breaks("T03", "mother", dossier.mother);
  dossier.mother = "\u00D0inh Th\u1ECB";
  breaks("T03", "mother", dossier.mother, Severity::warn);
  CHECK_STRING("\u0110inh Th\u1ECB", check(dossier, context).dossier->mother);
}

TEST(Rules, T05_names_are_names) {
  dossier.name = "Lê Thế Khởi 2";
  breaks("T05", "name", dossier.name);
  dossier.name = "Khởi";
  breaks("T05", "name", dossier.name, Severity::warn);
  dossier.name = "";
  breaks("T05", "name", "");
  dossier = good_dossier();
  dossier.father = "Lê  Thuần";
  breaks("T05", "father", dossier.father);
  dossier = good_dossier();
  dossier.spouses = {""};
  breaks("T05", "spouses[0]", "");
  dossier.spouses = {"Bùi Thị Nhạn"};
  passes();
}

TEST(Rules, A02_addresses_fit_and_leave_the_qr_code_whole) {
  dossier.residence = std::string(255, 'a');
  passes();
  dossier.residence.pop_back();
  dossier.residence.append("\u1EBF");
  breaks("A02", "residence", host::issuance::printable(dossier.residence));
  dossier.residence = "Số 8|Nam Định";
  breaks("A02", "residence", "Số 8|Nam Định");
  dossier.residence = "";
  breaks("A02", "residence", "");
  dossier = good_dossier();
  dossier.place_of_origin = std::string(256, 'a');
  breaks("A02", "place_of_origin", host::issuance::printable(dossier.place_of_origin));
}

TEST(Rules, S01_sex_is_nam_or_nu) {
  for (const auto* const bad : {"", "nam", "NAM", "Male", "Nu", "Nư"}) {
    dossier.sex = bad;
    breaks("S01", "sex", bad);
  }
}

TEST(Rules, S02_ethnic_group_is_listed) {
  for (const auto* const good : {"Kinh", "HMông", "Ba na", "Bru-Vân Kiều", "Ơ Đu"}) {
    dossier.ethnic_group = good;
    passes();
  }
  for (const auto* const odd : {"Kính Lạ", "Mỹ", "", "Klingon"}) {
    dossier.ethnic_group = odd;
    breaks("S02", "ethnic_group", odd, Severity::hold);
  }
  for (const auto& [variant, listed] : {std::pair{"H'Mông", "HMông"},
                                        {"Mông", "HMông"},
                                        {"Khmer", "Khơ-me"},
                                        {"Êđê", "Ê-đê"},
                                        {"Bana", "Ba na"},
                                        {"KINH", "Kinh"},
                                        {"Jrai", "Gia-rai"},
                                        {"Cờ Lao", "Co Lao"},
                                        {"Giẻ Triêng", "Gié Triêng"}}) {
    dossier.ethnic_group = variant;
    breaks("S02", "ethnic_group", variant, Severity::warn);
    CHECK_STRING(listed, check(dossier, context).dossier->ethnic_group);
  }
}

TEST(Rules, S04_nationality_is_vietnamese) {
  for (const auto* const bad : {"", "Viet Nam", "VNM", "Lào"}) {
    dossier.nationality = bad;
    breaks("S04", "nationality", bad);
  }
}

TEST(Rules, P01_portrait_is_a_whole_jpeg) {
  dossier.portrait = (folder->path() / "portrait.jpg").string();
  passes();  // an absolute path
  dossier.portrait = "none.jpg";
  breaks("P01", "portrait", "none.jpg");
  dossier.portrait = "";
  breaks("P01", "portrait", "");
  dossier.portrait = ".";
  breaks("P01", "portrait", ".");
  dossier.portrait = std::string{"portrait.jpg\0x", 14};
  breaks("P01", "portrait", "portrait.jpg\\u{0000}x");
  folder->put("cmyk.jpg", test::make_jpeg({.colours = test::Colours::cmyk}));
  dossier.portrait = "cmyk.jpg";
  breaks("P01", "portrait", "cmyk.jpg");
}

TEST(Rules, P02_portrait_has_the_wanted_size) {
  folder->put("small.jpg", test::make_jpeg({.width = 360, .height = 480}));
  dossier.portrait = "small.jpg";
  breaks("P02", "portrait", "small.jpg");
  context.portrait = PortraitLimits{.min_width = 360, .min_height = 480};
  passes();
}

TEST(Rules, all_of_them_are_applied_to_one_record) {
  dossier.number = "1";
  dossier.name = "Lê Thế Khởi 2";
  dossier.birth_date = "1988";
  dossier.sex = "?";
  dossier.portrait = "none.jpg";
  const auto result = check(dossier, context);
  CHECK(!result.dossier);
  for (const auto& [rule, field] :
       {std::pair{"N01", "number"}, {"T05", "name"}, {"D01", "birth_date"}, {"S01", "sex"}, {"P01", "portrait"}}) {
    CHECK_TEXT(test::find(result.findings, rule, field) != nullptr, rule);
  }
}

TEST(Rules, findings_can_be_read) {
  dossier.birth_date = "1988-02-30";
  const auto result = check(dossier, context);
  CHECK_STRING("D03 birth_date \"1988-02-30\": no such day in the calendar (reject)", describe(result.findings.at(0)));
}

TEST_GROUP(PassportRules){/// The rules that a record breaks, as text.
                          static std::string broken(const std::function<void(Dossier&)>& change,
                                                    bool passport = true){auto record = test::good_dossier();
record.document_number = "C4981207";
record.issue_date = "2024-03-11";
record.expiry_date = "2034-03-11";
change(record);
const test::PortraitFolder folder;
auto context = folder.context();
context.passport = passport;
std::string rules;
for (const auto& finding : check(record, context).findings) rules += finding.rule + " ";
return rules;
}
}
;

TEST(PassportRules, take_a_number_and_at_most_ten_years) {
  CHECK_STRING("", broken([](Dossier&) {}));
  CHECK_STRING("", broken([](Dossier& d) { d.document_number = "N12345678"; }));
  CHECK_STRING("", broken([](Dossier& d) { d.expiry_date = "2025-03-11"; }));
  CHECK_STRING("D06 ", broken([](Dossier& d) { d.expiry_date = "2034-03-12"; }));
  CHECK_STRING("D06 ", broken([](Dossier& d) { d.expiry_date = "2024-03-11"; }));
  CHECK_STRING("D07 ", broken([](Dossier& d) { d.expiry_date = std::nullopt; }));
}

TEST(PassportRules, refuse_numbers_that_no_passport_has) {
  for (const auto* number : {"", "4981207C", "C498120", "C498120745", "c4981207", "C49812O7", "CC981207"}) {
    CHECK_STRING("N10 ", broken([&](Dossier& d) { d.document_number = number; }));
  }
  CHECK_STRING("N10 ", broken([](Dossier& d) { d.document_number = std::nullopt; }));
}

TEST(PassportRules, give_children_passports_for_five_years) {
  const auto child = [](const char* expiry) {
    return broken([&](Dossier& d) {
      d.number = "036215981207";
      d.birth_date = "2015-06-13";
      d.expiry_date = expiry;
    });
  };
  CHECK_STRING("", child("2029-03-11"));
  CHECK_STRING("D06 ", child("2029-03-12"));
}

TEST(PassportRules, do_not_make_citizen_cards) {
  CHECK_STRING("D06 N10 ", broken([](Dossier&) {}, false));
}
