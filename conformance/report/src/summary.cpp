#include "cicada/conformance/report/summary.h"

#include <algorithm>
#include <array>
#include <map>

namespace cicada::conformance::report {

using model::Verdict;

void Counts::add(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::pass: ++pass; break;
    case Verdict::fail: ++fail; break;
    case Verdict::not_applicable: ++not_applicable; break;
    case Verdict::inconclusive: ++inconclusive; break;
  }
}

std::vector<UnitSummary> by_unit(const model::RunRecord& run) {
  std::map<std::string, UnitSummary> units;
  for (const auto& record : run.records) {
    auto& unit = units[record.info.unit];
    unit.unit = record.info.unit;
    unit.counts.add(record.outcome.verdict);
    unit.duration += record.duration;
  }
  std::vector<UnitSummary> sorted;
  sorted.reserve(units.size());
  for (auto& [name, unit] : units) sorted.push_back(std::move(unit));
  return sorted;
}

Counts counts_of(const model::RunRecord& run) {
  Counts counts;
  for (const auto& record : run.records) counts.add(record.outcome.verdict);
  return counts;
}

bool clean(const model::RunRecord& run) {
  return std::ranges::all_of(run.records, [](const model::Record& record) {
    const auto verdict = record.outcome.verdict;
    return (verdict == Verdict::pass || verdict == Verdict::not_applicable) && record.state_afterwards.empty();
  });
}

std::vector<std::size_t> worst_first(const model::RunRecord& run) {
  constexpr std::array kOrder = {Verdict::fail, Verdict::inconclusive, Verdict::pass, Verdict::not_applicable};
  std::vector<std::size_t> order;
  order.reserve(run.records.size());
  for (const auto verdict : kOrder) {
    for (std::size_t i = 0; i < run.records.size(); ++i) {
      if (run.records[i].outcome.verdict == verdict) order.push_back(i);
    }
  }
  return order;
}

}  // namespace cicada::conformance::report
