// A run in numbers.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cicada/conformance/model/record.h"

namespace cicada::conformance::report {

struct Counts {
  std::size_t pass = 0;
  std::size_t fail = 0;
  std::size_t not_applicable = 0;
  std::size_t inconclusive = 0;

  void add(model::Verdict verdict) noexcept;
  [[nodiscard]] std::size_t all() const noexcept { return pass + fail + not_applicable + inconclusive; }
};

struct UnitSummary {
  std::string unit;
  Counts counts;
  std::chrono::microseconds duration{0};
};

/// By name.
[[nodiscard]] std::vector<UnitSummary> by_unit(const model::RunRecord& run);
[[nodiscard]] Counts counts_of(const model::RunRecord& run);
/// Nothing failed, nothing was inconclusive, and the chip answered after every case as it did at the start.
[[nodiscard]] bool clean(const model::RunRecord& run);
/// Indices of the records, failures first, then what was inconclusive, passed, not applicable.
[[nodiscard]] std::vector<std::size_t> worst_first(const model::RunRecord& run);

}  // namespace cicada::conformance::report
