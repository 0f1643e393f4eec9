// Public keys and signatures as certificates name them, turned into keys that can verify.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/dsa.h"
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

enum class SignatureFamily : std::uint8_t {
  rsa_pkcs1,
  rsa_pss,
  ecdsa,        ///< SEQUENCE { r, s }
  ecdsa_plain,  ///< r || s (TR-03111 §5.2.1)
  dsa,          ///< SEQUENCE { r, s }
  of_the_key,   ///< the identifier names a hash only: PKCS#1 v1.5 or ECDSA, as the key is
};

/// What an AlgorithmIdentifier means.
struct SignatureScheme {
  SignatureFamily family = SignatureFamily::ecdsa;
  /// The hash over the signed octets. Nothing where the identifier leaves it to CMS (rsaEncryption, ecPublicKey).
  std::optional<HashAlgorithm> hash;
  /// For rsa_pss. Nothing when the parameters are missing (field deviation): then hash and salt follow the digest.
  std::optional<crypto::openssl::PssParameters> pss;
  bool pss_names_hash = true;       ///< false: the hash of `pss` is the default, nobody wrote it
  bool pss_names_mask_hash = true;  ///< the same for the hash of the mask generation
  /// What 9303-12 §4.1.6 does not know or does not allow there (deviation.h); verify_field_signature() hands it on.
  std::vector<std::string_view> deviations = {};
};

/// Understands RSA PKCS#1 v1.5, RSA-PSS and ECDSA with SHA-1 to SHA-512, DSA with SHA-1 to SHA-256 (9303-12 §4.1.6),
/// and with a deviation the other names that documents of the field have for them. Fails with unsupported for any other
/// algorithm, and malformed when RSA-PSS parameters are broken.
[[nodiscard]] base::Result<SignatureScheme> signature_scheme(const asn1::AlgorithmIdentifier& algorithm);

/// What the encoding of a key tells before it is made into one.
struct KeyForm {
  bool named_curve = false;  ///< an EC key whose curve stands as a name; 9303-12 §4.1.6.3 asks for explicit parameters
  /// RSA or DSA under 2048 bits, an EC curve under 224 bits, or a modulus with the fingerprint of CVE-2017-15361
  /// (ROCA).
  bool weak = false;
  bool negative = false;  ///< a number of an RSA key that stood there as a negative one: its leading 00 was forgotten
  bool pss_only = false;  ///< an RSA key that its identifier gives to RSA-PSS alone (RFC 4055 §1.2)
};
/// Fails as PublicKey::create(), except that a point is not looked at.
[[nodiscard]] base::Result<KeyForm> key_form(const asn1::SubjectPublicKeyInfo& info);

/// A public key that can verify.
class PublicKey {
 public:
  /// Takes RSA, DSA and EC keys: explicit parameters must be exactly those of a known curve, named curves are known by
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
  [[nodiscard]] const crypto::openssl::DsaPublicKey* dsa() const noexcept {
    return std::get_if<crypto::openssl::DsaPublicKey>(&key_);
  }
  /// "RSA 2048 bit", "EC brainpoolP256r1"
  [[nodiscard]] std::string describe() const;
  // See KeyForm.
  [[nodiscard]] bool names_its_curve() const noexcept { return form_.named_curve; }
  [[nodiscard]] bool is_weak() const noexcept { return form_.weak; }
  [[nodiscard]] bool is_for_pss_only() const noexcept { return form_.pss_only; }

  /// May RSA-PSS signatures of this key have these parameters? The key's own identifier may restrict them (RFC 4055
  /// §3.3).
  [[nodiscard]] bool allows(const crypto::openssl::PssParameters& parameters) const noexcept;

  /// Verifies `signature` over `message`; the hash is that of the scheme. Fails with security when it does not verify
  /// and when the scheme does not fit the key; with bad_input when the scheme names no hash.
  [[nodiscard]] base::Result<void> verify(const SignatureScheme& scheme, base::ByteView message,
                                          base::ByteView signature) const;
  /// The same over a digest made with `hash`, which must be the one that the scheme names, if it names one.
  [[nodiscard]] base::Result<void> verify_digest(const SignatureScheme& scheme, HashAlgorithm hash,
                                                 base::ByteView digest, base::ByteView signature) const;

 private:
  using Key = std::variant<crypto::openssl::RsaPublicKey, crypto::openssl::EcPublicKey, crypto::openssl::DsaPublicKey>;
  PublicKey(Key key, KeyForm form) : key_(std::move(key)), form_(form) {}

  Key key_;
  KeyForm form_;
  std::optional<crypto::openssl::PssParameters> pss_restriction_ = {};
};

/// So many keys and certificates of signers are kept as they were taken apart.
inline constexpr std::size_t kMaxKeptSigners = 16;

/// PublicKey::create(), for keys of certificates: the ones that were used last are kept, so that a signer's key is not
/// made anew for each of his documents. Only keys that could be made are; nothing about them is trusted.
[[nodiscard]] base::Result<std::shared_ptr<const PublicKey>> kept_public_key(const asn1::SubjectPublicKeyInfo& info);

/// Key, algorithm and signature in one step, by the letter of the standards.
[[nodiscard]] base::Result<void> verify_signature(const asn1::AlgorithmIdentifier& algorithm,
                                                  const asn1::SubjectPublicKeyInfo& key, base::ByteView message,
                                                  base::ByteView signature);

/// Has the modulus (unsigned, big-endian) the structure of the keys that a flawed library made? Estonia had to renew
/// 760,000 cards for it (CVE-2017-15361). A stranger passes by chance in less than one of 10^7 cases.
[[nodiscard]] bool has_roca_fingerprint(base::ByteView modulus) noexcept;

}  // namespace cicada::host::pki
