// Keys of a secure messaging session.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/cipher.h"

namespace cicada::applet_sim::sm {

enum class Algorithm : std::uint8_t { tdes, aes128, aes192, aes256 };

/// The block cipher of an algorithm; 3DES has two keys.
[[nodiscard]] crypto::mbedtls::CipherAlgorithm cipher_of(Algorithm algorithm) noexcept;

struct SessionKeys {
  Algorithm algorithm = Algorithm::tdes;
  base::SecretBytes ks_enc;
  base::SecretBytes ks_mac;
};

/// KDF_Enc and KDF_MAC over a shared secret (9303-11 §9.7.1): SHA-1 for 3DES (with odd parity) and AES-128, SHA-256
/// for the longer AES keys. Fails with crypto.
[[nodiscard]] base::Result<SessionKeys> derive_session_keys(Algorithm algorithm, base::ByteView shared_secret);

/// K_pi = KDF(f(pi), 3) over an encoded password (9303-11 §9.7.3): the hash of the MRZ information, or the characters
/// of a CAN, PIN or PUK. Fails with crypto.
[[nodiscard]] base::Result<base::SecretBytes> derive_password_key(Algorithm algorithm, base::ByteView password);

}  // namespace cicada::applet_sim::sm
