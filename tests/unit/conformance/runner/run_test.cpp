#include "cicada/conformance/runner/run.h"

#include "cicada/conformance/report/summary.h"
#include "scripted_target.h"

#include "harness.h"

using namespace cicada::conformance;
using namespace cicada::tests;
using namespace cicada::base::literals;
using cicada::base::Bytes;
using cicada::base::ByteView;
using model::Verdict;
using runner::Ending;

namespace {

constexpr std::string_view kCommand = "00B0000000";

bool is(ByteView command, std::string_view hex) {
  return cicada::base::to_hex(command) == hex;
}

/// A chip that says `octets` to kCommand and 9000 to all else.
auto says(std::string_view octets) {
  return [octets](ByteView command) {
    return is(command, kCommand) ? cicada::base::from_hex(octets).value() : Bytes{0x90, 0x00};
  };
}

void expect(Verdict verdict, std::string_view reason, const model::Record& record) {
  CHECK_STRING(model::to_string(verdict), model::to_string(record.outcome.verdict));
  CHECK_STRING(reason, record.outcome.reason);
}

// What the book of these tests has.
model::Outcome reached(procedures::Scene& scene) {
  const auto sent = scene.terminal.send("0084000008"_hex, "precondition");
  return sent ? model::pass() : model::inconclusive("it broke");
}
model::Outcome not_reached(procedures::Scene&) {
  return model::fail("the chip does not do BAC");
}
model::Outcome says_its_argument(procedures::Scene&, const std::map<std::string, std::string>& arguments) {
  return model::fail(arguments.at("say"));
}

model::Outcome resets_between(procedures::Scene& scene, const std::map<std::string, std::string>&) {
  for (const auto& command : {"00A4000C"_hex, "00B0000000"_hex}) {
    if (!scene.terminal.send(command) || !scene.terminal.reset()) return model::inconclusive("it broke");
  }
  return model::pass();
}

constexpr procedures::NamedGiven kReached{"reached", "", reached};
constexpr procedures::NamedGiven kNotReached{"not-reached", "", not_reached};
constexpr procedures::NamedProcedure kSays{"says", {}, says_its_argument};
constexpr procedures::NamedProcedure kResets{"resets", {}, resets_between};

void write_book(runner::Book& book) {
  book.given = [](std::string_view name) -> const procedures::NamedGiven* {
    if (name == "reached") return &kReached;
    return name == "not-reached" ? &kNotReached : nullptr;
  };
  book.procedure = [](std::string_view name) -> const procedures::NamedProcedure* {
    if (name == "says") return &kSays;
    return name == "resets" ? &kResets : nullptr;
  };
}

}  // namespace

TEST_GROUP(Run) {
  Bench bench;

  void setup() override {
    write_book(bench.book);
  }
  model::Record only() {
    auto finished = bench.run();
    LONGS_EQUAL(1, finished.record.records.size());
    CHECK(finished.ending == Ending::complete);
    return finished.record.records[0];
  }
};

TEST(Run, passes_a_step_that_is_answered_as_it_has_to_be) {
  bench.add(step_case(1, kCommand, "6982"));
  bench.target.answer = says("6982");
  const auto record = only();
  expect(Verdict::pass, "", record);
  LONGS_EQUAL(1, record.exchanges.size());
  CHECK_BYTES("6982"_hex, record.exchanges[0].response);
  CHECK_STRING("", record.state_afterwards);
}

TEST(Run, fails_a_step_that_is_answered_otherwise_and_says_what_was_wanted) {
  bench.add(step_case(1, kCommand, "6982"));
  bench.target.answer = says("01029000");
  expect(Verdict::fail, "step 1: 9000 in plain, 2 octets; wanted 6982, in plain", only());
}

TEST(Run, is_inconclusive_where_no_answer_comes) {
  bench.add(step_case(1, kCommand, "6982"));
  bench.target.answer = says("");
  expect(Verdict::inconclusive, "step 1: the card has gone", only());
}

