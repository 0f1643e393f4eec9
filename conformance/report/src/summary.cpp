#include "cicada/conformance/report/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

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
  const auto rank = [&](std::size_t index) {
    constexpr std::array kOrder = {Verdict::fail, Verdict::inconclusive, Verdict::pass, Verdict::not_applicable};
    return std::ranges::find(kOrder, run.records[index].outcome.verdict) - kOrder.begin();
  };
  std::vector<std::size_t> order(run.records.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, rank);
  return order;
}

}  // namespace cicada::conformance::report
