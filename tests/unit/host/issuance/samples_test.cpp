// The samples of the repository through the real rules.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/lds/dg13.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::host::lds::Ef;
using cicada::test::all_of;

namespace {

const std::filesystem::path kSamples = "../personalization-scripts/samples";

std::vector<RecordOutcome> outcomes_of(const char* file) {
  std::vector<RecordOutcome> outcomes;
  std::ifstream records{kSamples / file};
  const auto report =
      read_batch(records, {.today = test::day(2026, 7, 1), .folder = kSamples, .portrait = {}, .already_issued = {}},
                 [&](RecordOutcome&& outcome) { outcomes.push_back(std::move(outcome)); });
  CHECK_OK(report);
  CHECK(report->balances());
  return outcomes;
}

Severity severity_of(const std::string& name) {
  return name == "warn" ? Severity::warn : name == "hold" ? Severity::hold : Severity::reject;
}

}  // namespace

TEST_GROUP(Samples){};

TEST(Samples, every_citizen_becomes_a_card) {
  const auto outcomes = outcomes_of("citizens.jsonl");
  CHECK(outcomes.size() >= 6);
  for (const auto& outcome : outcomes) {
    CHECK_TEXT(outcome.accepted(), all_of(outcome.findings).c_str());
    const auto job = build_files(*outcome.dossier, cccd_groups());
    CHECK_OK(job);
    const auto differences = check_consistency(job->files.at(Ef::dg1), job->files.at(Ef::dg13));
    CHECK_TEXT(differences.empty(), all_of(differences).c_str());
    const auto dg13 = host::lds::parse_dg13(job->files.at(Ef::dg13));
    CHECK_OK(dg13);
    CHECK_STRING(outcome.dossier->name, dg13->cccd->name);
  }
}

TEST(Samples, show_the_edges_that_they_promise) {
  bool longest = false;
  bool one_word = false;
  bool unlimited = false;
  bool this_century = false;
  bool woman = false;
  bool apostrophe = false;
  bool hyphen = false;
  for (const auto& outcome : outcomes_of("citizens.jsonl")) {
    const auto& dossier = outcome.dossier.value();
    longest |= dossier.residence.size() == 255 && dossier.place_of_origin.size() > 127;
    one_word |= dossier.name.find(' ') == std::string::npos;
    unlimited |= !dossier.expiry_date.has_value();
    this_century |= dossier.birth_date.year() >= std::chrono::year{2000};
    woman |= dossier.sex == 'F';
    apostrophe |= dossier.name.find('\'') != std::string::npos || dossier.name.find("\u2019") != std::string::npos;
    hyphen |= dossier.name.find('-') != std::string::npos;
  }
  CHECK(longest && one_word && unlimited && this_century && woman && apostrophe && hyphen);
}

TEST(Samples, every_bad_record_is_refused_for_its_reason) {
  const auto outcomes = outcomes_of("refused.jsonl");
  std::ifstream file{kSamples / "refused.expected.json"};
  const auto expected = nlohmann::json::parse(file);
  LONGS_EQUAL(expected.size(), outcomes.size());
  for (const auto& want : expected) {
    const auto& outcome = outcomes.at(want.at("line").get<std::size_t>() - 1);
    const auto rule = want.at("rule").get<std::string>();
    const auto* const finding = test::find(outcome.findings, rule, want.at("field").get<std::string>());
    const auto shown = want.dump() + "\n" + all_of(outcome.findings);
    CHECK_TEXT(finding != nullptr, shown.c_str());
    const auto severity = severity_of(want.at("severity").get<std::string>());
    CHECK_TEXT(finding->severity == severity, shown.c_str());
    CHECK_EQUAL_TEXT(severity == Severity::warn, outcome.accepted(), shown.c_str());
    CHECK_EQUAL_TEXT(severity == Severity::hold, outcome.held(), shown.c_str());
  }
}

TEST(Samples, cover_every_rule_of_a_record) {
  std::map<std::string, int> seen;
  for (const auto& outcome : outcomes_of("refused.jsonl")) {
    for (const auto& finding : outcome.findings) ++seen[finding.rule];
  }
  for (const auto* const rule : {"N01", "N02", "N04", "N05", "D01", "D03", "D05", "D06", "D07", "T01", "T02", "T03",
                                 "T05", "A02", "S01", "S02", "S04", "P01", "P02"}) {
    CHECK_TEXT(seen.contains(rule), rule);
  }
}
