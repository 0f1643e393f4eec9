// One table knows every rule, and nothing says otherwise.
#include "cicada/host/issuance/rule_table.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "rule_cases.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::test::all_of;

namespace {

/// The catalogue of dirty data that the rules were made from: code, and what it asks for (R reject, F hold, W warn).
constexpr std::string_view kCatalogue =
    "N01R N02R N03F N04F N05W N06W N07R N08F N09R D01R D02W D03R D04F D05R D06R D07R T01W T02R T03R T04F T05R T06R "
    "T07W "
    "T08F A01F A02R A03W S01R S02F S03W S04R F01F F02W P01R P02R P03F P04R P05F B01R B02F B03F X01R X02F X03W X04R "
    "K01R K02R K03R C01R C02R C03R C04R C05R C06F ";

std::map<std::string, Severity> catalogue() {
  std::map<std::string, Severity> codes;
  std::istringstream words{std::string{kCatalogue}};
  for (std::string word; words >> word;) {
    codes[word.substr(0, 3)] = word[3] == 'R' ? Severity::reject : word[3] == 'F' ? Severity::hold : Severity::warn;
  }
  return codes;
}

bool has_vietnamese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
}

const Finding* find_rule(const Findings& findings, std::string_view rule, std::string_view field) {
  return test::find(findings, rule, field);
}

}  // namespace

TEST_GROUP(RuleTable){};

TEST(RuleTable, has_every_rule_of_the_catalogue_with_its_severity) {
  const auto codes = catalogue();
  LONGS_EQUAL(54, codes.size());
  for (const auto& [code, severity] : codes) {
    const auto* const rule = rule_info(code);
    CHECK_TEXT(rule != nullptr, code.c_str());
    CHECK_TEXT(rule->severity == severity, code.c_str());
  }
  LONGS_EQUAL(54 + 7, all_rules().size());  // and J01 to J06, N10, which are ours
  CHECK(rule_info("Z99") == nullptr);
  CHECK(rule_info("") == nullptr);
}

TEST(RuleTable, says_everything_once_and_in_two_languages) {
  std::set<std::string_view> codes;
  std::set<std::string_view> english;
  std::set<std::string_view> vietnamese;
  for (const auto& rule : all_rules()) {
    const std::string code{rule.code};
    CHECK_TEXT(codes.insert(rule.code).second, code.c_str());
    CHECK_TEXT(english.insert(rule.english).second, code.c_str());
    CHECK_TEXT(vietnamese.insert(rule.vietnamese).second, code.c_str());
    CHECK_TEXT(has_vietnamese(rule.vietnamese), code.c_str());
    CHECK_FALSE_TEXT(to_string(rule.decided_by).empty(), code.c_str());
  }
}

TEST(RuleTable, speaks_for_stations_and_vault) {
  const auto finding = finding_of(*rule_info("C01"), "4A\n");
  CHECK_STRING("C01", finding.rule);
  CHECK_STRING("4A\\u{000A}", finding.value);
  CHECK(finding.severity == Severity::reject);
  CHECK_FALSE(finding.message.empty());
  CHECK(has_vietnamese(finding.message_vi));
}

TEST(RuleTable, finds_the_code_with_which_a_reason_begins) {
  CHECK(rule_at_start_of("C06 keys") == rule_info("C06"));
  CHECK(rule_at_start_of("C03: DG1 and DG13 disagree") == rule_info("C03"));
  CHECK(rule_at_start_of("K03") == rule_info("K03"));
  for (const auto* const text : {"", "C0", "C06keys", "payload", "Z99 other", " C06 keys", "C10 keys"}) {
    CHECK_TEXT(rule_at_start_of(text) == nullptr, text);
  }
}

TEST(RuleTable, is_the_page_of_the_docs) {
  std::ifstream file{"../docs/record-rules.md"};
  std::stringstream page;
  page << file.rdbuf();
  const auto shown = [](const std::optional<Severity>& severity) {
    return severity ? std::string{to_string(*severity)} : std::string{"off"};
  };
  for (const auto& rule : all_rules()) {
    auto escape = [](std::string text) {
      for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
      return text;
    };
    const auto row =
        fmt::format("| {} | {} | {} | {}{} | {}{} | {} | {} |\n", rule.code, rule.field, to_string(rule.decided_by),
                    shown(severity_under(law_2021(), rule.code)), rule.freedom == Freedom::fixed ? " (fixed)" : "",
                    shown(severity_under(law_2024(), rule.code)), rule.freedom == Freedom::fixed ? " (fixed)" : "",
                    escape(std::string{rule.english}), escape(std::string{rule.vietnamese}));
    CHECK_TEXT(page.str().find(row) != std::string::npos, row.c_str());
  }
}

