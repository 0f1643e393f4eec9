// RSA on the card: the private operation of active authentication, and verifying what terminals sign.
#pragma once

#include <cstdint>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/crypto/mbedtls/hash.h"

namespace cicada::crypto::mbedtls {

/// RSASSA-PSS parameters (RFC 4055).
struct PssParameters {
  HashAlgorithm hash = HashAlgorithm::sha256;
  HashAlgorithm mgf_hash = HashAlgorithm::sha256;
  std::uint32_t salt_length = 32;  ///< octets
};

class RsaPublicKey {
 public:
  /// Unsigned big-endian integers. Fails with bad_input for a modulus under 1024 or over 4096 bits, an even modulus, or
  /// an exponent that is even, 1, or longer than 8 octets.
  [[nodiscard]] static base::Result<RsaPublicKey> create(base::ByteView modulus, base::ByteView exponent);
  RsaPublicKey(const RsaPublicKey&) = delete;
  RsaPublicKey& operator=(const RsaPublicKey&) = delete;
  RsaPublicKey(RsaPublicKey&&) noexcept;
  RsaPublicKey& operator=(RsaPublicKey&&) noexcept;
  ~RsaPublicKey();

  [[nodiscard]] std::size_t modulus_bits() const noexcept;
  /// `digest` is already hashed with `hash`. Fail with security when the signature does not verify; everything is
  /// compared exactly (the whole PKCS#1 encoding; hash, mask hash and salt length of PSS).
  [[nodiscard]] base::Result<void> verify_pkcs1(HashAlgorithm hash, base::ByteView digest,
                                                base::ByteView signature) const;
  [[nodiscard]] base::Result<void> verify_pss(const PssParameters& parameters, base::ByteView digest,
                                              base::ByteView signature) const;

 private:
  struct State;
  explicit RsaPublicKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// A private key on the card. Move-only, wiped.
class RsaPrivateKey {
 public:
  /// `bits`: 1024 to 4096, a multiple of 256; public exponent 65537; randomness from `rng`.
  [[nodiscard]] static base::Result<RsaPrivateKey> generate(std::size_t bits, base::Rng& rng);
  /// From the primes and the public exponent: what the card keeps in its memory. Fails with bad_input when they make no
  /// key.
  [[nodiscard]] static base::Result<RsaPrivateKey> create(base::ByteView p, base::ByteView q, base::ByteView exponent);
  /// From the modulus and the private exponent, as some cards are given a key; the public exponent is 65537, 3 or 17.
  /// Fails with bad_input when they make no key.
  [[nodiscard]] static base::Result<RsaPrivateKey> from_exponent(base::ByteView modulus,
                                                                 base::ByteView private_exponent);
  RsaPrivateKey(const RsaPrivateKey&) = delete;
  RsaPrivateKey& operator=(const RsaPrivateKey&) = delete;
  RsaPrivateKey(RsaPrivateKey&&) noexcept;
  RsaPrivateKey& operator=(RsaPrivateKey&&) noexcept;
  ~RsaPrivateKey();

  [[nodiscard]] base::Bytes modulus() const;   ///< unsigned big-endian, no leading zero
  [[nodiscard]] base::Bytes exponent() const;  ///< unsigned big-endian, no leading zero
  [[nodiscard]] base::Result<base::SecretBytes> prime_p() const;
  [[nodiscard]] base::Result<base::SecretBytes> prime_q() const;

  /// input^d mod n: `input` is as long as the modulus and below it, else bad_input; so is the result. Blinded with
  /// octets from `rng`; the result is checked against the public key before it leaves (fault attacks).
  [[nodiscard]] base::Result<base::Bytes> apply(base::ByteView input, base::Rng& rng) const;

 private:
  struct State;
  explicit RsaPrivateKey(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::mbedtls
