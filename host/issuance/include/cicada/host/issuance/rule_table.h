// Every rule there is: one table that rules, policies, stations, vault and pages look things up in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cicada/host/issuance/finding.h"

namespace cicada::host::issuance {

/// Who can decide a rule.
enum class DecidedBy : std::uint8_t {
  record,             ///< the record alone, or with a list (units, groups)
  batch,              ///< all records of one file
  journal,            ///< everything ever taken in (and, within one file, the batch)
  population_source,  ///< evidence that enrolment or the population database put into the record
  chip_line,          ///< the station, with the chip before it, or the files built for it
  vault,              ///< whoever holds the keys
};
/// "population source"
[[nodiscard]] std::string_view to_string(DecidedBy decider) noexcept;

/// What a policy may do to a rule.
enum class Freedom : std::uint8_t {
  fixed,  ///< nothing: a card against it would be unreadable, doubled, unsafe or of nobody
  free,   ///< any severity, or off
};

struct RuleInfo {
  std::string_view code;  ///< "D03"
  DecidedBy decided_by = DecidedBy::record;
  /// What the rule says at its strictest when no policy changes it. It may say less where it could put a text right, or
  /// where the case is milder.
  Severity severity = Severity::reject;
  Freedom freedom = Freedom::free;
  std::string_view field;  ///< of the record; "texts" for every text, "" where the record has nothing of it
  std::string_view english;
  std::string_view vietnamese;
};

/// In the order of the codes' groups: J, N, D, T, A, S, F, P, B, X, K, C.
[[nodiscard]] std::span<const RuleInfo> all_rules() noexcept;
/// Nothing (nullptr) when there is no such rule.
[[nodiscard]] const RuleInfo* rule_info(std::string_view code) noexcept;
/// The rule of "C06 keys" or "C03: DG1 and DG13 disagree", as stations and vaults write their reasons; nothing when the
/// text begins with no rule's code.
[[nodiscard]] const RuleInfo* rule_at_start_of(std::string_view text) noexcept;
/// A finding with the table's own words: for rules that stations and the vault decide. `value` is made printable.
[[nodiscard]] Finding finding_of(const RuleInfo& rule, std::string_view value);

}  // namespace cicada::host::issuance
