#include "cicada/conformance/reader/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cicada/base/hex.h"
#include "cicada/conformance/reader/watch.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::conformance::reader {

using model::Checked;
using model::Outcome;
using model::Problem;

namespace {

/// What a case is about, in one text, for its fingerprint.
std::string text_of(const ReaderCase& test) {
  std::string text = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}\n", test.info.id, test.expected.describe(), test.inspections,
                                 test.watch, test.check, test.reason, test.low_confidence, test.withdrawn);
  for (const auto& order : test.orders()) {
    text += fmt::format("{}|{}|{}|{}", order.card, order.document, order.terminal, order.trust);
    for (const auto& fault : order.chip) text += "|" + fault;
    text += "\n";
  }
  return text;
}

/// One case under way.
class CaseRun {
 public:
  CaseRun(const ReaderCase& test, Setting& setting) : test_(test), setting_(setting) {}

  model::Record run(unsigned repetition) {
    const auto start = std::chrono::steady_clock::now();
    record_.info = test_.info;
    record_.repetition = repetition;
    record_.outcome = outcome();
    record_.duration = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    return std::move(record_);
  }

  /// Why nothing more can be learned: the bench is broken.
  [[nodiscard]] const std::optional<std::string>& broken() const noexcept { return broken_; }

 private:
  Outcome outcome() {
    if (!test_.withdrawn.empty()) return model::not_applicable("withdrawn " + test_.withdrawn);
    for (const auto& need : test_.info.needs) {
      if (setting_.missing.contains(need.front()))
        return model::not_applicable(fmt::format("the reader does not claim {}", need.front()));
    }
    for (const auto& order : test_.orders()) {
      if (auto wrong = inspect(order)) return *std::move(wrong);
    }
    if (!test_.watch.empty()) {
      if (const auto broken = broken_rule(test_.watch, record_.exchanges)) return fault(*broken);
    }
    if (!setting_.control || test_.expected.kind == Expected::Kind::successful) return model::pass();
    return look_after_reader();
  }

  /// An outcome that is not the wanted one. Where the expectation itself is in doubt, it proves nothing.
  [[nodiscard]] Outcome fault(std::string text) const {
    if (!test_.low_confidence) return model::fail(std::move(text));
    return model::inconclusive("the expectation is of low confidence; " + text);
  }

  std::optional<Outcome> inspect(const CardOrder& order) {
    for (unsigned i = 0; i < test_.inspections; ++i) {
      auto card = setting_.cards.make(order);
      if (!card) return model::inconclusive("the card could not be made: " + card.error().text);
      const auto judgement = setting_.reader.inspect(**card);
      take_exchanges(**card, order);
      if (judgement.result == Judgement::Result::not_judged) return not_judged(judgement);
      if (const auto wrong = disagreement(test_, judgement)) return fault(title_of(order) + *wrong);
    }
    return std::nullopt;
  }

  /// Which of several cards; empty when there is one.
  [[nodiscard]] std::string title_of(const CardOrder& order) const {
    std::string text;
    if (test_.cards.size() > 1) text = order.card;
    if (!test_.each.empty()) text += (text.empty() ? "" : ", ") + order.chip.back();
    return text.empty() ? text : text + ": ";
  }

  void take_exchanges(CardInField& card, const CardOrder& order) {
    auto exchanges = card.take_exchanges();
    if (!exchanges.empty()) exchanges.front().note = title_of(order) + exchanges.front().note;
    std::ranges::move(exchanges, std::back_inserter(record_.exchanges));
  }

  /// The sound card of the same configuration (rule: the reader stays operational).
  Outcome look_after_reader() {
    auto card = setting_.cards.make({.card = test_.cards.back()});
    if (!card) return model::inconclusive("the sound card could not be made: " + card.error().text);
    const auto judgement = setting_.reader.inspect(**card);
    if (judgement.result == Judgement::Result::successful) return model::pass();
    if (judgement.result == Judgement::Result::not_judged) return not_judged(judgement);
    record_.state_afterwards =
        fmt::format("afterwards the reader says of a sound card: {} {}", to_string(judgement.result), judgement.text);
    return model::fail(record_.state_afterwards);
  }

