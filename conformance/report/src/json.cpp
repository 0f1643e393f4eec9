#include <fmt/format.h>

#include "cicada/conformance/report/record_json.h"
#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "json_parts.h"

namespace cicada::conformance::report {

using model::Checked;
using model::Problem;
using model::Record;
using model::RunRecord;

namespace {

constexpr int kIndent = 1;

std::uint64_t microseconds(std::chrono::microseconds duration) {
  return duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
}

Json json_of(const Counts& counts) {
  return {{"pass", counts.pass},
          {"fail", counts.fail},
          {"not-applicable", counts.not_applicable},
          {"inconclusive", counts.inconclusive}};
}

}  // namespace

std::string to_json(const RunRecord& run) {
  auto units = Json::array();
  for (const auto& unit : by_unit(run)) {
    units.push_back(
        {{"unit", unit.unit}, {"totals", json_of(unit.counts)}, {"microseconds", microseconds(unit.duration)}});
  }
  auto cases = Json::array();
  for (const auto& record : run.records) cases.push_back(json_of(record));
  const Json report{{"title", run.title},
                    {"subject", run.subject},
                    {"target", run.target},
                    {"program", run.program},
                    {"profiles", run.profiles},
                    {"started", base::to_iso_instant(run.started)},
                    {"microseconds", microseconds(run.duration)},
                    {"order", run.order},
                    {"clean", clean(run)},
                    {"totals", json_of(counts_of(run))},
                    {"units", std::move(units)},
                    {"cases", std::move(cases)}};
  return dumped(report, kIndent);
}

Checked<std::vector<Record>> records_from_report(std::string_view report) {
  if (report.size() > kMaxJsonReport) return std::unexpected{Problem{.text = "the report is too long"}};
  const auto json = Json::parse(report, nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("cases") || !json["cases"].is_array())
    return std::unexpected{Problem{.text = "this is not a JSON report of a conformance run"}};
  std::vector<Record> records;
  for (const auto& entry : json["cases"]) {
    if (records.size() >= model::kMaxCases * 100)
      return std::unexpected{Problem{.text = "the report has too many cases"}};
    auto record = record_of(entry);
    if (!record)
      return std::unexpected{Problem{.text = fmt::format("case {}: {}", records.size(), record.error().text)}};
    records.push_back(*std::move(record));
  }
  return records;
}

}  // namespace cicada::conformance::report
