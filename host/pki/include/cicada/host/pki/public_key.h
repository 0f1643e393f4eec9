// Public keys and signatures as certificates name them, turned into keys that can verify.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::host::pki {

using crypto::openssl::HashAlgorithm;

/// SHA-1 to SHA-512; nothing for any other identifier (MD5 among them).
[[nodiscard]] std::optional<HashAlgorithm> hash_by_oid(const asn1::Oid& oid) noexcept;
[[nodiscard]] const asn1::Oid& oid_of(HashAlgorithm hash) noexcept;
/// "SHA-256"
[[nodiscard]] std::string_view name_of(HashAlgorithm hash) noexcept;

enum class SignatureFamily : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa };

/// What an AlgorithmIdentifier means.
struct SignatureScheme {
  SignatureFamily family = SignatureFamily::ecdsa;
  /// The hash over the signed octets. Nothing where the identifier leaves it to CMS (rsaEncryption, ecPublicKey).
  std::optional<HashAlgorithm> hash;
  /// For rsa_pss. Nothing when the parameters are missing (field deviation): then hash and salt follow the digest.
  std::optional<crypto::openssl::PssParameters> pss;
};

/// Understands RSA PKCS#1 v1.5, RSA-PSS and ECDSA with SHA-1 to SHA-512 (9303-12 §4.1.6). Fails with unsupported for
/// any other algorithm, and malformed when parameters are broken or stand where none belong.
[[nodiscard]] base::Result<SignatureScheme> signature_scheme(const asn1::AlgorithmIdentifier& algorithm);

/// A public key that can verify.
class PublicKey {
 public:
  /// Takes RSA keys and EC keys: explicit parameters must be exactly those of a known curve, named curves are known by
  /// their identifier. Fails with security for explicit parameters of no known curve (CVE-2020-0601) and for a point
  /// that is not on its curve; with unsupported for other algorithms and curves, with malformed or bad_input for
  /// numbers that make no key.
  [[nodiscard]] static base::Result<PublicKey> create(const asn1::SubjectPublicKeyInfo& info);

  [[nodiscard]] const crypto::openssl::EcPublicKey* ec() const noexcept {
    return std::get_if<crypto::openssl::EcPublicKey>(&key_);
  }
  [[nodiscard]] const crypto::openssl::RsaPublicKey* rsa() const noexcept {
    return std::get_if<crypto::openssl::RsaPublicKey>(&key_);
  }
  /// "RSA 2048 bit", "EC brainpoolP256r1"
  [[nodiscard]] std::string describe() const;
  /// An EC key whose curve stands as a name; 9303-12 §4.1.6.3 asks for explicit parameters.
  [[nodiscard]] bool names_its_curve() const noexcept { return named_curve_; }
  /// RSA under 2048 bits, an EC curve under 224 bits, or a modulus with the fingerprint of CVE-2017-15361 (ROCA).
  [[nodiscard]] bool is_weak() const noexcept { return weak_; }

  /// Verifies `signature` over `message`; the hash is that of the scheme. Fails with security when it does not verify
  /// and when the scheme does not fit the key; with bad_input when the scheme names no hash.
  [[nodiscard]] base::Result<void> verify(const SignatureScheme& scheme, base::ByteView message,
                                          base::ByteView signature) const;
  /// The same over a digest made with `hash`, which must be the one that the scheme names, if it names one.
  [[nodiscard]] base::Result<void> verify_digest(const SignatureScheme& scheme, HashAlgorithm hash,
                                                 base::ByteView digest, base::ByteView signature) const;

 private:
  using Key = std::variant<crypto::openssl::RsaPublicKey, crypto::openssl::EcPublicKey>;
  explicit PublicKey(Key key) : key_(std::move(key)) {}

  Key key_;
  bool named_curve_ = false;
  bool weak_ = false;
  bool pss_only_ = false;
  std::optional<crypto::openssl::PssParameters> pss_restriction_ = {};
};

/// Key, algorithm and signature in one step: for certificates and revocation lists.
[[nodiscard]] base::Result<void> verify_signature(const asn1::AlgorithmIdentifier& algorithm,
                                                  const asn1::SubjectPublicKeyInfo& key, base::ByteView message,
                                                  base::ByteView signature);

/// Has the modulus (unsigned, big-endian) the structure of the keys that a flawed library made? Estonia had to renew
/// 760,000 cards for it (CVE-2017-15361). A stranger passes by chance in less than one of 10^7 cases.
[[nodiscard]] bool has_roca_fingerprint(base::ByteView modulus) noexcept;

}  // namespace cicada::host::pki
