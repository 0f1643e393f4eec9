// Key derivation (9303-11 §9.7.1), the reader's own implementation.
#pragma once

#include <cstdint>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::access {

enum class KeyKind : std::uint8_t { tdes, aes128, aes192, aes256 };
/// The counter c of the key derivation function.
enum class KeyUse : std::uint8_t { encryption = 1, authentication = 2, password = 3 };

/// KDF(K, c) = H(K || c) cut to the key's size: SHA-1 for 3DES (16 octets, parity adjusted) and AES-128, SHA-256 for
/// AES-192 and AES-256.
[[nodiscard]] base::Result<base::SecretBytes> derive_key(base::ByteView shared_secret, KeyKind kind, KeyUse use);

}  // namespace cicada::host::access
