// Keys of a secure messaging session.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::sm {

enum class Algorithm : std::uint8_t { tdes, aes128, aes192, aes256 };

struct SessionKeys {
  Algorithm algorithm = Algorithm::tdes;
  base::SecretBytes ks_enc;
  base::SecretBytes ks_mac;
};

/// KDF_Enc and KDF_MAC over a shared secret (9303-11 §9.7.1): SHA-1 for 3DES (with odd parity) and AES-128, SHA-256
/// for the longer AES keys. Fails with crypto.
[[nodiscard]] base::Result<SessionKeys> derive_session_keys(Algorithm algorithm, base::ByteView shared_secret);

}  // namespace cicada::applet_sim::sm
