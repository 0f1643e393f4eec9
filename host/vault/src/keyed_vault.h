// What every vault does, wherever its keys lie.
#pragma once

#include <memory>

#include "cicada/host/vault/document_signers.h"
#include "cicada/host/vault/vault.h"
#include "derivation.h"

namespace cicada::host::vault {

struct Keys {
  std::unique_ptr<const MasterMac> transport = {};
  std::unique_ptr<const MasterMac> job = {};
  std::unique_ptr<DocumentSigners> signers = {};
  std::size_t together = 1;  ///< Vault::together()
};

[[nodiscard]] std::unique_ptr<Vault> keyed_vault(Keys keys, HoldsFence holds);

}  // namespace cicada::host::vault
