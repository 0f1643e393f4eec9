// The key of active authentication, as DG15 and DG14 tell it, and what it verifies (9303-11 §6.1).
#pragma once

#include <optional>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::conformance::procedures {

class ActiveKey {
 public:
  /// Holds nothing; verifies nothing.
  ActiveKey() = default;
  /// 6F {SubjectPublicKeyInfo}. Fails with malformed, unsupported (neither RSA nor ECDSA on a known curve), limit.
  [[nodiscard]] static base::Result<ActiveKey> from_dg15(base::ByteView dg15);

  /// Octets: the modulus, or r || s.
  [[nodiscard]] std::size_t signature_size() const noexcept;

  /// The hash that DG14's ActiveAuthenticationInfo names. Fails with not_found, unsupported (SHA-1 and RIPEMD-160,
  /// which 9303-11 §6.1.2.3 forbids), bad_input (longer than the key), malformed.
  [[nodiscard]] base::Result<void> take_hash(base::ByteView dg14);
  /// ECDSA, plain, over RND.IFD. Fails with security, malformed; conflict without a hash or of an RSA key.
  [[nodiscard]] base::Result<void> verify(base::ByteView challenge, base::ByteView signature) const;

  /// RSA with message recovery (ISO/IEC 9796-2 scheme 1, partial recovery): 6A || M1 || H(M1 || RND.IFD) || trailer;
  /// the trailer names the hash. Gives M1. Fails with security, malformed, unsupported; conflict of another key.
  [[nodiscard]] base::Result<base::Bytes> recover(base::ByteView challenge, base::ByteView signature) const;

 private:
  struct Rsa {
    crypto::openssl::RsaPublicKey key;
    base::Bytes modulus;
  };
  std::variant<std::monostate, Rsa, crypto::openssl::EcPublicKey> key_;
  std::optional<crypto::openssl::HashAlgorithm> hash_;
};

}  // namespace cicada::conformance::procedures
