#include "profiles.h"

#include <algorithm>
#include <array>
#include <vector>

namespace cicada::conformance::model {
namespace {

constexpr std::array<std::string_view, 43> kProfiles = {
    "ICAO",  // every chip
    "PLAIN",   "BAC",     "PACE",    "PACE-GM",  "PACE-IM", "PACE-CAM", "PACE-DH", "PACE-ECDH",
    "CAN",     "AA",      "AA-RSA",  "AA-ECDSA", "CA",      "CA-DH",    "CA-ECDH", "TA",
    "RSA",     "ECDSA",   "DATE",    "MIG",  // terminal authentication, its root's key, and what it may change
    "DG3",     "DG4",     "DG5",     "DG6",      "DG7",     "DG8",      "DG9",     "DG10",
    "DG11",    "DG12",    "DG13",    "DG16",     "MF",      "OddIns",   "EFATR",   "LDS2",
    "19794-5", "39794-5", "19794-4", "19794-6",  "39794-4", "39794-6"};

/// When the first is claimed, one of the others has to be.
struct Rule {
  std::string_view profile;
  std::vector<std::string_view> needs;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> kRules = {
      {"ICAO", {"PLAIN", "BAC", "PACE"}},
      {"PACE", {"PACE-GM", "PACE-IM", "PACE-CAM"}},
      {"PACE", {"PACE-DH", "PACE-ECDH"}},
      {"PACE-GM", {"PACE"}},
      {"PACE-IM", {"PACE"}},
      {"PACE-CAM", {"PACE-ECDH"}},
      {"PACE-DH", {"PACE"}},
      {"PACE-ECDH", {"PACE"}},
      {"CAN", {"PACE"}},
      {"AA", {"AA-RSA", "AA-ECDSA"}},
      {"AA-RSA", {"AA"}},
      {"AA-ECDSA", {"AA"}},
      {"CA", {"CA-DH", "CA-ECDH"}},
      {"CA-DH", {"CA"}},
      {"CA-ECDH", {"CA"}},
      {"TA", {"CA", "PACE-CAM"}},
      {"TA", {"RSA", "ECDSA"}},
      {"RSA", {"TA"}},
      {"ECDSA", {"TA"}},
      {"DATE", {"TA"}},
      {"MIG", {"TA"}},
      {"19794-4", {"DG3"}},
      {"39794-4", {"DG3"}},
      {"19794-6", {"DG4"}},
      {"39794-6", {"DG4"}},
  };
  return kRules;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kExclusive = {{
    {"PLAIN", "BAC"},
    {"PLAIN", "PACE"},
    {"AA-RSA", "AA-ECDSA"},
    {"19794-5", "39794-5"},
    {"19794-4", "39794-4"},
    {"19794-6", "39794-6"},
}};

}  // namespace

std::span<const std::string_view> known_profiles() noexcept {
  return kProfiles;
}

bool is_profile(std::string_view word) noexcept {
  return std::ranges::find(kProfiles, word) != kProfiles.end();
}

std::string contradiction(const std::set<std::string>& claimed) {
  const auto claims = [&](std::string_view profile) { return claimed.contains(std::string{profile}); };
  for (const auto& rule : rules()) {
    if (!claims(rule.profile) || std::ranges::any_of(rule.needs, claims)) continue;
    std::string wanted;
    for (const auto need : rule.needs) wanted.append(wanted.empty() ? "" : " or ").append(need);
    return std::string{rule.profile} + " needs " + wanted;
  }
  for (const auto& [one, other] : kExclusive) {
    if (claims(one) && claims(other)) return std::string{one} + " and " + std::string{other} + " exclude each other";
  }
  return {};
}

}  // namespace cicada::conformance::model
