// A plan put to a reader that does as it is told, over cards that are none.
#include <functional>
#include <map>

#include "cicada/base/clock.h"
#include "cicada/conformance/reader/loader.h"
#include "cicada/conformance/reader/run.h"
#include "cicada/host/transport/loopback.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance::reader;
namespace model = cicada::conformance::model;
namespace runner = cicada::conformance::runner;
using model::Verdict;
using Result = Judgement::Result;

namespace {

class NoCard final : public CardInField {
 public:
  explicit NoCard(CardOrder of) : order(std::move(of)) {}
  const Presented& presented() const noexcept override { return presented_; }
  host::transport::Transport& insert() override { return slot_; }
  base::Result<void> serve(const std::string& /*host*/, std::uint16_t /*port*/,
                           const std::stop_token& /*stop*/) override {
    return {};
  }
  std::vector<model::Exchange> take_exchanges() override {
    model::Exchange one;
    one.command = {0x00, 0x84, 0x00, 0x00, 0x08};
    return {one};
  }
  CardOrder order;

 private:
  Presented presented_ = {};
  host::transport::LoopbackTransport slot_{[](base::ByteView /*command*/) { return base::Bytes{0x6D, 0x00}; }};
};

class NoCards final : public LowerTester {
 public:
  model::Checked<void> check(const CardOrder& order) const override {
    if (order.document == "unknown") return std::unexpected(model::Problem{.text = "there is no such document"});
    return {};
  }
  model::Checked<std::unique_ptr<CardInField>> make(const CardOrder& order) override {
    if (order.document == "impossible" || (order == CardOrder{.card = "bac"} && !makes_sound))
      return std::unexpected(model::Problem{.text = "it cannot be made"});
    return std::make_unique<NoCard>(order);
  }
  bool makes_sound = true;
};

/// Fails what has a fault, as it should, unless it is told otherwise.
class ToldReader final : public ReaderUnderTest {
 public:
  std::string name() const override { return "told"; }
  Judgement inspect(CardInField& card) override {
    const auto& order = dynamic_cast<NoCard&>(card).order;
    ++inspections;
    if (inspections > bench_breaks_after) return {.result = Result::not_judged, .text = "the bench is gone"};
    const bool sound = order.document.empty() && order.chip.empty();
    if (sound && inspections > breaks_after) return {.result = Result::trouble, .text = "gone"};
    return {.result = sound || is_blind ? Result::successful : Result::failed};
  }
  std::size_t inspections = 0;
  std::size_t breaks_after = 1000;
  std::size_t bench_breaks_after = 1000;
  bool is_blind = false;
};

constexpr std::string_view kCases = R"(
[unit]
id = "IS51_X"
title = "Something"
[[case]]
id = "IS51_X_01"
title = "A sound card"
clause = "9303-11 §4"
needs = ["SIP"]
basis = "printed"
basis-note = "n"
card = "bac"
expect = "successful"
[[case]]
id = "IS51_X_02"
title = "Two cards with a fault"
clause = "9303-11 §4"
needs = ["AIP"]
basis = "printed"
basis-note = "n"
card = ["bac", "pace"]
document = "wrong"
expect = "failed"
[[case]]
id = "IS51_X_03"
title = "Nobody is sure"
clause = "9303-11 §4"
needs = ["SIP"]
basis = "assumed"
basis-note = "n"
confidence = "low"
card = "bac"
expect = "failed"
[[case]]
id = "IS51_X_04"
title = "Gone"
basis = "printed"
basis-note = "n"
withdrawn = "in v1.5"
)";

struct Fixture {
  std::vector<ReaderUnit> units{parse_reader_unit(kCases, "x.toml").value()};
  std::vector<model::Unit> frame = outline(units);
  CasesById cases = by_id(units);
  NoCards cards;
  ToldReader reader;
  base::SystemClock clock;

  runner::Plan plan(const runner::Selection& selection = {}, const runner::Order& order = {}) {
    return runner::make_plan(frame, selection, order).value();
  }
  std::map<std::string, model::Record> run(const runner::Plan& of, std::set<std::string> missing = {}) {
    std::map<std::string, model::Record> records;
    auto finished = conformance::reader::run(
        of, cases, {.cards = cards, .reader = reader, .clock = clock, .missing = std::move(missing)});
    for (auto& record : finished.record.records) records[record.info.id] = std::move(record);
    return records;
  }
};

void check_verdict(Verdict wanted, const model::Record& record) {
  if (record.outcome.verdict != wanted)
    FAIL((std::string{to_string(record.outcome.verdict)} + ": " + record.outcome.reason).c_str());
}

}  // namespace

TEST_GROUP(ReaderRunUnit){};

TEST(ReaderRunUnit, passes_a_reader_that_is_right_and_keeps_what_was_on_the_wire) {
  Fixture fixture;
  const auto records = fixture.run(fixture.plan());
  check_verdict(Verdict::pass, records.at("IS51_X_01"));
  check_verdict(Verdict::pass, records.at("IS51_X_02"));
  LONGS_EQUAL(2, records.at("IS51_X_02").exchanges.size());
  STRCMP_CONTAINS("pace", records.at("IS51_X_02").exchanges.back().note.c_str());
  check_verdict(Verdict::not_applicable, records.at("IS51_X_04"));
}

