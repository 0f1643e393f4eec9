#include "cicada/conformance/procedures/steps.h"

#include "cicada/base/rng.h"
#include "fake_card.h"
#include "fake_target.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using conformance::model::DataRule;
using conformance::model::Expectation;
using conformance::model::Protection;
using conformance::model::Step;
using conformance::model::SwPattern;
using conformance::model::Verdict;
using conformance::procedures::judge;
using conformance::procedures::run_step;
using conformance::procedures::run_steps;
using conformance::terminal::Observation;
using conformance::terminal::Session;
using conformance::terminal::Terminal;

namespace {

Expectation wants(std::string_view sw, Protection protection, DataRule data = {}) {
  return {.sw = {SwPattern::from(sw).value()}, .protection = protection, .data = std::move(data)};
}

const DataRule kNone{.kind = DataRule::Kind::none};

}  // namespace

TEST_GROUP(Steps) {
  ReplayRng rng{1};
  std::function<Bytes(ByteView)> card = [](ByteView) { return "9000"_hex; };
  test::FakeTarget target{[this](ByteView command) { return card(command); }};
  Terminal terminal{target, rng};
  Step plain{.way = Step::Way::plain,
             .command = "00B09E0000"_hex,
             .tampers = {},
             .expect = wants("6982", Protection::plain, kNone)};
  Step secured{.way = Step::Way::protected_,
               .command = "00B09E0001"_hex,
               .tampers = {},
               .expect = wants("success", Protection::secured)};
};

TEST(Steps, judge_status_protection_data_and_form) {
  const Observation good{.secured = true, .sw = 0x9000, .inner = 0x9000, .objects = "998E"_hex};
  CHECK(judge(good, wants("success", Protection::secured, kNone), "x").passed());
  CHECK(judge(good, wants("success", Protection::either, kNone), "x").passed());
  CHECK(!judge(good, wants("success", Protection::plain, kNone), "x").passed());
  CHECK(!judge(good, wants("6982", Protection::secured, kNone), "x").passed());
  auto seen = good;
  seen.data = "00"_hex;
  CHECK(!judge(seen, wants("success", Protection::secured, kNone), "x").passed());
  seen = good;
  seen.wrong = "the MAC is wrong";
  for (const auto protection : {Protection::secured, Protection::either}) {
    CHECK(!judge(seen, wants("success", protection), "x").passed());
  }
  const Observation in_plain{.sw = 0x6982};
  CHECK(judge(in_plain, wants("6982", Protection::plain, kNone), "x").passed());
  CHECK(judge(in_plain, wants("6982", Protection::either, kNone), "x").passed());
  CHECK(!judge(in_plain, wants("6982", Protection::secured, kNone), "x").passed());
}

TEST(Steps, tell_what_came_and_what_was_wanted) {
  const Observation seen{.secured = true, .sw = 0x6A82, .wrong = "DO'99' is missing"};
  const auto outcome = judge(seen, wants("success", Protection::secured, kNone), "SELECT");
  CHECK(outcome.verdict == Verdict::fail);
  CHECK_STRING("SELECT: 6A82 protected, 0 octets; DO'99' is missing; wanted success, protected, no data",
               outcome.reason);
}

TEST(Steps, send_plain_commands_as_they_stand) {
  card = [](ByteView command) { return equal(command, "00B09E0000"_hex) ? "6982"_hex : "6F00"_hex; };
  CHECK(run_step(terminal, plain, "x").passed());
  plain.command = "00B0"_hex;  // not even a command
  CHECK(run_step(terminal, plain, "x").verdict == Verdict::fail);
}

TEST(Steps, send_protected_commands_under_the_session) {
  const Bytes key(16, 7);
  test::CardSm sm{false, key, key, Bytes(8)};
  card = [&](ByteView command) {
    CHECK(sm.unwrap(test::parse_command(command)).has_value());
    return sm.wrap({.data = "60"_hex});
  };
  terminal.open(Session::create(conformance::terminal::KeyKind::tdes, SecretBytes::copy_of(key),
                                SecretBytes::copy_of(key), Bytes(8))
                    .value());
  CHECK(run_step(terminal, secured, "x").passed());
  secured.expect.data = {.kind = DataRule::Kind::starts, .count = 0, .octets = "61"_hex};
  CHECK(run_step(terminal, secured, "x").verdict == Verdict::fail);
}

TEST(Steps, that_cannot_be_sent_or_answered_leave_the_question_open) {
  CHECK(run_step(terminal, secured, "x").verdict == Verdict::inconclusive);  // no session
  secured.command = "00B0"_hex;
  CHECK(run_step(terminal, secured, "x").verdict == Verdict::inconclusive);
  card = [](ByteView) { return Bytes{}; };
  CHECK(run_step(terminal, plain, "x").verdict == Verdict::inconclusive);
}

TEST(Steps, stop_at_the_first_that_does_not_pass_and_name_it) {
  unsigned commands = 0;
  card = [&](ByteView) { return ++commands == 2 ? "9000"_hex : "6982"_hex; };
  const auto outcome = run_steps(terminal, std::vector{plain, plain, plain});
  CHECK(outcome.verdict == Verdict::fail);
  STRCMP_CONTAINS("step 2: 9000", outcome.reason.c_str());
  LONGS_EQUAL(2, commands);
  CHECK(run_steps(terminal, {}).passed());
}
