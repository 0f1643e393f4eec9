// Signing once: the same digest gets the same signature.
#pragma once

#include <memory>

#include "cicada/host/pki/signing_key.h"

namespace cicada::host::vault {

/// Signatures that are remembered at most.
inline constexpr std::size_t kMaxRemembered = 4096;

/// Hands a digest on to `key` the first time it comes, and gives the signature of then ever after, until kMaxRemembered
/// others came. ECDSA draws a nonce, so that without this a repeated request would make a second, different EF.SOD for
/// one card.
[[nodiscard]] std::unique_ptr<const pki::SigningKey> remembering(std::unique_ptr<const pki::SigningKey> key);

}  // namespace cicada::host::vault
