// A vault whose keys lie in a PKCS#11 token.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cicada/base/problem.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/token/token.h"
#include "cicada/host/vault/file_vault.h"

namespace cicada::host::vault {

inline constexpr std::size_t kMaxTokenConfiguration = 64UL * 1024;

/// What a line's keys are called in a token: a TOML file (docs/keys.md).
struct TokenConfiguration {
  token::TokenSettings token;
  struct MasterKey {
    std::string label;
    pki::KeyCheckValue check{};
  };
  MasterKey transport, job;
  struct Signer {
    std::string label;                  ///< of the private key
    std::filesystem::path certificate;  ///< PEM
  };
  std::vector<Signer> signers;
  std::filesystem::path trust;  ///< CSCA certificates and revocation lists: a file or a folder
  SigningRules rules = {};
};

/// Paths in the file are relative to its folder. Refused with line and column: unknown keys, missing ones, values of
/// another form.
[[nodiscard]] base::Checked<TokenConfiguration> load_token_configuration(const std::filesystem::path& file);

/// Fails as token::Token::open, and with security when a master key is not the one of its check value (K03) or a
/// signer's key does not belong to its certificate. `settings.rules` is not looked at: the configuration has them.
[[nodiscard]] base::Result<std::unique_ptr<Vault>> open_token_vault(const TokenConfiguration& configuration,
                                                                    VaultSettings settings);

}  // namespace cicada::host::vault
