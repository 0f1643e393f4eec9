// A private key that signs what certificates, revocation lists and security objects hold.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/x509.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/public_key.h"
#include "cicada/host/pki/signing_key.h"

namespace cicada::host::pki {

/// How an EC public key says which curve it is on.
enum class EcParameterForm : std::uint8_t {
  explicit_parameters,  ///< all domain parameters: what 9303-12 §4.1.6.3 asks for; stock OpenSSL refuses such chains
  named_curve,          ///< the curve's object identifier
};

class Signer {
 public:
  /// The hash follows the key: SHA-256 up to 256 bit curves and for RSA, SHA-384 up to 384, else SHA-512. RSA signs
  /// PKCS#1 v1.5.
  explicit Signer(std::unique_ptr<const SigningKey> key);
  explicit Signer(crypto::openssl::PrivateKey key) : Signer(signing_key(std::move(key))) {}

  [[nodiscard]] HashAlgorithm hash() const noexcept { return hash_; }
  /// Without parameters, as 9303-10 wants it in CMS.
  [[nodiscard]] asn1::AlgorithmIdentifier digest_algorithm() const;
  [[nodiscard]] const asn1::AlgorithmIdentifier& signature_algorithm() const noexcept { return algorithm_; }

  /// Hashes `message` and signs. ECDSA signatures are DER. Fails as SigningKey::sign_digest().
  [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) const;
  /// Several messages, an answer for each; fails as SigningKey::sign_digests().
  [[nodiscard]] std::vector<base::Result<base::Bytes>> sign_each(std::span<const base::ByteView> messages) const;

  /// DER of the SubjectPublicKeyInfo; `form` matters for EC keys only.
  [[nodiscard]] base::Result<base::Bytes> public_key_info(EcParameterForm form) const;
  /// Does the certificate carry the public half of this key?
  [[nodiscard]] bool matches(const asn1::Certificate& certificate) const;

 private:
  std::unique_ptr<const SigningKey> key_;
  HashAlgorithm hash_ = HashAlgorithm::sha256;
  asn1::AlgorithmIdentifier algorithm_;
};

/// A document signer: its certificate and the key that belongs to it.
struct DocumentSigner {
  asn1::Certificate certificate;
  Signer signer;
};

/// May this document signer sign a card at this moment? Fails with conflict outside the certificate's validity or the
/// private key usage period (9303-12 §4.1.1.2).
[[nodiscard]] base::Result<void> check_usable(const DocumentSigner& signer, base::Instant at);

}  // namespace cicada::host::pki
