// What the key objects hold.
#pragma once

#include "cicada/crypto/openssl/ec.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

struct EcPublicKey::State {
  Curve curve;
  base::Bytes point;
  Pkey key;
  KeptContext<EVP_PKEY_verify_init> verifying{};
};

struct EcPrivateKey::State {
  Curve curve;
  base::Bytes point;
  Pkey key;
  KeptContext<EVP_PKEY_sign_init> signing{};
};

/// The private number of a key on `curve`, order_size octets.
[[nodiscard]] base::Result<base::SecretBytes> private_scalar(const EVP_PKEY& key, Curve curve);

}  // namespace cicada::crypto::openssl
