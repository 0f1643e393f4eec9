// What a signer signs with: a key in memory, or one that stays in a token.
#pragma once

#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::pki {

struct EcHalf {
  crypto::openssl::Curve curve{};
  base::Bytes point;  ///< uncompressed
};
/// Unsigned, big-endian.
struct RsaHalf {
  base::Bytes modulus, exponent;
};
using PublicHalf = std::variant<EcHalf, RsaHalf>;

/// Several threads may use one object.
class SigningKey {
 public:
  SigningKey() = default;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  SigningKey(SigningKey&&) = delete;
  SigningKey& operator=(SigningKey&&) = delete;
  virtual ~SigningKey() = default;

  [[nodiscard]] virtual const PublicHalf& public_half() const noexcept = 0;
  /// Over `digest`, which was made with `hash`: ECDSA in DER, RSA as PKCS#1 v1.5. Fails with crypto, or with transport
  /// when the key lives elsewhere and cannot be reached now.
  [[nodiscard]] virtual base::Result<base::Bytes> sign_digest(HashAlgorithm hash, base::ByteView digest) const = 0;
  /// Several, an answer for each. A key that lives elsewhere is asked once; after the first failure it need not be
  /// asked for the others, which then fail with it.
  [[nodiscard]] virtual std::vector<base::Result<base::Bytes>> sign_digests(HashAlgorithm hash,
                                                                            std::span<const base::Bytes> digests) const;
};

/// A key in memory.
[[nodiscard]] std::unique_ptr<const SigningKey> signing_key(crypto::openssl::PrivateKey key);

}  // namespace cicada::host::pki
