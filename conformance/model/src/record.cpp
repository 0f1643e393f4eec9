#include "cicada/conformance/model/record.h"

namespace cicada::conformance::model {

std::map<Verdict, std::size_t> RunRecord::totals() const {
  std::map<Verdict, std::size_t> totals;
  for (const auto& record : records) ++totals[record.outcome.verdict];
  return totals;
}

}  // namespace cicada::conformance::model
