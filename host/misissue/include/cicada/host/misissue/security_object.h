// EF.SOD as a recipe: every field of the CMS message is open until it is sealed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cicada/asn1/lds_security_object.h"
#include "cicada/host/misissue/authority.h"

namespace cicada::host::misissue {

/// What can be left out of the message altogether.
enum class SodPart : std::uint8_t {
  version,                  ///< of SignedData
  digest_algorithms,        ///< the whole set
  content_type,             ///< of the encapsulated content
  signer_version,           ///< of SignerInfo
  signer_digest_algorithm,  ///< of SignerInfo
  signature,                ///< of SignerInfo
};

/// What a security object is made of. Signed as it stands when it is sealed.
struct SodRecipe {
  asn1::LdsSecurityObject list;
  std::optional<base::Bytes> content;  ///< instead of the encoded list
  bool detached = false;
  asn1::Oid content_type;
  std::uint32_t version = 3;
  std::vector<asn1::AlgorithmIdentifier> digest_algorithms;
  std::vector<base::Bytes> certificates;

  pki::HashAlgorithm digest = pki::HashAlgorithm::sha256;  ///< the one that is computed
  asn1::AlgorithmIdentifier digest_algorithm;              ///< the one that is named
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
  std::set<SodPart> without = {};
};

/// A recipe with nothing wrong: the hashes of `groups`, signed by the document signer of `authority`, which it borrows.
/// Throws Failure, as the others.
[[nodiscard]] SodRecipe recipe_for(const Authority& authority, const std::map<int, base::Bytes>& groups,
                                   std::optional<base::Instant> signing_time);
/// A ContentInfo in a 77 object.
[[nodiscard]] base::Bytes seal(const SodRecipe& recipe);
/// The same without the 77.
[[nodiscard]] base::Bytes seal_content_info(const SodRecipe& recipe);

/// DER of IssuerAndSerialNumber as the certificate says.
[[nodiscard]] base::Bytes issuer_and_serial(const asn1::Certificate& certificate);
[[nodiscard]] base::Bytes key_identifier_sid(base::ByteView key_id);
/// Without parameters.
[[nodiscard]] asn1::AlgorithmIdentifier algorithm(const asn1::Oid& oid);

}  // namespace cicada::host::misissue
