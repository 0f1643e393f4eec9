// The library's objects for AES.
#pragma once

#include <cstddef>

#include "library.h"

namespace cicada::crypto::openssl {

/// AES in CBC mode for keys of 16, 24 or 32 octets; fetched once. Null for another size, or when no provider has it.
[[nodiscard]] const EVP_CIPHER* aes_cbc(std::size_t key_size) noexcept;

}  // namespace cicada::crypto::openssl
