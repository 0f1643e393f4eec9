#include "cicada/conformance/model/verdict.h"

namespace cicada::conformance::model {

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "fail";
    case Verdict::not_applicable: return "not-applicable";
    case Verdict::inconclusive: break;
  }
  return "inconclusive";
}

std::string_view to_string(Basis basis) noexcept {
  switch (basis) {
    case Basis::printed: return "printed";
    case Basis::inferred: return "inferred";
    case Basis::assumed: break;
  }
  return "assumed";
}

}  // namespace cicada::conformance::model