  /// The reader is not to blame for it.
  Outcome not_judged(const Judgement& judgement) {
    broken_ = judgement.text;
    return model::inconclusive(judgement.text);
  }

  const ReaderCase& test_;
  Setting& setting_;
  model::Record record_ = {};
  std::optional<std::string> broken_ = {};
};

model::Record not_run(const ReaderCase& test, unsigned repetition, std::string why) {
  return {.info = test.info,
          .repetition = repetition,
          .outcome = model::inconclusive(std::move(why)),
          .exchanges = {},
          .state_afterwards = {}};
}

}  // namespace

std::vector<model::Unit> outline(std::span<const ReaderUnit> units) {
  std::vector<model::Unit> all;
  for (const auto& unit : units) {
    model::Unit frame{.id = unit.id, .title = unit.title, .cases = {}};
    for (const auto& test : unit.cases) {
      frame.cases.push_back({.info = test.info, .given = {}, .body = model::NotRunnable{}, .persistent = false});
    }
    all.push_back(std::move(frame));
  }
  return all;
}

CasesById by_id(std::span<const ReaderUnit> units) {
  CasesById cases;
  for (const auto& unit : units) {
    for (const auto& test : unit.cases) cases.emplace(test.info.id, &test);
  }
  return cases;
}

base::Result<runner::Identity> identity_of(const runner::Plan& plan, const CasesById& cases, std::string_view program,
                                           std::string_view reader) {
  std::string text;
  for (const auto& planned : plan.cases) text += text_of(*cases.at(planned.test->info.id));
  CICADA_TRY(const auto digest, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(text)));
  return runner::Identity{{"program", std::string{program}},
                          {"target", std::string{reader}},
                          {"selection", plan.selection},
                          {"order", plan.order},
                          {"cases", base::to_hex(digest)}};
}

Checked<void> check(const runner::Plan& plan, const CasesById& cases, const LowerTester& cards) {
  for (const auto& planned : plan.cases) {
    for (const auto& order : cases.at(planned.test->info.id)->orders()) {
      if (auto known = cards.check(order); !known) {
        return std::unexpected(Problem{.fault = known.error().fault,
                                       .text = fmt::format("{}: {}", planned.test->info.id, known.error().text)});
      }
    }
  }
  return {};
}

Finished run(const runner::Plan& plan, const CasesById& cases, Setting setting, runner::Journal* journal,
             const Listener& listener) {
  const auto start = std::chrono::steady_clock::now();
  Finished finished;
  auto& run = finished.record;
  run.target = setting.reader.name();
  run.subject = setting.reader.name();
  run.order = plan.order;
  run.started = journal != nullptr ? journal->started() : setting.clock.now();
  if (journal != nullptr) run.records = journal->take_finished();
  Progress progress{.done = run.records.size(), .planned = plan.cases.size()};
  progress.failed = static_cast<std::size_t>(std::ranges::count(
      run.records, model::Verdict::fail, [](const model::Record& record) { return record.outcome.verdict; }));
  for (std::size_t i = run.records.size(); i < plan.cases.size(); ++i) {
    const auto& planned = plan.cases[i];
    const auto& test = *cases.at(planned.test->info.id);
    if (finished.complete && setting.stop.stop_requested()) {
      finished.complete = false;
      finished.why = "stopped";
    }
    if (!finished.complete) {
      run.records.push_back(not_run(test, planned.repetition, finished.why));
      continue;
    }
    progress.id = test.info.id;
    if (listener) listener(progress);
    CaseRun now{test, setting};
    run.records.push_back(now.run(planned.repetition));
    const auto& record = run.records.back();
    ++progress.done;
    if (now.broken()) {
      finished.complete = false;
      finished.why = *now.broken();
      continue;  // not for the journal: a run that is resumed begins with this case
    }
    if (record.outcome.verdict == model::Verdict::fail) ++progress.failed;
    if (journal == nullptr) continue;
    if (const auto written = journal->append(record); !written) {
      finished.complete = false;
      finished.why = "the journal could not be written: " + written.error().describe();
    }
  }
  progress.id = {};
  if (listener) listener(progress);
  run.duration = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  return finished;
}

}  // namespace cicada::conformance::reader
