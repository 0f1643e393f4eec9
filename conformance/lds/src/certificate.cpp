#include "certificate.h"

#include <fmt/format.h>

#include "cicada/asn1/der.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;

namespace {

constexpr Tag kIssuerUniqueId = 0x81;
constexpr Tag kSubjectUniqueId = 0x82;

Judged<ExtensionParts> extension_of(const Object& object) {
  Level level{object, Rules::der};
  ExtensionParts extension{.oid = {}, .whole = object, .value = {}};
  CICADA_TRY(const auto oid, level.expect(tags::kOid, "an extension's identifier"));
  const auto known = asn1::Oid::from_content(oid.value);
  if (!known) return breaks("an extension's identifier is none", oid.at);
  extension.oid = *known;
  CICADA_TRY(const auto critical, level.accept(tags::kBoolean, "an extension's criticality"));
  extension.criticality_written = critical.has_value();
  extension.critical = critical && !critical->value.empty() && critical->value[0] != 0;
  CICADA_TRY(const auto value, level.expect(tags::kOctetString, "an extension's value"));
  CICADA_CHECK(level.end("an extension"));
  extension.value = value.value;
  extension.value_at = value.value_at();
  return extension;
}

Judged<std::vector<ExtensionParts>> extensions_of(const Object& explicit_tag) {
  Level outer{explicit_tag, Rules::der};
  CICADA_TRY(const auto sequence, outer.expect(tags::kSequence, "the extensions"));
  CICADA_CHECK(outer.end("the extensions"));
  std::vector<ExtensionParts> extensions;
  Level level{sequence, Rules::der};
  while (!level.at_end()) {
    if (extensions.size() == kMaxExtensionsLookedAt)
      return undecided("more extensions than are looked at", sequence.at);
    CICADA_TRY(const auto object, level.expect(tags::kSequence, "an extension"));
    CICADA_TRY(const auto extension, extension_of(object));
    extensions.push_back(extension);
  }
  return extensions;
}

Judged<void> tbs_of(CertificateParts& parts) {
  Level level{parts.tbs, Rules::der};
  CICADA_TRY(parts.version, level.accept(tags::kContext0, "the version"));
  CICADA_TRY(parts.serial, level.expect(tags::kInteger, "the serial number"));
  CICADA_TRY(parts.tbs_algorithm, level.expect(tags::kSequence, "the signature algorithm"));
  CICADA_TRY(parts.issuer, level.expect(tags::kSequence, "the issuer's name"));
  CICADA_TRY(parts.validity, level.expect(tags::kSequence, "the validity"));
  CICADA_TRY(parts.subject, level.expect(tags::kSequence, "the subject's name"));
  CICADA_TRY(parts.key, level.expect(tags::kSequence, "the subject's key"));
  for (const auto tag : {kIssuerUniqueId, kSubjectUniqueId}) {
    CICADA_TRY(const auto unique, level.accept(tag, "a unique identifier"));
    if (unique && !parts.unique_identifier) parts.unique_identifier = unique;
  }
  CICADA_TRY(const auto extensions, level.accept(tags::kContext3, "the extensions"));
  if (extensions) {
    CICADA_TRY(parts.extensions, extensions_of(*extensions));
  }
  return level.end("the signed part of the certificate");
}

}  // namespace

const ExtensionParts* CertificateParts::find(const asn1::Oid& oid) const noexcept {
  for (const auto& extension : extensions) {
    if (extension.oid == oid) return &extension;
  }
  return nullptr;
}

Judged<CertificateParts> certificate_of(const Object& certificate) {
  CertificateParts parts;
  parts.whole = certificate;
  if (certificate.tag != tags::kSequence) return breaks("a certificate is a SEQUENCE", certificate.at);
  Level level{certificate, Rules::der};
  CICADA_TRY(parts.tbs, level.expect(tags::kSequence, "the signed part of the certificate"));
  CICADA_TRY(parts.algorithm, level.expect(tags::kSequence, "the certificate's signature algorithm"));
  CICADA_TRY(parts.signature, level.expect(tags::kBitString, "the certificate's signature"));
  CICADA_CHECK(level.end("the certificate"));
  CICADA_CHECK(tbs_of(parts));
  return parts;
}

}  // namespace cicada::conformance::lds
