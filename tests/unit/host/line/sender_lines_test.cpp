// What the sender hears of a record: whatever became of it, in the same words in every run.
#include "cicada/host/line/sender_lines.h"

#include <nlohmann/json.hpp>

#include "cicada/host/issuance/rule_table.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::line;
using host::issuance::RecordOutcome;
using host::issuance::Severity;
using host::journal::IntakeOutcome;
using host::journal::IntakeResult;
using host::journal::State;
using nlohmann::json;
namespace issuance = cicada::host::issuance;

namespace {

RecordOutcome record(std::initializer_list<std::pair<const char*, Severity>> findings = {}) {
  RecordOutcome record;
  record.line = 4;
  record.number = "001199000001";
  record.origin.dossier = "VN-1";
  record.origin.version = 2;
  for (const auto& [rule, severity] : findings) {
    record.findings.push_back(
        {.rule = rule, .field = "f", .value = "v", .message = "m", .severity = severity, .message_vi = "m"});
  }
  return record;
}

IntakeOutcome known(State state, const char* findings = "", const char* reason = "", const char* other = "") {
  IntakeOutcome outcome;
  outcome.result = IntakeResult::known;
  outcome.state = state;
  outcome.findings = findings;
  outcome.reason = reason;
  outcome.other = other;
  return outcome;
}

std::string codes(const json& line) {
  std::string codes;
  for (const auto& finding : line.at("findings")) codes += finding.at("code").get<std::string>() + " ";
  return codes;
}

/// State, and codes with a blank after each; empty when there is no line.
std::string rejected(const RecordOutcome& record, const IntakeOutcome& outcome) {
  const auto line = reject_line_of(record, outcome);
  if (line.empty()) return {};
  const auto object = json::parse(line);
  return object.at("state").get<std::string>() + ": " + codes(object);
}

std::string value_of(const RecordOutcome& record, const IntakeOutcome& outcome) {
  return json::parse(reject_line_of(record, outcome)).at("findings").back().at("value").get<std::string>();
}

}  // namespace

TEST_GROUP(SenderLines){};

TEST(SenderLines, name_whose_the_number_or_portrait_is_the_first_time_and_again) {
  IntakeOutcome taken;
  taken.result = IntakeResult::number_taken;
  taken.state = State::rejected;
  taken.other = "VN-9";
  CHECK_STRING("rejected: N02 ", rejected(record(), taken));
  CHECK_STRING("001199000001, dossier VN-9", value_of(record(), taken));
  CHECK_STRING(reject_line_of(record(), taken), reject_line_of(record(), known(State::rejected, "N02", "", "VN-9")));
  taken.result = IntakeResult::portrait_taken;
  CHECK_STRING("dossier VN-9", value_of(record(), taken));
  CHECK_STRING(reject_line_of(record(), taken), reject_line_of(record(), known(State::rejected, "P04", "", "VN-9")));
  // Nobody has it any more.
  CHECK_STRING("001199000001", value_of(record(), known(State::rejected, "N02")));
}

TEST(SenderLines, keep_what_the_record_says_by_itself) {
  const auto odd = record({{"N05", Severity::warn}, {"D03", Severity::reject}});
  CHECK_STRING("rejected: N05 D03 ", rejected(odd, known(State::rejected, "N05,D03")));
  const auto twin = record({{"N02", Severity::reject}});  // of another record of the same file
  CHECK_STRING("rejected: N02 ", rejected(twin, known(State::rejected, "N02", "", "VN-9")));
  CHECK_STRING("held: N04 ", rejected(record({{"N04", Severity::hold}}), known(State::held, "N04")));
}

TEST(SenderLines, say_what_a_rule_of_an_earlier_policy_found) {
  CHECK_STRING("rejected: D05 ", rejected(record(), known(State::rejected, "D05,Z99")));
  CHECK_STRING("rejected: D03 ", rejected(record({{"D03", Severity::reject}}), known(State::rejected, "D05,D03")));
  // Then it refused, today it would warn.
  CHECK_STRING("rejected: J06 ", rejected(record(), known(State::rejected, "N05")));
  CHECK_STRING("N05", value_of(record(), known(State::rejected, "N05")));
}

