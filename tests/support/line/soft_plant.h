// The keys of a plant in a token of SoftHSM2.
#pragma once

#include <filesystem>
#include <memory>

#include "cicada/host/vault/vault.h"
#include "plant.h"
#include "soft_token.h"

namespace cicada::test {

/// Copies what a station needs into the token, and writes `token.toml` beside the country's folder: its path. `module`:
/// the PKCS#11 library.
[[nodiscard]] std::filesystem::path put_into_token(const tests::SoftToken& token, const Plant& plant,
                                                   const std::filesystem::path& module = tests::SoftToken::module());
/// Throws when the token is not there.
[[nodiscard]] std::unique_ptr<host::vault::Vault> open_vault(const std::filesystem::path& configuration,
                                                             host::vault::HoldsFence holds);

}  // namespace cicada::test
