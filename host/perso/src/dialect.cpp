#include "cicada/host/perso/dialect.h"

#include <algorithm>
#include <array>

#include "cicada_1.h"

namespace cicada::host::perso {

std::span<const Dialect> dialects() noexcept {
  static constexpr std::array kDialects{cicada_1::kDialect};
  return kDialects;
}

const Dialect* find_dialect(std::string_view name) noexcept {
  const auto all = dialects();
  const auto found = std::ranges::find(all, name, &Dialect::name);
  return found == all.end() ? nullptr : &*found;
}

Plan make_key_plan(const Profile& profile) {
  const auto* dialect = find_dialect(profile.dialect);
  return dialect == nullptr ? Plan{} : dialect->key_plan(profile);
}

Plan make_erase_plan(const Profile& profile) {
  const auto* dialect = find_dialect(profile.dialect);
  return dialect == nullptr ? Plan{} : dialect->erase_plan(profile);
}

Checked<Plan> make_plan(const Profile& profile, const Content& content) {
  const auto* dialect = find_dialect(profile.dialect);
  if (dialect == nullptr) {
    return std::unexpected(Problem{.fault = base::Fault::bad_input, .text = "unknown dialect " + profile.dialect});
  }
  return dialect->plan(profile, content);
}

}  // namespace cicada::host::perso
