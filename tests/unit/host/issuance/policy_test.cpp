#include "cicada/host/issuance/policy.h"

#include <fstream>

#include "cicada/host/issuance/rule_table.h"
#include "cicada/host/issuance/rules.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::test::all_of;
using cicada::test::day;

namespace {

const std::filesystem::path kPolicies = "../personalization-scripts/policies";
constexpr std::string_view kHead = "name = \"p\"\nlaw = \"l\"\nfrom = \"2021-01-01\"\n";

Policy parsed(std::string_view text) {
  auto policy = parse_policy(std::string{kHead} + std::string{text}, "p.toml");
  CHECK_TEXT(policy.has_value(), policy ? "" : policy.error().text.c_str());
  return *policy;
}

/// The policy must be refused, with this at the head and this in the rest of the message.
void refused(std::string_view text, const char* where, const char* why) {
  const auto policy = parse_policy(std::string{kHead} + std::string{text}, "p.toml");
  CHECK_TEXT(!policy.has_value(), std::string{text}.c_str());
  CHECK_TEXT(policy.error().text.starts_with(where), policy.error().text.c_str());
  STRCMP_CONTAINS(why, policy.error().text.c_str());
}

void same(const Policy& a, const Policy& b) {
  CHECK_STRING(a.name, b.name);
  CHECK_STRING(a.law, b.law);
  CHECK(a.from == b.from && a.until == b.until);
  CHECK(a.severities == b.severities);
  CHECK(a.ages == b.ages && a.expiry == b.expiry && a.portrait == b.portrait);
  CHECK(a.number_scheme_ends == b.number_scheme_ends);
  LONGS_EQUAL(a.portrait_max_days, b.portrait_max_days);
  LONGS_EQUAL(a.finger_min_quality, b.finger_min_quality);
  CHECK_EQUAL(a.population_required, b.population_required);
  LONGS_EQUAL(a.first_january_percent, b.first_january_percent);
  LONGS_EQUAL(a.first_january_least, b.first_january_least);
  CHECK(!a.units && !b.units);
}

Findings findings_of(std::string_view rule, Severity severity) {
  return {{.rule = std::string{rule}, .field = {}, .value = {}, .message = {}, .severity = severity}};
}

}  // namespace

TEST_GROUP(Policies){};

TEST(Policies, of_the_two_laws_are_the_files) {
  for (const auto* const law : {&law_2021(), &law_2024()}) {
    const auto file = load_policy(kPolicies / (law->name + ".toml"));
    CHECK_TEXT(file.has_value(), file ? "" : file.error().text.c_str());
    same(*law, *file);
  }
}

TEST(Policies, follow_the_day_of_issue) {
  CHECK_STRING("law-2021", law_on(day(2021, 1, 1)).name);
  CHECK_STRING("law-2021", law_on(day(2024, 6, 30)).name);
  CHECK_STRING("law-2024", law_on(day(2024, 7, 1)).name);
  CHECK_STRING("law-2021", law_on(day(2016, 1, 1)).name);  // the oldest that there is
}

TEST(Policies, set_every_value) {
  const auto policy = parsed(R"(
until = "2030-12-31"
[severity]
N05 = "hold"
X03 = "off"
[ages]
card = 10
face = 3
guardian = 12
man_marries = 21
woman_marries = 19
parent = 13
[expiry]
birthdays = [20, 50]
grace = 1
[number]
scheme_ends = "2023-01-02"
[portrait]
min_width = 300
min_height = 400
max_size = 20000
max_days = 180
[fingerprints]
min_quality = 33
[population]
required = true
[first_of_january]
share = 7
least = 11
)");
  CHECK(policy.until == day(2030, 12, 31));
  CHECK(policy.severities.at("N05") == Severity::hold);
  CHECK(!policy.severities.at("X03").has_value());
  CHECK((policy.ages ==
         Policy::Ages{.card = 10, .face = 3, .guardian = 12, .man_marries = 21, .woman_marries = 19, .parent = 13}));
  CHECK((policy.expiry == Policy::Expiry{.birthdays = {20, 50}, .grace = 1}));
  CHECK(policy.number_scheme_ends == day(2023, 1, 2));
  CHECK((policy.portrait == PortraitLimits{.min_width = 300, .min_height = 400, .max_size = 20000}));
  LONGS_EQUAL(180, policy.portrait_max_days);
  LONGS_EQUAL(33, policy.finger_min_quality);
  CHECK(policy.population_required);
  LONGS_EQUAL(7, policy.first_january_percent);
  LONGS_EQUAL(11, policy.first_january_least);
}

