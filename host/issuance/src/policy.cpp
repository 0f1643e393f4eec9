#include "cicada/host/issuance/policy.h"

#include <algorithm>

#include "cicada/host/issuance/rule_table.h"

namespace cicada::host::issuance {
namespace {

constexpr base::Date kLaw2023From{std::chrono::year{2024}, std::chrono::July, std::chrono::day{1}};

Policy make_law_2024() {
  Policy policy;
  policy.name = "law-2024";
  policy.law = "Law on identification of 2023";
  policy.from = kLaw2023From;
  policy.until = std::nullopt;
  policy.ages.card = 0;
  policy.ages.face = 6;
  policy.ages.guardian = 14;
  policy.expiry.birthdays = {14, 25, 40, 60};
  return policy;
}

}  // namespace

const Policy& law_2021() {
  static const Policy kLaw;
  return kLaw;
}

const Policy& law_2024() {
  static const Policy kLaw = make_law_2024();
  return kLaw;
}

const Policy& law_on(base::Date issue) {
  return issue < kLaw2023From ? law_2021() : law_2024();
}

std::optional<Severity> severity_under(const Policy& policy, std::string_view code) {
  if (const auto found = policy.severities.find(code); found != policy.severities.end()) return found->second;
  const auto* const rule = rule_info(code);
  return rule == nullptr ? Severity::reject : rule->severity;
}

void apply(const Policy& policy, Findings& findings) {
  if (policy.severities.empty()) return;
  std::erase_if(findings, [&](Finding& finding) {
    const auto found = policy.severities.find(finding.rule);
    if (found == policy.severities.end()) return false;
    if (!found->second) return true;
    const auto* const rule = rule_info(finding.rule);
    const bool strictest = rule == nullptr || finding.severity == rule->severity;
    finding.severity = strictest ? *found->second : std::min(finding.severity, *found->second);
    return false;
  });
}

}  // namespace cicada::host::issuance
