#include "trust_option.h"

#include <fmt/format.h>

namespace cicada::tools {

namespace pki = host::pki;

CLI::Option* TrustOption::add_to(CLI::App& command) {
  command.add_flag("--strict", strict, "Tolerate no deviation from the standard");
  return command.add_option("--trust", path, "CSCA certificates and revocation lists: a file or a folder (DER, PEM)")
      ->check(not_empty())
      ->type_name("FILE|DIR");
}

std::expected<std::optional<pki::TrustStore>, Exit> TrustOption::load() const {
  if (path.empty()) return std::nullopt;
  auto store = pki::TrustStore::load(path);
  if (!store) return std::unexpected{complain(path.string(), store.error())};
  for (const auto& warning : store->warnings()) {
    complain(warning.file.string(), warning.error.describe() + " (left out of the trust store)", Exit::done);
  }
  return std::optional{*std::move(store)};
}

host::inspect::JudgeOptions TrustOption::judge(const std::optional<pki::TrustStore>& store) const {
  return {.trust = store ? &*store : nullptr, .policy = {.strict = strict}};
}

}  // namespace cicada::tools