TEST(Policies, are_refused_where_they_are_wrong) {
  refused("nam = 1\n", "p.toml:4:1:", "unknown key");
  refused("[ages]\nface = 6\ngardian = 14\n", "p.toml:6:1:", "unknown key");
  refused("[ages]\ncard = -1\n", "p.toml:5:8:", "out of range");
  refused("[ages]\ncard = 151\n", "p.toml:5:8:", "out of range");
  refused("[ages]\ncard = \"14\"\n", "p.toml:5:8:", "integer");
  refused("[expiry]\nbirthdays = [25, 25]\n", "p.toml:5:", "rise");
  refused("[expiry]\nbirthdays = [0]\n", "p.toml:5:", "out of range");
  refused("[expiry]\nbirthdays = 25\n", "p.toml:5:", "array");
  refused("[severity]\nQ01 = \"warn\"\n", "p.toml:5:", "no such rule");
  refused("[severity]\nN05 = \"mild\"\n", "p.toml:5:", "is not one of");
  refused("until = \"2020-12-31\"\n", "p.toml:4:", "before");
  refused("until = \"2020-02-30\"\n", "p.toml:4:", "day");
  refused("units = \"u.toml\"\n", "p.toml:4:", "folder");
  refused("ages = \n", "p.toml:4:", "not TOML");
  CHECK(!parse_policy("name = \"p\"\nlaw = \"l\"\n", "p.toml"));  // from when?
}

TEST(Policies, do_not_touch_what_protects_the_card) {
  int fixed = 0;
  for (const auto& rule : all_rules()) {
    for (const auto* const severity : {"off", "warn", "hold", "reject"}) {
      const auto text = std::string{"[severity]\n"} + std::string{rule.code} + " = \"" + severity + "\"\n";
      const auto policy = parse_policy(std::string{kHead} + text, "p.toml");
      CHECK_EQUAL_TEXT(rule.freedom == Freedom::free, policy.has_value(), text.c_str());
    }
    if (rule.freedom == Freedom::fixed) ++fixed;
  }
  for (const auto* const code : {"N01", "N02", "D01", "D03", "T02", "A02", "P01", "P04", "K01", "C01", "C05"}) {
    CHECK_TEXT(rule_info(code)->freedom == Freedom::fixed, code);
  }
  CHECK(fixed > 20);
}

TEST(Policies, move_a_rule_up_and_down_and_off) {
  const auto policy = parsed("[severity]\nN05 = \"reject\"\nD05 = \"warn\"\nX03 = \"off\"\nN04 = \"reject\"\n");
  auto findings = findings_of("N05", Severity::warn);
  apply(policy, findings);
  CHECK(findings.at(0).severity == Severity::reject);
  findings = findings_of("D05", Severity::reject);
  apply(policy, findings);
  CHECK(findings.at(0).severity == Severity::warn);
  findings = findings_of("X03", Severity::warn);
  apply(policy, findings);
  CHECK(findings.empty());
  // What the rule itself made milder stays so.
  findings = findings_of("N04", Severity::warn);
  apply(policy, findings);
  CHECK(findings.at(0).severity == Severity::warn);
  findings = findings_of("N04", Severity::hold);
  apply(policy, findings);
  CHECK(findings.at(0).severity == Severity::reject);
  findings = findings_of("S02", Severity::hold);
  apply(policy, findings);
  CHECK(findings.at(0).severity == Severity::hold);
}

TEST(Policies, decide_what_becomes_of_a_record) {
  const test::PortraitFolder folder;
  auto context = folder.context();
  auto dossier = test::good_dossier();
  dossier.number = "003088981207";  // N05
  const auto strict = parsed("[severity]\nN05 = \"hold\"\n");
  context.policy = &strict;
  CHECK(!check(dossier, context).dossier.has_value());
  const auto blind = parsed("[severity]\nN05 = \"off\"\n");
  context.policy = &blind;
  CHECK(check(dossier, context).findings.empty());
}