TEST(Run, resets_before_each_case_and_logs_the_precondition_too) {
  auto test = step_case(1, kCommand, "9000");
  test.given = "reached";
  bench.add(test);
  const auto record = only();
  expect(Verdict::pass, "", record);
  LONGS_EQUAL(2, record.exchanges.size());
  CHECK_STRING("precondition", record.exchanges[0].note);
  LONGS_EQUAL(3, bench.target.resets);  // state at the start, the case, state after it
}

TEST(Run, is_inconclusive_without_its_precondition) {
  auto test = step_case(1, kCommand, "9000");
  test.given = "not-reached";
  bench.add(test);
  expect(Verdict::inconclusive, "precondition not-reached: the chip does not do BAC", only());
  for (const auto& command : bench.target.seen) CHECK(command != kCommand);
}

TEST(Run, is_inconclusive_when_a_name_does_not_exist) {
  auto test = step_case(1, kCommand, "9000");
  test.given = "nonsense";
  bench.add(test);
  bench.add(case_of(2, model::Call{"nonsense", {}}));
  const auto finished = bench.run();
  expect(Verdict::inconclusive, "no precondition is named \"nonsense\"", finished.record.records[0]);
  expect(Verdict::inconclusive, "the case names no procedure that exists", finished.record.records[1]);
}

TEST(Run, hands_a_procedure_its_arguments) {
  bench.add(case_of(1, model::Call{"says", {{"say", "what it was told"}}}));
  expect(Verdict::fail, "what it was told", only());
}

TEST(Run, logs_a_reset_in_the_middle_of_a_case_for_whoever_replays_it) {
  bench.add(case_of(1, model::Call{"resets", {}}));
  const auto record = only();
  LONGS_EQUAL(4, record.exchanges.size());
  CHECK_STRING("reset", record.exchanges[1].note);
  CHECK_STRING("reset", record.exchanges[3].note);
}

TEST(Run, does_not_put_to_the_chip_what_the_statement_does_not_claim) {
  auto test = step_case(1, kCommand, "9000");
  test.info.needs = {{"BAC"}, {"CA", "PACE"}};
  bench.add(test);
  expect(Verdict::not_applicable, "the statement does not claim CA|PACE", only());
  LONGS_EQUAL(0, bench.target.seen.size());
}

TEST(Run, keeps_the_id_of_what_nobody_can_run) {
  bench.add(case_of(1, model::NotRunnable{"needs a chip that is blank"}));
  expect(Verdict::not_applicable, "not runnable: needs a chip that is blank", only());
}

TEST(Run, leaves_out_what_changes_a_chip_that_cannot_be_restored) {
  auto test = step_case(1, kCommand, "9000");
  test.persistent = true;
  bench.add(test);
  auto record = only();
  CHECK(record.outcome.verdict == Verdict::inconclusive);
  CHECK(record.outcome.reason.find("--allow-changes") != std::string::npos);
  LONGS_EQUAL(0, bench.target.seen.size());

  bench.allow_changes = true;
  expect(Verdict::pass, "", only());
  LONGS_EQUAL(0, bench.target.restores);
}

TEST(Run, restores_after_what_changes_a_chip_and_after_a_failure) {
  auto test = step_case(1, kCommand, "9000");
  test.persistent = true;
  bench.add(test);
  bench.add(step_case(2, kCommand, "6982"));
  bench.add(step_case(3, kCommand, "9000"));
  bench.target.restorable = true;
  const auto finished = bench.run();
  CHECK(finished.record.records[0].outcome.verdict == Verdict::fail);
  CHECK(finished.record.records[1].outcome.passed());
  CHECK(finished.record.records[2].outcome.passed());
  LONGS_EQUAL(2, bench.target.restores);
}

