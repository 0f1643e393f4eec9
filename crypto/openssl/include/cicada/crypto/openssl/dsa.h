// DSA signatures (FIPS 186-4): documents of the first years have them (9303-12 §4.1.6.2), nothing new does.
#pragma once

#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/modp_group.h"

namespace cicada::crypto::openssl {

/// Unsigned big-endian integers.
struct DsaDomain {
  base::Bytes p, q, g;
};

/// Several threads may use one object.
class DsaPublicKey {
 public:
  /// Fails with bad_input for a p under 1024 or over 3072 bits, a q under 160 or over 256 bits, and when g or y is not
  /// between 1 and p - 1; with security when y is not of order q.
  [[nodiscard]] static base::Result<DsaPublicKey> create(const DsaDomain& domain, base::ByteView y);
  DsaPublicKey(const DsaPublicKey&) = delete;
  DsaPublicKey& operator=(const DsaPublicKey&) = delete;
  DsaPublicKey(DsaPublicKey&&) noexcept;
  DsaPublicKey& operator=(DsaPublicKey&&) noexcept;
  ~DsaPublicKey();

  [[nodiscard]] std::size_t prime_bits() const noexcept;
  /// Verifies a signature in DER (SEQUENCE { r, s }) over `digest` (already hashed, 20 to 64 octets; truncated to the
  /// bits of q). Fails with security when it does not verify.
  [[nodiscard]] base::Result<void> verify_der(base::ByteView digest, base::ByteView signature) const;

 private:
  struct State;
  explicit DsaPublicKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// A key for documents that are made to be read in tests. Several threads may use one object.
class DsaPrivateKey {
 public:
  /// In a group of RFC 5114, which all have the sizes that DSA knows.
  [[nodiscard]] static base::Result<DsaPrivateKey> generate(Modp group);
  DsaPrivateKey(const DsaPrivateKey&) = delete;
  DsaPrivateKey& operator=(const DsaPrivateKey&) = delete;
  DsaPrivateKey(DsaPrivateKey&&) noexcept;
  DsaPrivateKey& operator=(DsaPrivateKey&&) noexcept;
  ~DsaPrivateKey();

  [[nodiscard]] const DsaDomain& domain() const noexcept;
  [[nodiscard]] const base::Bytes& public_value() const noexcept;  ///< y, without leading zeros
  /// `digest` as in verify_der.
  [[nodiscard]] base::Result<base::Bytes> sign_der(base::ByteView digest) const;

 private:
  struct State;
  explicit DsaPrivateKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::openssl