TEST(Policies, hold_on_their_days_only) {
  const test::PortraitFolder folder;
  auto context = folder.context();
  context.policy = &law_2024();
  const auto result = check(test::good_dossier(), context);  // issued in 2022
  CHECK_TEXT(test::find(result.findings, "D06", "issue_date") != nullptr, all_of(result.findings).c_str());
  context.policy = &law_2021();
  CHECK(check(test::good_dossier(), context).dossier.has_value());
}

TEST_GROUP(ChildrenSince2024) {
  const test::PortraitFolder folder;
  Dossier dossier;

  void setup() override {
    dossier = test::good_dossier();
    dossier.number = "036220981207";
    dossier.birth_date = "2020-03-04";
    dossier.issue_date = "2025-06-13";
    dossier.expiry_date = "2034-03-04";  // fourteen
    dossier.sources.guardian = "Bùi Thị Nhạn";
    dossier.portrait = "";
  }
  [[nodiscard]] CheckResult run() const {
    return check(dossier, folder.context());
  }
  void breaks(const char* rule, const char* field) const {
    const auto result = run();
    LONGS_EQUAL_TEXT(1, result.findings.size(), all_of(result.findings).c_str());
    CHECK_STRING(rule, result.findings[0].rule);
    CHECK_STRING(field, result.findings[0].field);
  }
};

TEST(ChildrenSince2024, under_six_have_a_card_without_a_face) {
  const auto result = run();
  CHECK_TEXT(result.dossier.has_value() && result.findings.empty(), all_of(result.findings).c_str());
  CHECK(result.dossier->portrait.jpeg.empty());
  CHECK(!result.portrait);
  dossier.portrait = "portrait.jpg";
  breaks("D05", "portrait");
}

TEST(ChildrenSince2024, under_six_have_no_fingerprints) {
  dossier.sources.fingerprints.emplace();
  CHECK(run().dossier.has_value());
  for (const auto* const hand : {"right-", "left-"}) {
    for (const auto* const finger : {"thumb", "index", "middle", "ring", "little"}) {
      dossier.sources.fingerprints->fingers.push_back(
          {.finger = std::string{hand} + finger, .quality = 60, .missing = {}});
    }
  }
  breaks("D05", "sources.fingerprints");
}

TEST(ChildrenSince2024, from_six_on_need_a_portrait) {
  dossier.birth_date = "2019-06-13";  // six on the very day
  dossier.number = "036219981207";
  dossier.expiry_date = "2033-06-13";
  breaks("P01", "portrait");
  dossier.portrait = "portrait.jpg";
  CHECK(run().dossier.has_value());
}

TEST(ChildrenSince2024, need_a_guardian) {
  dossier.sources.guardian = std::nullopt;
  breaks("D05", "sources.guardian");
  dossier.sources.guardian = "";
  breaks("D05", "sources.guardian");
}

TEST(ChildrenSince2024, had_no_cards_before) {
  dossier.issue_date = "2024-06-30";
  dossier.portrait = "portrait.jpg";
  const auto result = run();
  CHECK(test::find(result.findings, "D05", "birth_date") != nullptr);
  CHECK(!result.dossier);
}

TEST(ChildrenSince2024, near_fourteen_have_cards_until_twenty_five) {
  dossier.birth_date = "2013-06-13";
  dossier.number = "036213981207";
  dossier.portrait = "portrait.jpg";
  dossier.expiry_date = "2038-06-13";
  CHECK_TEXT(run().dossier.has_value(), all_of(run().findings).c_str());
  dossier.expiry_date = "2027-06-13";
  breaks("D06", "expiry_date");
}

TEST_GROUP(AdministrativeUnits) {
  static constexpr std::string_view kTwo =
      "title = \"t\"\ncomplete = [\"province\"]\n[[unit]]\ncode = \"036\"\nlevel = \"province\"\nname = "
      "\"Nam Định\"\n";
  static void refused(const std::string& text, const char* where, const char* why) {
    const auto units = Units::parse(std::string{kTwo} + text, "u.toml");
    CHECK_TEXT(!units.has_value(), text.c_str());
    CHECK_TEXT(units.error().text.starts_with(where), units.error().text.c_str());
    STRCMP_CONTAINS(why, units.error().text.c_str());
  }
};