TEST(ReaderRunUnit, fails_a_reader_that_believes_everything) {
  Fixture fixture;
  fixture.reader.is_blind = true;
  const auto records = fixture.run(fixture.plan());
  check_verdict(Verdict::pass, records.at("IS51_X_01"));
  check_verdict(Verdict::fail, records.at("IS51_X_02"));
  STRCMP_CONTAINS("bac: ", records.at("IS51_X_02").outcome.reason.c_str());
}

TEST(ReaderRunUnit, lets_an_expectation_of_low_confidence_fail_nothing) {
  Fixture fixture;
  const auto records = fixture.run(fixture.plan());
  check_verdict(Verdict::inconclusive, records.at("IS51_X_03"));
  STRCMP_CONTAINS("low confidence", records.at("IS51_X_03").outcome.reason.c_str());
}

TEST(ReaderRunUnit, fails_a_reader_that_does_not_survive_a_wrong_card) {
  Fixture fixture;
  fixture.reader.breaks_after = 2;
  const auto records = fixture.run(fixture.plan({.ids = {"IS51_X_02"}, .units = {}, .profiles = {}}));
  check_verdict(Verdict::fail, records.at("IS51_X_02"));
  STRCMP_CONTAINS("afterwards", records.at("IS51_X_02").outcome.reason.c_str());
}

TEST(ReaderRunUnit, ends_with_the_case_in_which_the_bench_breaks_and_blames_the_reader_for_nothing) {
  // The second of two cards, and the sound card afterwards.
  for (const std::size_t after : {2U, 3U}) {
    Fixture fixture;
    fixture.reader.bench_breaks_after = after;
    const auto finished = conformance::reader::run(
        fixture.plan(), fixture.cases, {.cards = fixture.cards, .reader = fixture.reader, .clock = fixture.clock});
    CHECK_FALSE(finished.complete);
    CHECK_EQUAL(std::string{"the bench is gone"}, finished.why);
    LONGS_EQUAL(after + 1, fixture.reader.inspections);
    LONGS_EQUAL(4, finished.record.records.size());
    check_verdict(Verdict::pass, finished.record.records.front());
    for (std::size_t i = 1; i < 4; ++i) {
      check_verdict(Verdict::inconclusive, finished.record.records.at(i));
      CHECK_EQUAL(std::string{"the bench is gone"}, finished.record.records.at(i).outcome.reason);
    }
  }
}

TEST(ReaderRunUnit, does_not_blame_the_reader_for_a_sound_card_that_was_not_made) {
  Fixture fixture;
  fixture.cards.makes_sound = false;
  const auto records = fixture.run(fixture.plan({.ids = {"IS51_X_01"}, .units = {}, .profiles = {}}));
  check_verdict(Verdict::inconclusive, records.at("IS51_X_01"));
  fixture.units.front().cases[1].cards = {"bac"};
  const auto afterwards = fixture.run(fixture.plan({.ids = {"IS51_X_02"}, .units = {}, .profiles = {}}));
  check_verdict(Verdict::inconclusive, afterwards.at("IS51_X_02"));
  STRCMP_CONTAINS("sound card", afterwards.at("IS51_X_02").outcome.reason.c_str());
}

TEST(ReaderRunUnit, applies_no_case_of_a_profile_that_the_reader_does_not_claim) {
  Fixture fixture;
  const auto records = fixture.run(fixture.plan(), {"AIP"});
  check_verdict(Verdict::not_applicable, records.at("IS51_X_02"));
  STRCMP_CONTAINS("AIP", records.at("IS51_X_02").outcome.reason.c_str());
  check_verdict(Verdict::pass, records.at("IS51_X_01"));
}

TEST(ReaderRunUnit, says_before_it_begins_that_a_word_is_unknown_and_afterwards_that_a_card_was_not_made) {
  Fixture fixture;
  fixture.units.front().cases[1].document = "unknown";
  CHECK_FALSE(check(fixture.plan(), fixture.cases, fixture.cards).has_value());
  fixture.units.front().cases[1].document = "impossible";
  CHECK_TRUE(check(fixture.plan(), fixture.cases, fixture.cards).has_value());
  check_verdict(Verdict::inconclusive, fixture.run(fixture.plan()).at("IS51_X_02"));
}

TEST(ReaderRunUnit, is_the_same_run_as_long_as_its_cases_are_the_same) {
  Fixture fixture;
  const auto one = identity_of(fixture.plan(), fixture.cases, "cicada", "told");
  CHECK_OK(one);
  fixture.units.front().cases.front().inspections = 2;
  const auto other = identity_of(fixture.plan(), fixture.cases, "cicada", "told");
  CHECK_OK(other);
  CHECK_FALSE(*one == *other);
}
