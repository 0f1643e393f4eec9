// A document whose files a test can bend: every field is open until it is issued. Made with encoders of its own, so
// that checks of files are not asked about what the host's builders made of them.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/extensions.h"
#include "cicada/asn1/oid.h"
#include "cicada/asn1/tlv.h"
#include "cicada/conformance/lds/checks.h"
#include "cicada/crypto/openssl/private_key.h"

namespace cicada::tests {

using base::Bytes;
using base::ByteView;
using conformance::lds::File;

/// The value of a result that a test cannot do without.
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

/// What day it is in these tests.
[[nodiscard]] base::Instant lds_today();

// ---- editing octets
// --------------------------------------------------------------------------------------------------
using Edit = std::function<Bytes(const Bytes& whole)>;  ///< an object for an object; nothing or several are allowed
/// Changes the first object with each tag on the way down; the lengths around it become right again.
[[nodiscard]] Bytes edited(ByteView objects, const std::vector<asn1::Tag>& path, const Edit& edit);
/// The same object with another value.
[[nodiscard]] Edit with_value(Bytes value);
/// The same object with another tag.
[[nodiscard]] Edit with_tag(asn1::Tag tag);
/// Without it.
[[nodiscard]] Edit without();
/// With octets behind it.
[[nodiscard]] Edit followed_by(Bytes more);
/// The text's octets.
[[nodiscard]] Bytes text_octets(std::string_view text);
/// SEQUENCE of these.
[[nodiscard]] Bytes sequence(std::initializer_list<ByteView> parts);

// ---- keys, certificates, SignedData ---------------------------------------------------------------------------------
enum class Scheme : std::uint8_t { ecdsa_sha256, rsa_pss_sha256, rsa_pkcs1_sha256 };
[[nodiscard]] Bytes algorithm_der(Scheme scheme);
[[nodiscard]] Bytes sha256_der();
[[nodiscard]] Bytes sign(Scheme scheme, const crypto::openssl::PrivateKey& key, ByteView message);
/// Explicit parameters for EC.
[[nodiscard]] Bytes public_key_der(const crypto::openssl::PrivateKey& key);

/// A certificate's parts, each whole in DER.
struct CertificateRecipe {
  Bytes version, serial, algorithm, issuer, validity, subject, key;
  Bytes unique_identifiers;
  std::vector<asn1::Extension> extensions;
  std::vector<Bytes> more_extensions;  ///< whole, behind the others
  std::optional<Bytes> outer_algorithm;
  Scheme scheme = Scheme::ecdsa_sha256;

  [[nodiscard]] Bytes issue(const crypto::openssl::PrivateKey& issuer_key) const;
};

struct SignedDataRecipe {
  Bytes version;
  std::vector<Bytes> digest_algorithms;
  asn1::Oid content_type;
  Bytes content;
  bool with_content = true;
  std::optional<std::vector<Bytes>> certificates;  ///< instead of the signer's
  bool with_certificates = true;
  Bytes revocation_lists;  ///< [1], whole
  Bytes signer_version;
  bool by_key_identifier = false;
  std::optional<Bytes> signer_identifier;  ///< instead of the right one
  Bytes digest_algorithm;
  bool with_attributes = true;
  std::optional<Bytes> digest_value;                           ///< instead of the right one
  std::function<void(std::vector<Bytes>&)> change_attributes;  ///< before they are signed
  std::optional<Bytes> signature_algorithm;                    ///< instead of the right one
  std::function<void(Bytes&)> change_signature;
  bool without_signer = false;

  [[nodiscard]] Bytes seal(const CertificateRecipe& signer, Scheme scheme, const crypto::openssl::PrivateKey& key,
                           ByteView signer_certificate) const;
};

/// What EF.SOD says.
struct SecurityObjectRecipe {
  Bytes version;
  Bytes hash_algorithm;
  Bytes version_info;  ///< empty: none
  std::function<void(std::vector<Bytes>&)> change_hashes;
  std::function<void(Bytes&)> change_octets;  ///< of the whole LDSSecurityObject
};

// ---- the document ---------------------------------------------------------------------------------------------------
enum class DocumentKind : std::uint8_t {
  passport,       ///< TD3, ISO/IEC 19794, PACE with chip authentication mapping, all files
  identity_card,  ///< TD1, ISO/IEC 39794, RSA for active authentication, security object of version 1
  residence_card  ///< TD2, PACE with explicit parameters, DH for chip authentication, RSASSA-PSS
};

struct LdsDocument {
  DocumentKind kind = DocumentKind::passport;
  const crypto::openssl::PrivateKey* csca_key = nullptr;  ///< lives as long as the program
  const crypto::openssl::PrivateKey* ds_key = nullptr;
  Scheme ds_scheme = Scheme::ecdsa_sha256;
  CertificateRecipe csca, ds;
  std::map<File, Bytes> files;  ///< all but EF.SOD and EF.CardSecurity
  std::string printed_mrz;
  SecurityObjectRecipe security_object;
  SignedDataRecipe sod;
  std::vector<Bytes> card_security_infos;                ///< empty: no EF.CardSecurity
  std::function<void(Bytes&)> change_card_security_set;  ///< before it is signed
  SignedDataRecipe card_security;
  std::map<File, std::function<void(Bytes&)>> afterwards;  ///< last change of a file, not signed

  /// All files, signed as they stand, and what stands beside them.
  [[nodiscard]] conformance::lds::Evidence issue() const;
};

[[nodiscard]] LdsDocument sound_document(DocumentKind kind);
/// Profiles that the document may claim, as cases need them.
[[nodiscard]] std::vector<std::string_view> profiles_of(DocumentKind kind);

}  // namespace cicada::tests
