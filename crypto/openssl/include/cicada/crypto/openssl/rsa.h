// RSA signatures: PKCS#1 v1.5 and PSS.
#pragma once

#include <cstdint>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::crypto::openssl {

/// RSASSA-PSS parameters (RFC 4055).
struct PssParameters {
  HashAlgorithm hash = HashAlgorithm::sha256;
  HashAlgorithm mgf_hash = HashAlgorithm::sha256;
  std::uint32_t salt_length = 32;  ///< octets
};

/// Several threads may use one object.
class RsaPublicKey {
 public:
  /// Unsigned big-endian integers. Fails with bad_input for a modulus under 1024 or over 8192 bits, an even modulus,
  /// or an exponent that is even, 1, or longer than 8 octets.
  [[nodiscard]] static base::Result<RsaPublicKey> create(base::ByteView modulus, base::ByteView exponent);
  RsaPublicKey(const RsaPublicKey&) = delete;
  RsaPublicKey& operator=(const RsaPublicKey&) = delete;
  RsaPublicKey(RsaPublicKey&&) noexcept;
  RsaPublicKey& operator=(RsaPublicKey&&) noexcept;
  ~RsaPublicKey();

  [[nodiscard]] std::size_t modulus_bits() const noexcept;
  /// `digest` is already hashed with `hash`. Fail with security when the signature does not verify: for PKCS#1 v1.5 the
  /// whole encoding is compared, for PSS hash, mask hash and salt length are exactly those of `parameters` (bad_input
  /// when such a salt does not fit into the key).
  [[nodiscard]] base::Result<void> verify_pkcs1(HashAlgorithm hash, base::ByteView digest,
                                                base::ByteView signature) const;
  [[nodiscard]] base::Result<void> verify_pss(const PssParameters& parameters, base::ByteView digest,
                                              base::ByteView signature) const;

  // What documents of the field need beside that; each is a deviation of the caller's. Fail as above.
  /// PKCS#1 v1.5 with a DigestInfo whose algorithm has no NULL: again the whole encoding is compared.
  [[nodiscard]] base::Result<void> verify_pkcs1_without_null(HashAlgorithm hash, base::ByteView digest,
                                                             base::ByteView signature) const;
  /// PSS with a salt of any length.
  [[nodiscard]] base::Result<void> verify_pss_any_salt(HashAlgorithm hash, HashAlgorithm mgf_hash,
                                                       base::ByteView digest, base::ByteView signature) const;

  /// signature^e mod n, as long as the modulus: for signatures with message recovery (ISO/IEC 9796-2). Fails with
  /// malformed when `signature` is not as long as the modulus, with security when it is not below it.
  [[nodiscard]] base::Result<base::Bytes> recover(base::ByteView signature) const;

 private:
  struct State;
  explicit RsaPublicKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// The numbers of a private key, unsigned big-endian, no leading zero: for cards that are given a key.
struct RsaNumbers {
  base::SecretBytes exponent;                ///< d
  base::SecretBytes prime_p, prime_q;        ///< p > q
  base::SecretBytes exponent_p, exponent_q;  ///< d mod p-1, d mod q-1
  base::SecretBytes coefficient;             ///< q^-1 mod p
};

/// Several threads may use one object.
class RsaPrivateKey {
 public:
  /// `bits`: 2048, 3072 or 4096; public exponent 65537.
  [[nodiscard]] static base::Result<RsaPrivateKey> generate(std::size_t bits);
  RsaPrivateKey(const RsaPrivateKey&) = delete;
  RsaPrivateKey& operator=(const RsaPrivateKey&) = delete;
  RsaPrivateKey(RsaPrivateKey&&) noexcept;
  RsaPrivateKey& operator=(RsaPrivateKey&&) noexcept;
  ~RsaPrivateKey();

  [[nodiscard]] base::Bytes modulus() const;   ///< unsigned big-endian, no leading zero
  [[nodiscard]] base::Bytes exponent() const;  ///< unsigned big-endian, no leading zero
  [[nodiscard]] base::Result<RsaNumbers> numbers() const;
  /// `digest` is already hashed with `hash`, else bad_input; the signature is as long as the modulus.
  [[nodiscard]] base::Result<base::Bytes> sign_pkcs1(HashAlgorithm hash, base::ByteView digest) const;
  [[nodiscard]] base::Result<base::Bytes> sign_pss(const PssParameters& parameters, base::ByteView digest) const;

 private:
  friend class PrivateKey;
  struct State;
  explicit RsaPrivateKey(std::unique_ptr<State> state) noexcept;
  /// Completes a state that holds nothing but the library's key.
  static base::Result<RsaPrivateKey> adopt(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::openssl
