#include "signed_data.h"

#include <fmt/format.h>

#include "algorithms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/oids.h"
#include "der_rules.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

namespace {

constexpr Tag kContext1 = 0xA1;

Judged<SignerParts> signer_of(const Object& object) {
  Level level{object, Rules::der};
  SignerParts signer;
  signer.whole = object;
  CICADA_TRY(signer.version, level.expect(tags::kInteger, "the SignerInfo's version"));
  CICADA_TRY(signer.sid, level.next("the signer's identifier"));
  CICADA_TRY(signer.digest_algorithm, level.expect(tags::kSequence, "the SignerInfo's digest algorithm"));
  CICADA_TRY(signer.attributes, level.accept(tags::kContext0, "the signed attributes"));
  CICADA_TRY(signer.signature_algorithm, level.expect(tags::kSequence, "the SignerInfo's signature algorithm"));
  CICADA_TRY(signer.signature, level.expect(tags::kOctetString, "the signature"));
  CICADA_CHECK(level.accept(kContext1, "the unsigned attributes"));
  CICADA_CHECK(level.end("the SignerInfo"));
  return signer;
}

bool names(const SignerParts& signer, const CertificateParts& certificate) {
  if (signer.sid.tag == tags::kSequence) {
    const auto joined = base::concat({certificate.issuer.whole, certificate.serial.whole});
    return base::equal(signer.sid.value, joined);
  }
  const auto* extension = certificate.find(oids::kSubjectKeyIdentifier);
  if (extension == nullptr) return false;
  const auto identifier = asn1::parse_subject_key_identifier(extension->value);
  return identifier && base::equal(signer.sid.value, *identifier);
}

}  // namespace

Judged<Object> content_info_of(const Evidence& evidence, CmsPlace place) {
  if (place.frame == 0) {
    CICADA_TRY(const auto octets, file_of(evidence, place.file));
    return Object{.tag = 0, .value = octets, .whole = octets, .at = 0};
  }
  CICADA_TRY(const auto frame, template_of(evidence, place.file, place.frame));
  return Object{.tag = 0, .value = frame.value, .whole = frame.value, .at = frame.value_at()};
}

Judged<SignedDataParts> signed_data_of(const Object& octets) {
  SignedDataParts parts;
  Level outer{octets.whole, octets.at, Rules::der};
  CICADA_TRY(parts.content_info, outer.expect(tags::kSequence, "ContentInfo"));
  CICADA_CHECK(outer.end("ContentInfo"));
  Level info{parts.content_info, Rules::der};
  CICADA_TRY(const auto type, info.expect(tags::kOid, "the content type"));
  if (!base::equal(type.value, oids::kSignedData.content())) {
    return breaks("the content type is not id-signedData (1.2.840.113549.1.7.2)", type.at);
  }
  CICADA_TRY(const auto explicit_tag, info.expect(tags::kContext0, "SignedData's tag"));
  CICADA_CHECK(info.end("ContentInfo"));
  Level inner{explicit_tag, Rules::der};
  CICADA_TRY(parts.signed_data, inner.expect(tags::kSequence, "SignedData"));
  CICADA_CHECK(inner.end("SignedData"));

  Level data{parts.signed_data, Rules::der};
  CICADA_TRY(parts.version, data.expect(tags::kInteger, "SignedData's version"));
  CICADA_TRY(parts.digest_algorithms, data.expect(tags::kSet, "the digest algorithms"));
  CICADA_TRY(const auto encapsulated, data.expect(tags::kSequence, "the encapsulated content"));
  CICADA_TRY(parts.certificates, data.accept(tags::kContext0, "the certificates"));
  CICADA_TRY(parts.revocation_lists, data.accept(kContext1, "the revocation lists"));
  CICADA_TRY(parts.signer_infos, data.expect(tags::kSet, "the SignerInfos"));
  CICADA_CHECK(data.end("SignedData"));

  Level content{encapsulated, Rules::der};
  CICADA_TRY(parts.content_type, content.expect(tags::kOid, "the type of the encapsulated content"));
  CICADA_TRY(const auto held, content.accept(tags::kContext0, "the encapsulated content"));
  CICADA_CHECK(content.end("the encapsulated content"));
  if (held) {
    Level string{*held, Rules::der};
    CICADA_TRY(parts.content, string.expect(tags::kOctetString, "the encapsulated content"));
    CICADA_CHECK(string.end("the encapsulated content"));
  }
  return parts;
}

