// AES in Galois/counter mode: data at rest that is encrypted and authenticated in one pass (SP 800-38D).
#pragma once

#include <cstddef>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::crypto::openssl {

inline constexpr std::size_t kGcmKeySize = 32;    ///< AES-256
inline constexpr std::size_t kGcmNonceSize = 12;  ///< never twice under one key
inline constexpr std::size_t kGcmTagSize = 16;

/// Encrypts `data` where it stands and writes the tag over `associated` and the ciphertext into `tag`. Fails with
/// bad_input for a key, nonce or tag of another size than above, limit over 2 GiB, crypto.
[[nodiscard]] base::Result<void> encrypt_gcm(base::ByteView key, base::ByteView nonce, base::ByteView associated,
                                             base::MutableByteView data, base::MutableByteView tag);
/// The way back, in place. Fails with security when a bit of anything is not as it was; `data` then holds zeros.
[[nodiscard]] base::Result<void> decrypt_gcm(base::ByteView key, base::ByteView nonce, base::ByteView associated,
                                             base::MutableByteView data, base::ByteView tag);

}  // namespace cicada::crypto::openssl
