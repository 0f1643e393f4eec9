// A vault whose keys lie in files: the folder of a country, for tests and small lines.
#pragma once

#include <filesystem>
#include <memory>

#include "cicada/base/clock.h"
#include "cicada/host/vault/document_signers.h"
#include "cicada/host/vault/vault.h"

namespace cicada::host::vault {

struct VaultSettings {
  /// Empty: nobody is asked. Right where no station has the job yet, in preparation; never at a station.
  HoldsFence holds = {};
  SigningRules rules = {};
  /// Empty: what others sign is not counted. Asked while a card waits to be signed, by one thread at a time.
  SignedBefore signed_before = {};
  std::shared_ptr<const base::Clock> clock = std::make_shared<const base::SystemClock>();
};

/// Opens the folder that `cicada pki init` made: ds.crt and ds.key, further signers as ds*.crt with ds*.key beside
/// them, the master keys, and their check values. Fails with not_found, malformed, security (K03: a master key is not
/// the one of its check value), bad_input when a key and its certificate do not belong together, io.
[[nodiscard]] base::Result<std::unique_ptr<Vault>> open_file_vault(const std::filesystem::path& country,
                                                                   VaultSettings settings);

}  // namespace cicada::host::vault
