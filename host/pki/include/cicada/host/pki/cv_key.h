// Keys of card-verifiable certificates: verifying, and signing with plain ECDSA or RSA.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::pki {

/// What an identifier id-TA-... means. RSA-PSS has its mask hash and salt length from the hash (9303-11 §7.1.5).
struct CvScheme {
  SignatureFamily family = SignatureFamily::ecdsa;
  HashAlgorithm hash = HashAlgorithm::sha256;
  friend bool operator==(const CvScheme&, const CvScheme&) = default;
};

/// Fails with unsupported for any other identifier.
[[nodiscard]] base::Result<CvScheme> cv_scheme(const asn1::Oid& algorithm);
/// The identifier of a scheme. Fails with unsupported for those that have none (RSA with SHA-224 or SHA-384).
[[nodiscard]] base::Result<asn1::Oid> cv_algorithm(const CvScheme& scheme);

/// A public key of a certificate, with the domain that it inherits.
class CvKey {
 public:
  /// `inherited`: the curve of the CVCA, for a key that brings no domain. Fails with security for a domain of no known
  /// curve and for a point off its curve, with malformed when an EC key has no domain from anywhere, with bad_input for
  /// RSA numbers that make no key, with unsupported.
  [[nodiscard]] static base::Result<CvKey> create(const asn1::CvPublicKey& key,
                                                  std::optional<crypto::openssl::Curve> inherited = std::nullopt);

  /// Over the message, which is hashed as the key's algorithm says. Fails with security.
  [[nodiscard]] base::Result<void> verify(base::ByteView message, base::ByteView signature) const;
  /// The curve; nothing for RSA.
  [[nodiscard]] std::optional<crypto::openssl::Curve> curve() const noexcept;
  [[nodiscard]] const CvScheme& scheme() const noexcept { return scheme_; }
  /// "EC brainpoolP256r1, SHA-256", "RSA 2048 bit, PSS, SHA-256"
  [[nodiscard]] std::string describe() const;

 private:
  using Key = std::variant<crypto::openssl::RsaPublicKey, crypto::openssl::EcPublicKey>;
  CvKey(Key key, CvScheme scheme) : key_(std::move(key)), scheme_(scheme) {}
  Key key_;
  CvScheme scheme_;
};

/// A private key and the algorithm with which it signs certificates, requests and a card's challenge.
class CvSigner {
 public:
  /// Fails with bad_input when the algorithm does not fit the key, with unsupported.
  [[nodiscard]] static base::Result<CvSigner> create(crypto::openssl::PrivateKey key, const asn1::Oid& algorithm);
  /// The hash follows the curve (SHA-256 up to 256 bits, SHA-384 up to 384, else SHA-512); RSA signs PSS with SHA-256.
  [[nodiscard]] static base::Result<CvSigner> create(crypto::openssl::PrivateKey key);

  /// Hashes and signs: r || s, or as long as the modulus. Fails with crypto.
  [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) const;
  /// The public half; `with_domain` for a CVCA and for requests.
  [[nodiscard]] asn1::CvPublicKey public_key(bool with_domain) const;
  [[nodiscard]] bool matches(const asn1::CvPublicKey& key) const;
  [[nodiscard]] std::optional<crypto::openssl::Curve> curve() const noexcept;

 private:
  CvSigner(crypto::openssl::PrivateKey key, const asn1::Oid& algorithm, CvScheme scheme)
      : key_(std::move(key)), algorithm_(algorithm), scheme_(scheme) {}
  crypto::openssl::PrivateKey key_;
  asn1::Oid algorithm_;
  CvScheme scheme_;
};

}  // namespace cicada::host::pki