TEST(Run, notes_a_chip_that_answers_otherwise_after_a_case_and_restores_it) {
  bench.add(step_case(1, kCommand, "9000"));
  bench.add(step_case(2, "00A4000C", "9000"));
  bench.target.restorable = true;
  bench.target.answer = [&](ByteView command) {
    const bool broken = !bench.target.seen.empty() && bench.target.restores == 0 &&
                        std::ranges::find(bench.target.seen, kCommand) != bench.target.seen.end();
    return broken && is(command, "00A4040C07A0000002471001") ? Bytes{0x6A, 0x82} : Bytes{0x90, 0x00};
  };
  const auto finished = bench.run();
  expect(Verdict::pass, "", finished.record.records[0]);
  CHECK_STRING("SELECT of the application: 6A82, at the start 9000", finished.record.records[0].state_afterwards);
  CHECK_STRING("", finished.record.records[1].state_afterwards);
  CHECK_FALSE(report::clean(finished.record));
}

TEST(Run, ends_when_the_chip_no_longer_answers_and_leaves_the_rest_inconclusive) {
  bench.add(step_case(1, "00A4000C", "9000"));
  bench.add(step_case(2, kCommand, "9000"));
  bench.add(step_case(3, "00A4000C", "9000"));
  auto other = step_case(4, kCommand, "9000");
  other.info.needs = {{"DG3"}};
  bench.add(other);
  bench.target.answer = [&](ByteView command) {
    if (is(command, kCommand)) bench.target.gone = true;
    return bench.target.gone ? Bytes{} : Bytes{0x90, 0x00};
  };
  const auto finished = bench.run();
  CHECK(finished.ending == Ending::chip);
  CHECK_STRING("the chip no longer answers: the card has gone", finished.why);
  const auto& records = finished.record.records;
  LONGS_EQUAL(4, records.size());
  expect(Verdict::pass, "", records[0]);
  expect(Verdict::inconclusive, "step 1: the card has gone", records[1]);
  CHECK_STRING("no answer after a reset: the card has gone", records[1].state_afterwards);
  expect(Verdict::inconclusive, "not run: the chip no longer answers: the card has gone", records[2]);
  expect(Verdict::not_applicable, "the statement does not claim DG3", records[3]);
}

TEST(Run, does_not_begin_with_a_chip_that_does_not_answer) {
  bench.add(step_case(1, kCommand, "9000"));
  bench.target.gone = true;
  const auto finished = bench.run();
  CHECK(finished.ending == Ending::chip);
  expect(Verdict::inconclusive, "not run: the chip does not answer: the card has gone", finished.record.records[0]);
}

TEST(Run, ends_when_a_chip_cannot_be_restored) {
  class Stubborn final : public terminal::Target {
   public:
    explicit Stubborn(ScriptedTarget& inner) : inner_(inner) {}
    cicada::host::transport::Transport& transport() override { return inner_.transport(); }
    cicada::base::Result<void> reset() override { return inner_.reset(); }
    bool can_restore() const noexcept override { return true; }
    cicada::base::Result<void> restore() override {
      return cicada::base::fail({.fault = cicada::base::Fault::io, .what = "the disk is full"});
    }
    std::string describe() const override { return "stubborn"; }

   private:
    ScriptedTarget& inner_;
  };
  bench.add(step_case(1, kCommand, "6982"));
  bench.add(step_case(2, kCommand, "9000"));
  Stubborn stubborn{bench.target};
  const auto plan = bench.plan();
  const auto finished = runner::run(
      plan, {.target = stubborn, .rng = bench.rng, .ics = bench.ics, .now = {}, .stop = {}, .book = bench.book});
  CHECK(finished.ending == Ending::chip);
  CHECK_STRING("the chip cannot be restored: the disk is full", finished.why);
}

TEST(Run, stops_after_the_case_in_hand_when_somebody_asks) {
  bench.add(step_case(1, kCommand, "9000"));
  bench.add(step_case(2, kCommand, "9000"));
  bench.target.answer = [&](ByteView command) {
    if (is(command, kCommand)) bench.stop.request_stop();
    return Bytes{0x90, 0x00};
  };
  const auto finished = bench.run();
  CHECK(finished.ending == Ending::stopped);
  expect(Verdict::pass, "", finished.record.records[0]);
  expect(Verdict::inconclusive, "not run: stopped by the operator", finished.record.records[1]);
}

