// The keys of a line, in the folder of a country or in a token: one option for all commands that need a vault.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>

#include "app.h"
#include "cicada/host/vault/file_vault.h"

namespace cicada::tools {

/// Opens the vault in the token that the configuration `token` names, or, when that is empty, in the folder `pki`. What
/// is wrong is said on standard error.
[[nodiscard]] std::expected<std::unique_ptr<host::vault::Vault>, Exit> open_vault(const std::filesystem::path& pki,
                                                                                  const std::filesystem::path& token,
                                                                                  host::vault::VaultSettings settings);

}  // namespace cicada::tools