TEST(SenderLines, say_what_was_decided_after_the_rules) {
  const auto looked_at = record({{"N04", Severity::hold}});
  CHECK_STRING("rejected: N04 J06 ", rejected(looked_at, known(State::rejected, "N04", "forged papers")));
  CHECK_STRING("forged papers", value_of(looked_at, known(State::rejected, "N04", "forged papers")));
  CHECK_STRING("held: J06 ", rejected(record(), known(State::held, "", "payload")));
  CHECK_STRING("held: C03 ", rejected(record(), known(State::held, "", "C03: DG1 and DG13 of the card disagree")));
  CHECK_STRING("DG1 and DG13 of the card disagree",
               value_of(record(), known(State::held, "", "C03: DG1 and DG13 of the card disagree")));
}

TEST(SenderLines, leave_out_what_became_a_job_or_still_may) {
  for (const auto state : {State::accepted, State::ready, State::bound, State::done, State::quarantined}) {
    CHECK_STRING("", rejected(record(), known(state)));
    CHECK_STRING("", rejected(record({{"N04", Severity::hold}}), known(state)));  // a person let it pass
  }
}

TEST(SenderLines, have_what_the_record_says_against_itself_whatever_the_journal_made_of_it) {
  const auto twin = record({{"N02", Severity::reject}, {"N05", Severity::warn}});  // an equal line came before it
  for (const auto state : {State::accepted, State::ready, State::done}) {
    CHECK_STRING("rejected: N02 N05 ", rejected(twin, known(state)));
    CHECK_STRING("", warning_line_of(twin, known(state)));
  }
  const auto reason = reason_refused_later(record({{"D05", Severity::reject}}).findings);
  CHECK_STRING("J06 refused by the rules of a later run: D05", reason);
  CHECK_STRING("rejected: D05 J06 ",
               rejected(record({{"D05", Severity::reject}}), known(State::held, "", reason.c_str())));
}

TEST(SenderLines, have_the_version_that_was_corrected_and_the_one_that_contradicts) {
  auto corrected = known(State::ready);
  corrected.current = false;
  CHECK_STRING("rejected: D03 ", rejected(record({{"D03", Severity::reject}}), corrected));
  CHECK_STRING("held: N04 ", rejected(record({{"N04", Severity::hold}}), corrected));
  CHECK_STRING("rejected: J05 ", rejected(record(), corrected));
  CHECK_STRING("2", value_of(record(), corrected));
  corrected.result = IntakeResult::version_conflict;
  CHECK_STRING("rejected: J05 ", rejected(record(), corrected));
}

TEST(SenderLines, warn_of_what_became_a_job_and_of_nothing_else) {
  const auto odd = record({{"N05", Severity::warn}});
  IntakeOutcome added;
  CHECK_TRUE(warning_line_of(odd, added).empty());  // its files may still not be built
  const auto line = json::parse(warning_line_of(odd, known(State::ready)));
  CHECK_STRING("accepted", line.at("state").get<std::string>());
  CHECK_STRING("N05 ", codes(line));
  CHECK_STRING("v", line.at("findings").at(0).at("value").get<std::string>());
  CHECK_FALSE(warning_line_of(odd, known(State::done)).empty());
  CHECK_TRUE(warning_line_of(record(), known(State::ready)).empty());
  added.result = IntakeResult::number_taken;
  added.state = State::rejected;
  CHECK_TRUE(warning_line_of(odd, added).empty());
  CHECK_TRUE(warning_line_of(odd, known(State::held)).empty());
  CHECK_FALSE(reject_line_of(odd, added).empty());
}

TEST(SenderLines, make_the_journals_word_of_an_error) {
  CHECK_STRING("C03: DG1 and DG13 of the card disagree",
               reason_not_built({.what = "C03: DG1 and DG13 of the card disagree"}));
  CHECK_STRING("C02 it is too large", reason_not_built({.what = "it is too large"}));
  const auto finding = finding_of_reason("C02 it is too large");
  CHECK_STRING("C02", finding.rule);
  CHECK_STRING("it is too large", finding.value);
  CHECK_STRING("", finding_of_reason("C02").value);
}
