// Every case of the reader's side, put to the code behind `cicada read`: each is reported under its own id.
#include <fmt/format.h>

#include <memory>
#include <set>
#include <stdexcept>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/reader/loader.h"
#include "cicada/conformance/reader/run.h"
#include "cicada/conformance/report/summary.h"
#include "cicada/tools/lower_tester/bench.h"
#include "cicada/tools/lower_tester/own_reader.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
namespace reader = cicada::conformance::reader;
namespace runner = cicada::conformance::runner;
namespace model = cicada::conformance::model;
namespace lower_tester = cicada::tools::lower_tester;

namespace {

/// One State and its documents for all cases.
struct Laboratory {
  base::SystemRng rng;
  base::SystemClock clock;
  std::unique_ptr<lower_tester::Bench> bench = [this] {
    auto made = lower_tester::Bench::create(rng, clock);
    if (!made) throw std::runtime_error(made.error().describe());
    return *std::move(made);
  }();
  lower_tester::OwnReader own{rng, clock};
  std::vector<model::Unit> outline = reader::outline(reader::builtin_reader_units());
  reader::CasesById cases = reader::by_id(reader::builtin_reader_units());

  model::RunRecord run(const runner::Selection& selection, const runner::Order& order) {
    const auto plan = runner::make_plan(outline, selection, order);
    if (!plan) throw std::runtime_error(plan.error().text);
    if (const auto known = reader::check(*plan, cases, *bench); !known) throw std::runtime_error(known.error().text);
    return reader::run(*plan, cases, {.cards = *bench, .reader = own, .clock = clock}).record;
  }
};

Laboratory& laboratory() {
  static Laboratory the_laboratory;
  return the_laboratory;
}

/// A case whose own expectation is in doubt, or that was withdrawn, fails nothing.
std::string wrong(const reader::ReaderCase& test, const model::Record& record) {
  using model::Verdict;
  const auto verdict = record.outcome.verdict;
  if (verdict == Verdict::pass) return {};
  if (verdict == Verdict::not_applicable && !test.withdrawn.empty()) return {};
  if (verdict == Verdict::inconclusive && test.low_confidence) return {};
  return fmt::format("{}: {}", test.info.id, record.outcome.reason);
}

class CaseTest : public Utest {
 public:
  explicit CaseTest(const reader::ReaderCase& test) : test_(test) {}
  void testBody() override {
    const auto run = laboratory().run({.ids = {test_.info.id}, .units = {}, .profiles = {}}, {});
    LONGS_EQUAL(1, run.records.size());
    const auto text = wrong(test_, run.records.front());
    if (!text.empty()) FAIL(text.c_str());
  }

 private:
  const reader::ReaderCase& test_;
};

class CaseShell : public UtestShell {
 public:
  explicit CaseShell(const reader::ReaderCase& test)
      : UtestShell("ReaderCase", test.info.id.c_str(), "conformance/cases", 0), test_(test) {}
  Utest* createTest() override { return new CaseTest(test_); }

 private:
  const reader::ReaderCase& test_;
};

struct Register {
  Register() {
    static std::vector<std::unique_ptr<CaseShell>> shells;
    for (const auto& unit : reader::builtin_reader_units()) {
      for (const auto& test : unit.cases) {
        shells.push_back(std::make_unique<CaseShell>(test));
        TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
      }
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(ReaderRun){};

TEST(ReaderRun, finds_nothing_wrong_with_the_cards_of_failing_documents_before_they_are_changed) {
  std::set<std::vector<std::string>> cards;
  for (const auto& [id, test] : laboratory().cases) {
    if (id.starts_with("IS51_LDS_") && test->withdrawn.empty()) cards.insert(test->cards);
  }
  CHECK(cards.size() >= 4);
  for (const auto& words : cards) {
    reader::CardOrder order;
    order.card = words.front();
    const auto card = laboratory().bench->make(order);
    if (!card) FAIL(card.error().text.c_str());
    const auto judgement = laboratory().own.inspect(**card);
    CHECK_TEXT(judgement.result == reader::Judgement::Result::successful, (order.card + ": " + judgement.text).c_str());
  }
}

TEST(ReaderRun, has_no_failure_three_times_in_any_order) {
  const auto run = laboratory().run({}, {.repeat = 3, .seed = 20261125});
  LONGS_EQUAL(3 * laboratory().cases.size(), run.records.size());
  std::string text;
  for (const auto& record : run.records) {
    const auto one = wrong(*laboratory().cases.at(record.info.id), record);
    if (!one.empty()) text += "\n  " + one;
    if (!record.state_afterwards.empty()) text += "\n  " + record.info.id + ": " + record.state_afterwards;
  }
  if (!text.empty()) FAIL(text.c_str());
}
