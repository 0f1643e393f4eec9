// A file of records: every line accepted or refused, and the count balances.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/issuance/rules.h"

namespace cicada::host::issuance {

/// What became of one record.
struct RecordOutcome {
  std::size_t line = 0;                   ///< in the file, from 1
  std::string number;                     ///< as far as the line could be read; printable
  std::string name;                       ///< the same
  std::optional<CheckedDossier> dossier;  ///< there when the record was accepted
  Findings findings;
  [[nodiscard]] bool accepted() const noexcept { return dossier.has_value(); }
  /// Refused, and only for a person to look at (no reject among the findings).
  [[nodiscard]] bool held() const noexcept;
};

/// The count at the end. Empty lines are no records.
struct BatchReport {
  std::size_t records = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;   ///< including those held
  std::size_t held = 0;      ///< of the refused: for a person to look at
  std::size_t warnings = 0;  ///< findings of severity warn, of all records
  std::size_t empty_lines = 0;
  [[nodiscard]] bool balances() const noexcept { return records == accepted + refused; }
};

/// Reads records line by line, applies every rule, and hands each outcome to `handle` in the file's order. One record
/// is in memory at a time. A number that an earlier line of the file had is refused (N02, naming that line). CRLF line
/// ends, a byte order mark and a last line without an end are taken as they come. Fails with io when reading fails.
[[nodiscard]] base::Result<BatchReport> read_batch(std::istream& records, const RuleContext& context,
                                                   const std::function<void(RecordOutcome&&)>& handle);

}  // namespace cicada::host::issuance
