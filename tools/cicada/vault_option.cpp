#include "vault_option.h"

#include "cicada/host/vault/token_vault.h"
#include "terminal.h"

namespace cicada::tools {

namespace vault = host::vault;

std::expected<std::unique_ptr<vault::Vault>, Exit> open_vault(const std::filesystem::path& pki,
                                                              const std::filesystem::path& token,
                                                              vault::VaultSettings settings) {
  if (token.empty()) {
    auto opened = vault::open_file_vault(pki, std::move(settings));
    if (!opened) return std::unexpected{complain(pki.string(), opened.error())};
    return *std::move(opened);
  }
  const auto configuration = vault::load_token_configuration(token);
  if (!configuration) return std::unexpected{complain(configuration.error())};
  auto opened = vault::open_token_vault(*configuration, std::move(settings));
  if (!opened) return std::unexpected{complain(token.string(), opened.error())};
  return *std::move(opened);
}

}  // namespace cicada::tools
