#include "cicada/tests/mutation/coverage.h"

#include <algorithm>

namespace cicada::tests::mutation {

std::map<std::string, std::vector<std::string>> Coverage::by_case() const {
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& one : catches) {
    for (const auto& id : one.failed) {
      auto& faults = found[id];
      if (std::ranges::find(faults, one.fault) == faults.end()) faults.push_back(one.fault);
    }
  }
  return found;
}

std::vector<std::string> Coverage::unproven() const {
  const auto proven = by_case();
  std::vector<std::string> ids;
  std::ranges::copy_if(runnable, std::back_inserter(ids), [&](const auto& id) { return !proven.contains(id); });
  return ids;
}

void Coverage::choose() {
  constexpr std::size_t kShown = 2;
  const auto faults = by_case();
  std::map<std::string, std::size_t> shown;
  for (auto& one : catches) {
    // What nobody shows yet comes first, then what few faults make fail.
    auto order = one.failed;
    std::ranges::sort(order, [&](const std::string& a, const std::string& b) {
      const auto left = std::pair{shown[a], faults.at(a).size()};
      const auto right = std::pair{shown[b], faults.at(b).size()};
      return left != right ? left < right : natural_less(a, b);
    });
    order.resize(std::min(order.size(), kShown));
    std::ranges::sort(order, natural_less);
    for (const auto& id : order) ++shown[id];
    one.shown_by = std::move(order);
  }
}

}  // namespace cicada::tests::mutation
