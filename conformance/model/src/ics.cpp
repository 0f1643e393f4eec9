#include "cicada/conformance/model/ics.h"

#include <algorithm>

namespace cicada::conformance::model {

std::optional<std::string> Ics::missing(const Needs& needs) const {
  for (const auto& alternatives : needs) {
    if (std::ranges::any_of(alternatives, [&](const std::string& profile) { return claims(profile); })) continue;
    std::string entry;
    for (const auto& profile : alternatives) entry += (entry.empty() ? "" : "|") + profile;
    return entry;
  }
  return std::nullopt;
}

}  // namespace cicada::conformance::model
