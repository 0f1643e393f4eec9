#include "cicada/conformance/runner/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/conformance/procedures/steps.h"
#include "files.h"
#include "state.h"

namespace cicada::conformance::runner {

using Clock = std::chrono::steady_clock;
using model::Case;
using model::Outcome;
using model::Record;
using model::Verdict;

namespace {

std::chrono::microseconds since(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
}

/// One run from its first open case to its end.
class Run {
 public:
  Run(const Plan& plan, Setting setting, Journal* journal, const Listener& listener)
      : plan_(plan),
        setting_(std::move(setting)),
        journal_(journal),
        listener_(listener),
        terminal_(setting_.target, setting_.rng) {}

  Finished all() {
    const auto begin = Clock::now();
    auto& record = finished_.record;
    record.subject = setting_.ics.name;
    record.target = setting_.target.describe();
    record.profiles = {setting_.ics.profiles.begin(), setting_.ics.profiles.end()};
    record.order = plan_.order;
    record.started = journal_ != nullptr ? journal_->started() : setting_.now;
    if (journal_ != nullptr) take_over(journal_->take_finished());
    prepare();
    while (record.records.size() < plan_.cases.size() && finished_.ending == Ending::complete) next();
    give_up();
    record.duration += since(begin);
    tell({});
    return std::move(finished_);
  }

 private:
  void take_over(std::vector<Record> records) {
    for (const auto& record : records) {
      finished_.record.duration += record.duration;
      count(record);
    }
    finished_.record.records = std::move(records);
  }

  void count(const Record& record) {
    if (record.outcome.verdict == Verdict::fail) ++failed_;
  }

  void tell(std::string_view id) const {
    if (listener_) listener_({finished_.record.records.size(), plan_.cases.size(), failed_, id});
  }

  void end(Ending ending, std::string why) {
    finished_.ending = ending;
    finished_.why = std::move(why);
  }

  /// What can be said without the chip.
  [[nodiscard]] std::optional<Outcome> decided(const Case& test) const {
    if (const auto missing = setting_.ics.missing(test.info.needs))
      return model::not_applicable(fmt::format("the statement does not claim {}", *missing));
    if (const auto* body = std::get_if<model::NotRunnable>(&test.body))
      return model::not_applicable("not runnable: " + body->reason);
    if (test.persistent && !setting_.target.can_restore() && !setting_.allow_changes) {
      return model::inconclusive(
          "it leaves something in the chip's memory, which cannot be restored here: run it with --allow-changes");
    }
    return std::nullopt;
  }

  /// The chip's state before all cases, and the files that cases are about.
  void prepare() {
    std::vector<std::string> names;
    bool needs_chip = false;
    for (std::size_t i = finished_.record.records.size(); i < plan_.cases.size(); ++i) {
      const auto& test = *plan_.cases[i].test;
      if (decided(test)) continue;
      needs_chip = true;
      const auto* check = std::get_if<model::FileCheck>(&test.body);
      if (check == nullptr) continue;
      names.insert(names.end(), check->files.begin(), check->files.end());
      names.insert(names.end(), check->also.begin(), check->also.end());
    }
    if (!needs_chip) return;
    const auto state = look_at(terminal_);
    if (!state) return end(Ending::chip, fmt::format("the chip does not answer: {}", state.error().describe()));
    start_ = *state;
    if (names.empty()) return;
    tell("reading files");
    files_.read(names, setting_, terminal_);
    // Terminal authentication, which opens DG3 and DG4, may have moved the chip's date.
    Record reading;
    look_after(reading, true);
    if (!reading.state_afterwards.empty() && finished_.ending == Ending::complete)
      file_state_ = "after the files were read: " + reading.state_afterwards;
  }

  void next() {
    if (setting_.stop.stop_requested()) return end(Ending::stopped, "stopped by the operator");
    const auto& planned = plan_.cases[finished_.record.records.size()];
    tell(planned.test->info.id);
    Record record;
    record.info = planned.test->info;
    record.repetition = planned.repetition;
    if (auto outcome = decided(*planned.test)) {
      record.outcome = *std::move(outcome);
    } else if (const auto* check = std::get_if<model::FileCheck>(&planned.test->body)) {
      files_.judge(*check, setting_, record);
      record.state_afterwards = std::exchange(file_state_, {});
    } else {
      put_to_chip(*planned.test, record);
    }
    keep(std::move(record));
  }

