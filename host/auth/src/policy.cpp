// What is put up with, and what is not.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cicada/host/auth/deviation.h"
#include "passive_checks.h"

namespace cicada::host::auth {

namespace {

namespace certificates = pki::deviation;

/// Deviations of documents of the field that BSI TR-03105-5.1 wants an inspection system to refuse. The cases, and why
/// each is tolerated otherwise: conformance/decisions.md.
constexpr std::array kRefused = {
    deviation::kSignedDataVersion,     deviation::kSignerInfoVersion,      deviation::kDigestNotListed,
    deviation::kSignerByElimination,   deviation::kLdsVersionInfo,         deviation::kComDiffers,
    deviation::kComUnreadable,         deviation::kCardSecurityIncomplete, certificates::kAlgorithmNotAllowed,
    certificates::kVersionNotThree,    certificates::kDsWithoutAki,        certificates::kDsWithoutKeyUsage,
    certificates::kNameWithoutCountry,
};

bool is_refused(CheckName check, const std::string& name) {
  return check == CheckName::file_structure || std::ranges::find(kRefused, name) != kRefused.end();
}

/// What this policy does not tolerate among the check's deviations.
std::vector<std::string> refused_of(const Policy& policy, const Check& check) {
  // A check that was not made has tolerated nothing; an algorithm that nobody may use is refused all the same.
  if (policy.strict && check.result == CheckResult::passed) return check.deviations;
  std::vector<std::string> refused;
  if (!policy.conforming) return refused;
  std::ranges::copy_if(check.deviations, std::back_inserter(refused),
                       [&check](const std::string& name) { return is_refused(check.check, name); });
  return refused;
}

}  // namespace

void apply_policy(const Policy& policy, Check& check) {
  if (check.result == CheckResult::failed) return;
  const auto refused = refused_of(policy, check);
  if (refused.empty()) return;
  const bool explained = check.check == CheckName::file_structure && !check.reason.empty();
  check.result = CheckResult::failed;
  check.reason = fmt::format("deviations are not tolerated: {}{}", fmt::join(refused, ", "),
                             explained ? fmt::format(" ({})", check.reason) : "");
}

}  // namespace cicada::host::auth
