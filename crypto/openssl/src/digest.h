// The library's object for a hash function.
#pragma once

#include "cicada/crypto/openssl/hash.h"
#include "library.h"

namespace cicada::crypto::openssl {

/// Fetched once; null when no provider has it.
[[nodiscard]] const EVP_MD* digest_of(HashAlgorithm algorithm) noexcept;

}  // namespace cicada::crypto::openssl