  void put_to_chip(const Case& test, Record& record) {
    const auto begin = Clock::now();
    static_cast<void>(terminal_.take_log());
    const auto reset = terminal_.reset();
    record.outcome = reset ? outcome_of(test) : procedures::inconclusive("reset", reset.error());
    record.exchanges = terminal_.take_log();
    record.duration = since(begin);
    look_after(record, test.persistent || record.outcome.verdict == Verdict::fail);
  }

  Outcome outcome_of(const Case& test) {
    procedures::Scene scene{
        .terminal = terminal_, .ics = setting_.ics, .test = test, .now = setting_.now, .files = files_.contents()};
    if (!test.given.empty()) {
      const auto* given = setting_.book.given(test.given);
      if (given == nullptr) return model::inconclusive(fmt::format("no precondition is named \"{}\"", test.given));
      const auto reached = given->given(scene);
      if (!reached.passed()) return model::inconclusive(fmt::format("precondition {}: {}", test.given, reached.reason));
    }
    if (const auto* steps = std::get_if<model::Steps>(&test.body))
      return procedures::run_steps(terminal_, steps->steps);
    const auto* call = std::get_if<model::Call>(&test.body);
    const auto* procedure = call == nullptr ? nullptr : setting_.book.procedure(call->procedure);
    if (procedure == nullptr) return model::inconclusive("the case names no procedure that exists");
    return procedure->procedure(scene, call->arguments);
  }

  /// The follow-up: does the chip answer as it did? If not, or if it was changed, it is restored where that is
  /// possible.
  void look_after(Record& record, bool changed) {
    const auto seen = look_at(terminal_);
    if (!seen)
      record.state_afterwards = fmt::format("no answer after a reset: {}", seen.error().describe());
    else
      record.state_afterwards = difference(*seen, start_);
    const bool well = record.state_afterwards.empty();
    if (setting_.target.can_restore() && (changed || !well)) {
      const auto restored = setting_.target.restore();
      if (!restored)
        return end(Ending::chip, fmt::format("the chip cannot be restored: {}", restored.error().describe()));
    }
    if (seen) return;
    // A reader may need a second reset; a chip that stays silent ends the run.
    const auto again = look_at(terminal_);
    if (!again) end(Ending::chip, fmt::format("the chip no longer answers: {}", again.error().describe()));
  }

  /// Repetitions of one case say the same: of those that passed, only the first keeps its exchanges in memory. The case
  /// in which the chip went is not written down: with a chip again it is the first to run.
  void keep(Record record) {
    if (journal_ != nullptr && finished_.ending == Ending::complete) {
      if (const auto written = journal_->append(record); !written)
        end(Ending::journal, fmt::format("the journal could not be written: {}", written.error().describe()));
    }
    if (record.repetition > 0 && record.outcome.passed()) {
      record.exchanges.clear();
      record.exchanges.emplace_back().note = "the exchanges of this repetition are in the journal, if there is one";
    }
    count(record);
    finished_.record.records.push_back(std::move(record));
  }

  void give_up() {
    auto& records = finished_.record.records;
    while (records.size() < plan_.cases.size()) {
      const auto& planned = plan_.cases[records.size()];
      auto& record = records.emplace_back();
      record.info = planned.test->info;
      record.repetition = planned.repetition;
      const auto outcome = decided(*planned.test);
      record.outcome = outcome ? *outcome : model::inconclusive("not run: " + finished_.why);
    }
  }

  const Plan& plan_;
  Setting setting_;
  Journal* journal_;
  const Listener& listener_;
  terminal::Terminal terminal_;
  FileShelf files_;
  ChipState start_;
  std::string file_state_;
  std::size_t failed_ = 0;
  Finished finished_;
};

}  // namespace

Finished run(const Plan& plan, Setting setting, Journal* journal, const Listener& listener) {
  return Run{plan, std::move(setting), journal, listener}.all();
}

}  // namespace cicada::conformance::runner
