#include "applicable.h"

#include <algorithm>
#include <stdexcept>

#include "cicada/conformance/model/loader.h"

namespace cicada::tests {

namespace model = conformance::model;

namespace {
bool holds(const model::Needs& needs, const std::vector<std::string_view>& profiles) {
  return std::ranges::all_of(needs, [&](const auto& any) {
    return std::ranges::any_of(any,
                               [&](const auto& one) { return std::ranges::find(profiles, one) != profiles.end(); });
  });
}
}  // namespace

std::set<std::string> applicable_checks(DocumentKind kind) {
  std::set<std::string> names;
  for (const char letter : std::string_view{"ABCDEFGHIJKLNO"}) {
    const auto units = model::load_units(std::string{"../conformance/cases/LDS_"} + letter);
    if (!units) throw std::runtime_error(units.error().text);
    for (const auto& one : units->front().cases) {
      const auto* file_check = std::get_if<model::FileCheck>(&one.body);
      if (file_check != nullptr && holds(one.info.needs, profiles_of(kind))) names.insert(file_check->check);
    }
  }
  return names;
}

}  // namespace cicada::tests
