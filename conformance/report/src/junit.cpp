#include <fmt/format.h>

#include <algorithm>

#include "cicada/base/hex.h"
#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "clean.h"

namespace cicada::conformance::report {
namespace {

using model::Record;
using model::RunRecord;
using model::Verdict;

std::string details(const Record& record) {
  const auto& info = record.info;
  auto text = fmt::format("expected: {}\nseen: {}\nclause: {}\nbasis: {} {}\n", escaped(info.expectation),
                          escaped(record.outcome.reason), escaped(info.clause), model::to_string(info.basis),
                          escaped(info.basis_note));
  if (!record.state_afterwards.empty()) text += "afterwards: " + escaped(record.state_afterwards) + "\n";
  return text;
}

/// Commands and answers of a case that somebody will look into.
std::string output(const Record& record) {
  std::string text;
  for (const auto& exchange : record.exchanges) {
    if (!exchange.note.empty()) text += "# " + escaped(exchange.note) + "\n";
    if (!exchange.command.empty()) text += "&gt; " + base::to_hex(exchange.command) + "\n";
    if (!exchange.response.empty()) text += "&lt; " + base::to_hex(exchange.response) + "\n";
  }
  return text;
}

std::string verdict_element(const Record& record) {
  const auto message = escaped(record.outcome.reason);
  switch (record.outcome.verdict) {
    case Verdict::fail:
      return fmt::format("<failure type=\"fail\" message=\"{}\">{}</failure>", message, details(record));
    case Verdict::inconclusive:
      return fmt::format("<error type=\"inconclusive\" message=\"{}\">{}</error>", message, details(record));
    case Verdict::not_applicable: return fmt::format("<skipped message=\"{}\"/>", message);
    case Verdict::pass: break;
  }
  if (record.state_afterwards.empty()) return {};
  return fmt::format("<error type=\"state\" message=\"{}\">{}</error>", escaped(record.state_afterwards),
                     details(record));
}

std::string test_case(const Record& record) {
  const auto name =
      record.repetition == 0 ? record.info.id : fmt::format("{} (run {})", record.info.id, record.repetition + 1);
  const auto element = verdict_element(record);
  auto text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"", escaped(record.info.unit),
                          escaped(name), seconds(record.duration));
  if (element.empty()) return text + "/>\n";
  text += ">\n      " + element + "\n";
  if (record.outcome.verdict != Verdict::not_applicable)
    text += "      <system-out>" + output(record) + "</system-out>\n";
  return text + "    </testcase>\n";
}

/// JUnit knows no "passed, but the chip was not well afterwards": an error says it.
std::size_t errors_of(const RunRecord& run, std::string_view unit) {
  return static_cast<std::size_t>(std::ranges::count_if(run.records, [&](const Record& record) {
    const auto verdict = record.outcome.verdict;
    return (unit.empty() || record.info.unit == unit) &&
           (verdict == Verdict::inconclusive || (verdict == Verdict::pass && !record.state_afterwards.empty()));
  }));
}

std::string properties(const RunRecord& run) {
  std::string profiles;
  for (const auto& profile : run.profiles) profiles += (profiles.empty() ? "" : " ") + profile;
  std::string text = "    <properties>\n";
  for (const auto& [name, value] :
       {std::pair{"subject", run.subject}, std::pair{"target", run.target}, std::pair{"program", run.program},
        std::pair{"profiles", profiles}, std::pair{"order", run.order}}) {
    text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, escaped(value));
  }
  return text + "    </properties>\n";
}

}  // namespace

std::string to_junit(const RunRecord& run) {
  const auto all = counts_of(run);
  auto started = base::to_iso_instant(run.started);
  if (started.ends_with('Z')) started.pop_back();  // the schema's dateTime has no zone
  auto text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\">\n",
      escaped(run.title), all.all(), all.fail, errors_of(run, {}), seconds(run.duration));
  for (const auto& unit : by_unit(run)) {
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\" "
        "timestamp=\"{}\" hostname=\"localhost\">\n",
        escaped(unit.unit), unit.counts.all(), unit.counts.fail, errors_of(run, unit.unit), unit.counts.not_applicable,
        seconds(unit.duration), started);
    text += properties(run);
    for (const auto& record : run.records) {
      if (record.info.unit == unit.unit) text += test_case(record);
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace cicada::conformance::report