TEST_GROUP(RuleCases) {
  const test::PortraitFolder folder;

  [[nodiscard]] CheckResult run(const std::function<void(test::RuleSetting&)>& change) const {
    test::RuleSetting setting;
    change(setting);
    auto context = folder.context();
    context.policy = &setting.policy;
    return check(setting.dossier, context);
  }
  void run_all(const std::vector<test::RuleCase>& cases) const {
    for (const auto& rule : cases) {
      const auto name = std::string{rule.code} + "\n";
      const auto broken = run(rule.breaks);
      const auto* const finding = find_rule(broken.findings, rule.code, rule.field);
      CHECK_TEXT(finding != nullptr, (name + all_of(broken.findings)).c_str());
      CHECK_TEXT(finding->severity == rule_info(rule.code)->severity, name.c_str());
      CHECK_TEXT(has_vietnamese(finding->message_vi) && !finding->message.empty(), name.c_str());
      CHECK_EQUAL_TEXT(finding->severity == Severity::warn, broken.dossier.has_value(),
                       (name + all_of(broken.findings)).c_str());
      const auto kept = run(rule.keeps);
      for (const auto& other : kept.findings)
        CHECK_TEXT(other.rule != rule.code, (name + all_of(kept.findings)).c_str());
      CHECK_TEXT(kept.dossier.has_value(), (name + all_of(kept.findings)).c_str());
    }
  }
};

TEST(RuleCases, of_the_record_are_found_and_not_imagined) {
  run_all(test::record_cases());
}

TEST(RuleCases, of_other_sources_are_found_and_not_imagined) {
  run_all(test::source_cases());
}

TEST(RuleCases, of_chip_line_and_vault_are_where_those_are_tried) {
  const std::map<std::string_view, const char*> places{
      {"K01", "unit/host/vault/document_signers_test.cpp"},  // a signer that may not sign now
      {"K02", "unit/host/vault/document_signers_test.cpp"},  // nor ever
      {"K03", "integration/line/station_test.cpp"},      // a card with other keys; file_vault_test.cpp: a master key
      {"C01", "integration/line/station_test.cpp"},      // no blank, no answer; chips_test.cpp: seen before
      {"C02", "unit/host/line/preparation_test.cpp"},    // what cannot be built
      {"C03", "unit/host/issuance/prepare_test.cpp"},    // DG1 against DG13
      {"C04", "integration/line/locked_card_test.cpp"},  // what reads back otherwise
      {"C05", "integration/line/station_test.cpp"},      // a job that another station has
      {"C06", "integration/line/station_test.cpp"},      // a write that broke off
  };
  for (const auto& rule : all_rules()) {
    if (rule.decided_by != DecidedBy::chip_line && rule.decided_by != DecidedBy::vault) continue;
    const auto place = places.find(rule.code);
    CHECK_TEXT(place != places.end(), std::string{rule.code}.c_str());
    std::ifstream file{std::string{"../tests/"} + place->second};
    std::stringstream test;
    test << file.rdbuf();
    CHECK_TEXT(test.str().find("\"" + std::string{rule.code}) != std::string::npos, place->second);
  }
}

TEST(RuleCases, are_there_for_every_rule_that_a_record_can_break) {
  std::set<std::string_view> covered;
  for (const auto& rule : test::record_cases()) covered.insert(rule.code);
  for (const auto& rule : test::source_cases()) covered.insert(rule.code);
  // Lines that are no records: dossier_test.cpp. What needs a batch: batch_test.cpp. What a journal decides (J05, J06,
  // and N02 and P04 once more): intake_test.cpp of host/journal, sender_lines_test.cpp and preparation_test.cpp of
  // host/line.
  for (const auto* const elsewhere : {"J01", "J02", "J03", "J04", "J05", "J06", "N02", "P04", "D02"})
    covered.insert(elsewhere);
  for (const auto& rule : all_rules()) {
    // The others have their places above.
    const bool ours = rule.decided_by != DecidedBy::chip_line && rule.decided_by != DecidedBy::vault;
    CHECK_EQUAL_TEXT(ours, covered.contains(rule.code), std::string{rule.code}.c_str());
  }
}
