// Which case notices which fault: docs/conformance-coverage.md, written and read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/problem.h"

namespace cicada::tests::mutation {

/// One fault in one card.
struct Catch {
  std::string fault;
  std::string configuration;
  /// Of `failed` one or two, those that few other faults make fail: what the tests hold against the suite.
  std::vector<std::string> shown_by = {};
  std::vector<std::string> failed = {};  ///< cases that pass on the sound card; natural order
  std::size_t inconclusive = 0;          ///< further cases that could not be put because of the fault
};

struct Coverage {
  std::vector<Catch> catches = {};          ///< that failed at least one case, in the order of the faults
  std::set<std::string> unnoticed = {};     ///< faults that fail no case in any card
  std::vector<std::string> runnable = {};   ///< cases that can be run at all, natural order
  std::set<std::string> never_passed = {};  ///< of these, cases that no sound card passes

  /// Faults by case.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> by_case() const;
  /// Runnable cases that no fault makes fail.
  [[nodiscard]] std::vector<std::string> unproven() const;
  /// Fills `shown_by` anew.
  void choose();
};

/// "ISO7816_C_2" before "ISO7816_C_10", "LDS_A_1" after both.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b) noexcept;

/// The document as it stands in docs/.
[[nodiscard]] std::string write(const Coverage& coverage);
/// Refused: a table that is missing, a row that is none, a case or a fault twice in one table.
[[nodiscard]] base::Checked<Coverage> parse(std::string_view document);

}  // namespace cicada::tests::mutation
