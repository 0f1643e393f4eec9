// What the key objects hold.
#pragma once

#include "cicada/crypto/openssl/rsa.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

struct RsaPublicKey::State {
  Pkey key;
};

struct RsaPrivateKey::State {
  base::Bytes modulus;
  base::Bytes exponent;
  Pkey key;
};

}  // namespace cicada::crypto::openssl