TEST(Run, shows_a_check_the_files_that_its_case_names_and_no_others) {
  bench.book.read_file = [](procedures::Scene&, std::string_view name, Bytes& content) {
    if (name == "DG5") return model::inconclusive("DG5 cannot be selected: 6A82");
    content.assign(name.begin(), name.end());
    return model::pass();
  };
  std::vector<std::string> shown;
  bench.book.check = [&](std::string_view, const runner::Files& files, const model::Ics&, auto) {
    std::string names;
    for (const auto& [name, content] : files) names += name + " ";
    shown.push_back(names);
    return model::pass();
  };
  bench.add(case_of(1, model::FileCheck{"hashes", {"EF.SOD"}, {"DG14", "DG5"}}));
  bench.add(case_of(2, model::FileCheck{"other", {"DG14"}}));
  const auto finished = bench.run();
  expect(Verdict::pass, "", finished.record.records[0]);
  expect(Verdict::pass, "", finished.record.records[1]);
  LONGS_EQUAL(2, shown.size());
  CHECK_EQUAL(std::string{"DG14 EF.SOD "}, shown[0]);
  CHECK_EQUAL(std::string{"DG14 "}, shown[1]);
}

TEST(Run, reads_each_file_once_and_needs_those_that_a_check_names) {
  unsigned reads = 0;
  bench.book.read_file = [&](procedures::Scene& scene, std::string_view name, Bytes& content) {
    ++reads;
    if (name == "DG3") return model::inconclusive("DG3 cannot be selected: 6982");
    static_cast<void>(scene.terminal.send("00B0000001"_hex, "reading"));
    content = Bytes{0x60, 0x00};
    return model::pass();
  };
  bench.book.check = [](std::string_view check, const runner::Files& files, const model::Ics&, auto) {
    if (files.size() != 1 || !files.contains("EF.COM")) return model::inconclusive("other files");
    return check == "good" ? model::pass() : model::fail("tag 60 at octet 0");
  };
  bench.add(case_of(1, model::FileCheck{"good", {"EF.COM"}}));
  bench.add(case_of(2, model::FileCheck{"bad", {"EF.COM"}}));
  bench.add(case_of(3, model::FileCheck{"good", {"DG3"}}));
  bench.add(case_of(4, model::FileCheck{"good", {"DG3", "EF.COM"}}));
  const auto finished = bench.run();
  const auto& records = finished.record.records;
  LONGS_EQUAL(2, reads);
  expect(Verdict::pass, "", records[0]);
  LONGS_EQUAL(1, records[0].exchanges.size());
  CHECK_STRING("reading", records[0].exchanges[0].note);
  expect(Verdict::fail, "tag 60 at octet 0", records[1]);
  CHECK_STRING("EF.COM was read before, see U_1", records[1].exchanges[0].note);
  expect(Verdict::inconclusive, "DG3 cannot be selected: 6982", records[2]);
  expect(Verdict::inconclusive, "DG3 cannot be selected: 6982", records[3]);
}

TEST(Run, tells_where_it_is) {
  bench.add(step_case(1, kCommand, "6982"));
  bench.add(step_case(2, kCommand, "9000"));
  std::string told;
  const auto plan = bench.plan();
  static_cast<void>(runner::run(plan, bench.setting(), nullptr, [&](const runner::Progress& at) {
    told += std::to_string(at.done) + "/" + std::to_string(at.planned) + " " + std::to_string(at.failed) + " " +
            std::string{at.id} + "; ";
  }));
  CHECK_STRING("0/2 0 U_1; 1/2 1 U_2; 2/2 1 ; ", told);
}

TEST(Run, keeps_exchanges_of_a_repetition_only_where_it_did_not_pass) {
  bench.add(step_case(1, kCommand, "9000"));
  bench.add(step_case(2, kCommand, "6982"));
  bench.order.repeat = 2;
  const auto finished = bench.run();
  LONGS_EQUAL(4, finished.record.records.size());
  CHECK(finished.record.records[2].exchanges[0].command.empty());
  CHECK_BYTES("9000"_hex, finished.record.records[3].exchanges[0].response);
}
