#include <fmt/format.h>

#include <algorithm>

#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "clean.h"

namespace cicada::conformance::report {
namespace {

using model::Record;
using model::RunRecord;
using model::Verdict;

void line(std::string& to, std::string_view label, std::string_view text) {
  if (!text.empty()) to += fmt::format("    {:<12} {}\n", label, cleaned(text));
}

/// What somebody has to look at: what was wanted, what was seen, and by what right.
std::string complaint(const Record& record) {
  const auto& info = record.info;
  auto text =
      fmt::format("{:<13} {}{}  {}\n",
                  record.outcome.verdict == Verdict::pass ? "pass, but" : model::to_string(record.outcome.verdict),
                  cleaned(info.id), record.repetition == 0 ? "" : fmt::format(" (run {})", record.repetition + 1),
                  cleaned(info.title));
  line(text, "expected", info.expectation);
  line(text, "seen", record.outcome.reason);
  line(text, "afterwards", record.state_afterwards);
  line(text, "clause", info.clause);
  line(text, "basis",
       fmt::format("{}{}", model::to_string(info.basis), info.basis_note.empty() ? "" : " (" + info.basis_note + ")"));
  return text;
}

std::string unit_table(const RunRecord& run) {
  std::size_t width = 5;
  const auto units = by_unit(run);
  for (const auto& unit : units) width = std::max(width, cleaned(unit.unit).size());
  const auto row = [&](std::string_view name, const Counts& counts, std::chrono::microseconds duration) {
    return fmt::format("{:<{}}  {:>5}  {:>5}  {:>14}  {:>12}  {:>9}\n", name, width, counts.pass, counts.fail,
                       counts.not_applicable, counts.inconclusive, seconds(duration));
  };
  auto text = fmt::format("{:<{}}  {:>5}  {:>5}  {:>14}  {:>12}  {:>9}\n", "unit", width, "pass", "fail",
                          "not-applicable", "inconclusive", "seconds");
  for (const auto& unit : units) text += row(cleaned(unit.unit), unit.counts, unit.duration);
  return text + row("all", counts_of(run), run.duration);
}

}  // namespace

std::string to_text(const RunRecord& run) {
  std::string text = cleaned(run.title) + "\n";
  std::string profiles;
  for (const auto& profile : run.profiles) profiles += (profiles.empty() ? "" : ", ") + profile;
  line(text, "subject", run.subject);
  line(text, "target", run.target);
  line(text, "profiles", profiles);
  line(text, "order", run.order);
  line(text, "started", base::to_iso_instant(run.started));
  text += "\n";
  for (const auto index : worst_first(run)) {
    const auto& record = run.records[index];
    const auto verdict = record.outcome.verdict;
    if (verdict == Verdict::fail || verdict == Verdict::inconclusive || !record.state_afterwards.empty())
      text += complaint(record) + "\n";
  }
  text += unit_table(run);
  return text + (clean(run) ? "\nresult: no case failed, and none was inconclusive\n"
                            : "\nresult: there are cases to look at\n");
}

}  // namespace cicada::conformance::report
