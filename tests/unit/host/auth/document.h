// A document whose security object a test can bend: every field is open until it is sealed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../pki/authority.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/host/auth/passive.h"

namespace cicada::tests {

/// What a security object is made of. Signed as it stands when it is sealed.
struct SodRecipe {
  asn1::LdsSecurityObject list;
  std::optional<base::Bytes> content;  ///< instead of the encoded list
  bool detached = false;
  asn1::Oid content_type;
  std::uint32_t version = 3;
  std::vector<asn1::AlgorithmIdentifier> digest_algorithms;
  std::vector<base::Bytes> certificates;

  host::pki::HashAlgorithm digest = host::pki::HashAlgorithm::sha256;  ///< the one that is computed
  asn1::AlgorithmIdentifier digest_algorithm;                          ///< the one that is named
  asn1::AlgorithmIdentifier signature_algorithm;
  std::uint32_t signer_version = 1;
  base::Bytes signer_id;  ///< DER of IssuerAndSerialNumber, or [0] key identifier
  bool with_attributes = true;
  std::optional<asn1::Oid> attribute_content_type;
  std::optional<base::Bytes> attribute_digest;  ///< instead of the hash of the content
  bool with_attribute_digest = true;
  std::optional<base::Instant> signing_time;
  base::Bytes unsigned_attributes;  ///< [1], whole
  std::function<base::Bytes(base::ByteView)> sign;
  std::size_t signers = 1;  ///< how often the same SignerInfo stands there
};

/// A ContentInfo in a 77 object.
base::Bytes seal(const SodRecipe& recipe);
/// The same without the 77.
base::Bytes seal_content_info(const SodRecipe& recipe);

/// DER of IssuerAndSerialNumber as the certificate says.
base::Bytes issuer_and_serial(const asn1::Certificate& certificate);
base::Bytes key_identifier_sid(base::ByteView key_id);
asn1::AlgorithmIdentifier algorithm(const asn1::Oid& oid);

/// An ordinary card: DG1, DG2 and DG13 under a signer of `authority`.
struct Document {
  Authority authority;
  std::map<int, base::Bytes> groups;

  explicit Document(host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256,
                    host::pki::EcParameterForm form = host::pki::EcParameterForm::explicit_parameters);
  /// Hashes as the groups are now.
  [[nodiscard]] SodRecipe recipe() const;
  [[nodiscard]] base::Bytes sod() const { return seal(recipe()); }
  /// The input of a check of all groups. Borrows everything.
  [[nodiscard]] host::auth::PassiveInput input(const base::Bytes& sod, const host::pki::TrustStore* trust) const;
};

/// The check of this name; ends the test if there is none.
host::auth::Check check_of(const std::vector<host::auth::Check>& checks, host::auth::CheckName name);

}  // namespace cicada::tests

/// The check must have this result and say this in its reason.
#define CHECK_VERDICT(wanted_result, part, checks, wanted_name)                                                  \
  do {                                                                                                           \
    const auto cicada_check = ::cicada::tests::check_of((checks), ::cicada::host::auth::CheckName::wanted_name); \
    CHECK_TEXT(cicada_check.result == ::cicada::host::auth::CheckResult::wanted_result,                          \
               ("not " #wanted_result ": " + cicada_check.reason).c_str());                                      \
    CHECK_TEXT(cicada_check.reason.find(part) != std::string::npos,                                              \
               ("another reason: " + cicada_check.reason).c_str());                                              \
  } while (false)
