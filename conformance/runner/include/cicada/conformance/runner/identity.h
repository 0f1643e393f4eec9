// What makes two runs the same run: a journal of one may only be continued by the other.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/base/error.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/runner/plan.h"

namespace cicada::conformance::runner {

/// Names and values, in a fixed order: "program", "target", "statement", "selection", "order", "changes", "cases".
/// "statement" and "cases" are SHA-256 over what is in them; what opens the document is left out, because a hash of six
/// digits hides nothing.
using Identity = std::vector<std::pair<std::string, std::string>>;

struct Circumstances {
  std::string program;  ///< "cicada 0.1.0"
  std::string target;   ///< "card file x.card"
  bool allow_changes = false;
};

/// Fails with crypto.
[[nodiscard]] base::Result<Identity> identity_of(const Plan& plan, const model::Ics& ics,
                                                 const Circumstances& circumstances);

}  // namespace cicada::conformance::runner
