// The law as data: ages, bands, limits, and how severe each rule is.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/problem.h"
#include "cicada/host/issuance/finding.h"
#include "cicada/host/issuance/portrait.h"
#include "cicada/host/issuance/units.h"

namespace cicada::host::issuance {

/// What the record rules take from the law. Files in personalization-scripts/policies; docs/record-rules.md.
struct Policy {
  std::string name = "law-2021";
  std::string law = "Law on citizen identification of 2014";
  /// Days of issue for which it holds, first and last.
  base::Date from{std::chrono::year{2021}, std::chrono::January, std::chrono::day{1}};
  std::optional<base::Date> until = base::Date{std::chrono::year{2024}, std::chrono::June, std::chrono::day{30}};

  /// By code; nothing: the rule is off. See apply().
  std::map<std::string, std::optional<Severity>, std::less<>> severities = {};

  /// Years of age on the day of issue, if not said otherwise.
  struct Ages {
    unsigned card = 14;     ///< the youngest holder
    unsigned face = 0;      ///< the youngest who has a portrait on the card; younger ones must have none
    unsigned guardian = 0;  ///< whoever is younger needs a guardian's name
    unsigned man_marries = 20;
    unsigned woman_marries = 18;
    unsigned parent = 12;  ///< years between a parent's birth and the child's
    bool operator==(const Ages&) const = default;
  } ages = {};

  struct Expiry {
    std::vector<unsigned> birthdays = {25, 40, 60};  ///< a card ends on the next one; rising
    unsigned grace = 2;                              ///< years before one in which a card already lasts to the next
    bool operator==(const Expiry&) const = default;
  } expiry = {};

  /// The circulars that gave the digits of a number their meaning ended the day before: N04 only warns about people
  /// born since.
  base::Date number_scheme_ends{std::chrono::year{2024}, std::chrono::July, std::chrono::day{1}};
  PortraitLimits portrait = {};
  unsigned portrait_max_days = 0;           ///< P05: days that a portrait may be older than the capture
  unsigned finger_min_quality = 20;         ///< B02
  bool population_required = false;         ///< X01: a record without a look-up is refused
  unsigned first_january_percent = 20;      ///< D02: share of a commune's births on 1 January that is suspicious
  unsigned first_january_least = 50;        ///< D02: records of a commune below which nothing is said
  std::shared_ptr<const Units> units = {};  ///< A01; none: not decided
};

/// What cicada knows without a file. The files law-2021.toml and law-2024.toml say the same, held by a test.
[[nodiscard]] const Policy& law_2021();
[[nodiscard]] const Policy& law_2024();
/// The law in force on the day of issue: of 2014 (in its form of 2021) before 1 July 2024, of 2023 since.
[[nodiscard]] const Policy& law_on(base::Date issue);

inline constexpr std::size_t kMaxPolicyFile = 256UL * 1024;

/// Reads a policy. A key that is left out keeps the default of struct Policy. Refused, with line and column: unknown
/// keys and rules, values out of their range, a severity for a rule that is fixed (rule_table.h). A file of units is
/// looked for beside the policy.
[[nodiscard]] base::Checked<Policy> load_policy(const std::filesystem::path& file);
/// The same from text; a units key is then refused.
[[nodiscard]] base::Checked<Policy> parse_policy(std::string_view toml, std::string_view file_name);

/// Gives every finding the severity that the policy has for its rule, and takes out those of rules that are off. A
/// finding that is milder than its rule's strictest already (a text that was put right) is only made milder still.
void apply(const Policy& policy, Findings& findings);
/// How severe a rule is under a policy at its strictest; nothing when it is off.
[[nodiscard]] std::optional<Severity> severity_under(const Policy& policy, std::string_view code);

}  // namespace cicada::host::issuance
