// LDS_D_5, LDS_K_7: SignerInfo (9303-10 §4.6.2.2, RFC 5652 §5.3).
#include <algorithm>

#include <fmt/format.h>

#include "algorithms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "der_rules.h"
#include "signed_data.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;
using base::ByteView;

namespace {

constexpr Tag kKeyIdentifier = 0x80;

Judged<void> version_rules(const SignerParts& signer) {
  CICADA_TRY(const auto version, small_integer(signer.version, "the SignerInfo's version"));
  if (signer.sid.tag != tags::kSequence && signer.sid.tag != kKeyIdentifier) {
    return breaks(fmt::format("the signer's identifier has tag {}", tag_text(signer.sid.tag)), signer.sid.at);
  }
  const std::uint32_t wanted = signer.sid.tag == tags::kSequence ? 1 : 3;
  if (version == wanted) return {};
  return breaks(fmt::format("the SignerInfo has version {}; with {} it is {}", version,
                            wanted == 1 ? "issuer and serial number" : "a key identifier", wanted),
                signer.version.at);
}

Judged<void> digest_is_listed(const SignedDataParts& data, const SignerParts& signer) {
  CICADA_TRY(const auto own, algorithm_of(signer.digest_algorithm, "the SignerInfo's digest algorithm"));
  CICADA_TRY(const auto listed, reached(objects_of(data.digest_algorithms, Rules::der, "a digest algorithm")));
  const bool found = std::ranges::any_of(listed, [&](const auto& one) {
    const auto algorithm = asn1::parse_algorithm_identifier(one.whole);
    return algorithm && algorithm->oid == own.oid;
  });
  if (found) return {};
  return breaks("the SignerInfo's digest algorithm is not among those of SignedData", signer.digest_algorithm.at);
}

struct Attributes {
  std::optional<ByteView> content_type;
  std::optional<ByteView> message_digest;
  std::size_t digest_at = 0;
};

/// SET OF SEQUENCE { type, SET OF value }: sorted, each type once, the two that have to be there with one value.
Judged<Attributes> attributes_of(const Object& set) {
  CICADA_CHECK(check_set_order(set, "the signed attributes"));
  CICADA_CHECK(check_der(set.value, set.value_at(), "the signed attributes"));
  Attributes found;
  std::vector<base::Bytes> types;
  Level level{set, Rules::der};
  while (!level.at_end()) {
    CICADA_TRY(const auto attribute, level.expect(tags::kSequence, "a signed attribute"));
    Level parts{attribute, Rules::der};
    CICADA_TRY(const auto type, parts.expect(tags::kOid, "an attribute's type"));
    CICADA_TRY(const auto values, parts.expect(tags::kSet, "an attribute's values"));
    CICADA_CHECK(parts.end("an attribute"));
    auto octets = base::to_bytes(type.value);
    if (std::ranges::find(types, octets) != types.end()) return breaks("a signed attribute stands twice", attribute.at);
    if (types.size() == asn1::kMaxObjects) return undecided("more attributes than are looked at", attribute.at);
    types.push_back(std::move(octets));
    const bool is_type = base::equal(type.value, oids::kContentType.content());
    const bool is_digest = base::equal(type.value, oids::kMessageDigest.content());
    if (!is_type && !is_digest) continue;
    Level inner{values, Rules::der};
    CICADA_TRY(const auto value,
               inner.expect(is_type ? tags::kOid : tags::kOctetString, is_type ? "contentType" : "messageDigest"));
    CICADA_CHECK(inner.end("an attribute with one value"));
    (is_type ? found.content_type : found.message_digest) = value.value;
    if (is_digest) found.digest_at = value.at;
  }
  return found;
}

Judged<void> attribute_rules(const SignedDataParts& data, const SignerParts& signer, HashAlgorithm hash) {
  if (!signer.attributes) return breaks("the signed attributes are missing", signer.whole.at);
  CICADA_TRY(const auto found, attributes_of(*signer.attributes));
  if (!found.content_type || !base::equal(*found.content_type, data.content_type.value)) {
    return breaks("the signed attributes lack contentType, or it is not that of the content", signer.attributes->at);
  }
  if (!found.message_digest) return breaks("the signed attributes lack messageDigest", signer.attributes->at);
  if (!data.content) return undecided("not reached: the encapsulated content is missing", data.content_type.at);
  const auto digest = crypto::openssl::hash(hash, data.content->value);
  if (!digest) return undecided(digest.error().describe());
  if (!base::equal(*digest, *found.message_digest)) {
    return breaks("messageDigest is not the hash of the content", found.digest_at);
  }
  return {};
}

Judged<void> signature_rules(const SignedDataParts& data, const SignerParts& signer, HashAlgorithm hash) {
  CICADA_TRY(const auto scheme, scheme_of(signer.signature_algorithm, "the SignerInfo's signature algorithm"));
  if (scheme.hash && *scheme.hash != hash) {
    return breaks("the signature algorithm hashes otherwise than the digest algorithm says",
                  signer.signature_algorithm.at);
  }
  if (!data.certificates || data.certificates->value.empty()) {
    return undecided("not reached: there are no certificates", data.signed_data.at);
  }
  CICADA_TRY(const auto certificate, reached(certificate_named(data, signer)));
  if (!certificate) return breaks("the signer's identifier names none of the certificates", signer.sid.at);
  // RFC 5652 §5.4: what is signed has the tag of SET OF.
  auto signed_octets = base::to_bytes(signer.attributes->whole);
  signed_octets.front() = static_cast<std::uint8_t>(tags::kSet);
  return verify(scheme, hash, certificate->key.whole, signed_octets, signer.signature.value, "the signature",
                signer.signature.at);
}

}  // namespace

Verdict signer_infos(const Evidence& evidence, CmsPlace place) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, place));
  CICADA_TRY(const auto signers, signers_of(data));
  if (signers.empty()) return undecided("not reached: there is no SignerInfo", data.signer_infos.at);
  for (const auto& signer : signers) {
    CICADA_CHECK(version_rules(signer));
    CICADA_TRY(const auto hash, hash_of(signer.digest_algorithm, "the SignerInfo's digest algorithm"));
    CICADA_CHECK(digest_is_listed(data, signer));
    CICADA_CHECK(attribute_rules(data, signer, hash));
    CICADA_CHECK(signature_rules(data, signer, hash));
  }
  return fmt::format("{} SignerInfo, its attributes and signature verified", signers.size());
}

}  // namespace cicada::conformance::lds