Judged<SignedDataParts> reached_signed_data(const Evidence& evidence, CmsPlace place) {
  CICADA_TRY(const auto octets, content_info_of(evidence, place));
  return reached(signed_data_of(octets));
}

Judged<std::vector<SignerParts>> signers_of(const SignedDataParts& data) {
  std::vector<SignerParts> signers;
  Level level{data.signer_infos, Rules::der};
  while (!level.at_end()) {
    if (signers.size() == kMaxSigners) return undecided("more SignerInfos than are looked at", level.position());
    CICADA_TRY(const auto object, level.expect(tags::kSequence, "a SignerInfo"));
    CICADA_TRY(auto signer, signer_of(object));
    signers.push_back(signer);
  }
  return signers;
}

Judged<std::optional<CertificateParts>> certificate_named(const SignedDataParts& data, const SignerParts& signer) {
  if (!data.certificates) return std::nullopt;
  Level level{*data.certificates, Rules::der};
  for (std::size_t i = 0; !level.at_end(); ++i) {
    if (i == kMaxCertificates) return undecided("more certificates than are looked at", level.position());
    CICADA_TRY(const auto object, level.next("a certificate"));
    auto certificate = certificate_of(object);
    if (!certificate) return std::unexpected(certificate.error());
    if (names(signer, *certificate)) return std::move(*certificate);
  }
  return std::nullopt;
}

Verdict signed_data_encoding(const Evidence& evidence, CmsPlace place) {
  CICADA_TRY(const auto octets, content_info_of(evidence, place));
  if (octets.whole.empty()) return breaks("there is no ContentInfo", octets.at);
  if (place.frame == 0 && octets.whole[0] == 0x77) return breaks("the file has an outer 77, which EF.SOD has", 0);
  CICADA_CHECK(signed_data_of(octets));
  CICADA_CHECK(check_der(octets.whole, octets.at, "SignedData"));
  return std::string{"ContentInfo of SignedData in DER"};
}

Verdict signed_data_values(const Evidence& evidence, CmsPlace place, const asn1::Oid& content_type) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, place));
  CICADA_TRY(const auto version, small_integer(data.version, "SignedData's version"));
  if (version != 3) return breaks(fmt::format("SignedData has version {}, 3 is wanted", version), data.version.at);
  CICADA_TRY(const auto digests, objects_of(data.digest_algorithms, Rules::der, "a digest algorithm"));
  if (digests.empty()) return breaks("no digest algorithm is named", data.digest_algorithms.at);
  for (const auto& one : digests) CICADA_CHECK(hash_of(one, "a digest algorithm"));
  if (!base::equal(data.content_type.value, content_type.content())) {
    return breaks(fmt::format("the encapsulated content is not of type {}", content_type.to_dotted()),
                  data.content_type.at);
  }
  if (!data.content) return breaks("the encapsulated content is missing", data.content_type.at);
  if (!data.certificates || data.certificates->value.empty()) {
    return breaks("there are no certificates, that of the document signer is wanted", data.signed_data.at);
  }
  CICADA_CHECK(check_set_order(*data.certificates, "the certificates"));
  if (data.revocation_lists) return breaks("there are revocation lists, none are wanted", data.revocation_lists->at);
  if (data.signer_infos.value.empty()) return breaks("there is no SignerInfo", data.signer_infos.at);
  return fmt::format("version 3, content {}, {} digest algorithm(s), certificates", content_type.to_dotted(),
                     digests.size());
}

Verdict signer_certificate(const Evidence& evidence, CmsPlace place) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, place));
  CICADA_TRY(const auto signers, reached(signers_of(data)));
  if (signers.empty()) return undecided("not reached: there is no SignerInfo", data.signer_infos.at);
  if (!data.certificates) return undecided("not reached: there are no certificates", data.signed_data.at);
  CICADA_TRY(const auto certificate, certificate_named(data, signers.front()));
  if (!certificate)
    return undecided("not reached: the SignerInfo names none of the certificates", signers.front().sid.at);
  CICADA_CHECK(signer_rules(*certificate, evidence, "the signer's certificate"));
  return std::string{"profile of 9303-12, and verified with a CSCA certificate"};
}

}  // namespace cicada::conformance::lds