TEST(AdministrativeUnits, of_the_sample_know_what_was_merged) {
  std::ifstream file{kPolicies / "units-sample.toml"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto units = Units::parse(text, "units-sample.toml");
  CHECK_TEXT(units.has_value(), units ? "" : units.error().text.c_str());
  using enum Units::Answer;
  int before = 0;
  int since = 0;
  for (int code = 0; code < 100; ++code) {
    const auto text_code = (code < 10 ? "00" : "0") + std::to_string(code);
    if (units->find(UnitLevel::province, text_code, day(2025, 6, 30)).answer == exists) ++before;
    if (units->find(UnitLevel::province, text_code, day(2025, 7, 1)).answer == exists) ++since;
  }
  LONGS_EQUAL(63, before);
  LONGS_EQUAL(34, since);
  const auto gone = units->find(UnitLevel::province, "036", day(2025, 7, 1));
  CHECK(gone.answer == ended);
  CHECK_STRING("037", gone.unit->became);
  // 024 was Bắc Giang, and is Bắc Ninh since.
  CHECK_STRING("Bắc Giang", units->find(UnitLevel::province, "024", day(2025, 6, 30)).unit->name);
  CHECK_STRING("Bắc Ninh", units->find(UnitLevel::province, "024", day(2025, 7, 1)).unit->name);
  CHECK(units->find(UnitLevel::province, "003", day(2025, 7, 1)).answer == unknown);
  CHECK(units->find(UnitLevel::commune, "00001", day(2025, 7, 1)).answer == no_word);
}

TEST(AdministrativeUnits, that_ended_hold_a_record_and_say_what_they_became) {
  const auto units = Units::parse(std::string{kTwo} + "until = \"2022-06-30\"\nbecame = \"037\"\n", "u.toml");
  auto policy = law_2021();
  policy.units = std::make_shared<const Units>(units.value());
  const test::PortraitFolder folder;
  auto context = folder.context();
  context.policy = &policy;
  auto dossier = test::good_dossier();
  dossier.origin.unit.province = "036";
  const auto result = check(dossier, context);
  const auto* const finding = test::find(result.findings, "A01", "unit.province");
  CHECK(finding != nullptr);
  STRCMP_CONTAINS("037", finding->message.c_str());
  dossier.origin.captured_on = "2022-06-30";  // that day counts, not the day of issue
  CHECK(check(dossier, context).dossier.has_value());
}

TEST(AdministrativeUnits, are_refused_where_they_are_wrong) {
  refused("colour = \"red\"\n", "u.toml:7:", "unknown key");
  refused("until = \"2020-13-01\"\n", "u.toml:7:", "day");
  refused("from = \"2021-01-01\"\nuntil = \"2020-01-01\"\n", "u.toml:8:", "before");
  refused("became = \"037\"\n", "u.toml:7:", "until");
  refused("parent = \"037\"\n", "u.toml:7:", "province");
  refused("[[unit]]\ncode = \"036\"\nlevel = \"province\"\nname = \"again\"\n", "u.toml:8:", "twice");
  refused("[[unit]]\ncode = \"1\"\nlevel = \"commune\"\nname = \"c\"\nparent = \"035\"\n", "u.toml:11:", "no such");
  refused("[[unit]]\ncode = \"1\"\nlevel = \"commune\"\nname = \"c\"\n", "u.toml:", "parent");
}

TEST(AdministrativeUnits, are_found_beside_their_policy) {
  const test::PortraitFolder folder;
  folder.put("u.toml", base::as_bytes(kTwo));
  folder.put("p.toml", base::as_bytes(std::string{kHead} + "units = \"u.toml\"\n"));
  const auto policy = load_policy(folder.path() / "p.toml");
  CHECK_TEXT(policy.has_value(), policy ? "" : policy.error().text.c_str());
  LONGS_EQUAL(1, policy->units->size());
  folder.put("q.toml", base::as_bytes(std::string{kHead} + "units = \"none.toml\"\n"));
  const auto missing = load_policy(folder.path() / "q.toml");
  CHECK(!missing);
  CHECK(missing.error().fault == base::Fault::not_found);
}
