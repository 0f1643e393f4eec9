// A private key in a file: RSA or EC, PKCS#8.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::crypto::openssl {

/// Either kind of signing key, and its way into and out of a PKCS#8 PEM file.
class PrivateKey {
 public:
  explicit PrivateKey(EcPrivateKey key) : key_(std::move(key)) {}
  explicit PrivateKey(RsaPrivateKey key) : key_(std::move(key)) {}

  /// Reads the first "BEGIN PRIVATE KEY" block (of at most 32 blocks in 1 MiB); text before it is skipped. The numbers
  /// must belong together. Fails with malformed, with unsupported for another kind of key or curve, with bad_input for
  /// an RSA key that RsaPublicKey refuses, and with limit.
  [[nodiscard]] static base::Result<PrivateKey> from_pem(base::ByteView pem);
  /// PKCS#8 PEM, unencrypted, named curve. The text is secret: write it with mode 0600.
  [[nodiscard]] base::Result<base::SecretBytes> to_pem() const;

  [[nodiscard]] const EcPrivateKey* ec() const noexcept { return std::get_if<EcPrivateKey>(&key_); }
  [[nodiscard]] const RsaPrivateKey* rsa() const noexcept { return std::get_if<RsaPrivateKey>(&key_); }

 private:
  std::variant<EcPrivateKey, RsaPrivateKey> key_;
};

}  // namespace cicada::crypto::openssl
