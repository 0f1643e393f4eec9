#include "algorithm_reader.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "schema.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// Sixty-four certificates of 150 objects, and content in some thousand pieces.
constexpr ScanCaps kCmsCaps{.size = kMaxCmsSize, .elements = 16'384};
constexpr SchemaType kMessageType{
    .module = Module::cms, .name = "CMS.ContentInfo", .wrong = "not a CMS SignedData", .caps = kCmsCaps};
constexpr SchemaType kSignerType{
    .module = Module::cms, .name = "CMS.SignerInfo", .wrong = "not a CMS SignerInfo", .caps = kCmsCaps};

constexpr Tag kConstructedOctetString = 0x24;

/// The one value of a signed attribute, whose tag must be `tag`.
Result<Tlv> only_value(const Tlv& values, Tag tag) {
  return read_only(values.value, tag);
}

std::unexpected<base::Error> repeated() {
  return fail({.fault = Fault::malformed, .what = "signed attribute stands twice", .clause = "RFC 5652 §5.3"});
}

Result<void> read_attribute(const Tlv& sequence, SignerInfo& signer) {
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  CICADA_TRY(const auto values, reader.expect(tags::kSet));
  CICADA_CHECK(reader.expect_end());
  CICADA_TRY(const auto oid, Oid::from_content(type.value));
  if (oid == oids::kContentType) {
    if (signer.content_type) return repeated();
    CICADA_TRY(const auto value, only_value(values, tags::kOid));
    CICADA_TRY(signer.content_type, Oid::from_content(value.value));
  } else if (oid == oids::kMessageDigest) {
    if (signer.message_digest) return repeated();
    CICADA_TRY(const auto value, only_value(values, tags::kOctetString));
    signer.message_digest = base::to_bytes(value.value);
  } else if (oid == oids::kSigningTime) {
    if (signer.signing_time) return repeated();
    CICADA_TRY(const auto value, read_only(values.value));
    CICADA_TRY(signer.signing_time, time_of(value));
  }
  return {};
}

Result<void> read_signed_attributes(const Tlv& tagged, SignerInfo& signer) {
  signer.signed_attributes = base::to_bytes(tagged.whole);
  TlvReader reader{tagged.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto attribute, reader.expect(tags::kSequence));
    CICADA_CHECK(read_attribute(attribute, signer));
  }
  return {};
}

Result<SignerIdentifier> read_identifier(const Decoded& decoded) {
  SignerIdentifier sid;
  if (const auto key = decoded.find("sid.subjectKeyIdentifier")) {
    if (key->value.empty()) return fail({.fault = Fault::malformed, .what = "subjectKeyIdentifier is empty"});
    sid.subject_key_identifier = base::to_bytes(key->value);
    return sid;
  }
  CICADA_TRY(const auto issuer, decoded.part("sid.issuerAndSerialNumber.issuer"));
  CICADA_TRY(const auto serial, decoded.part("sid.issuerAndSerialNumber.serialNumber"));
  sid.issuer = base::to_bytes(issuer.whole);
  sid.serial = base::to_bytes(serial.value);
  return sid;
}

Result<SignerInfo> read_signer(const Tlv& sequence) {
  CICADA_TRY(const auto decoded, Decoded::decode(kSignerType, sequence.whole));
  SignerInfo signer;
  CICADA_TRY(const auto version, decoded.part("version"));
  CICADA_TRY(signer.version, small_integer(version.value));
  CICADA_TRY(signer.sid, read_identifier(decoded));
  CICADA_TRY(const auto digest, decoded.part("digestAlgorithm"));
  CICADA_TRY(signer.digest_algorithm, read_algorithm(digest));
  if (const auto attributes = decoded.find("signedAttrs")) {
    CICADA_CHECK(read_signed_attributes(*attributes, signer));
  }
  CICADA_TRY(const auto algorithm, decoded.part("signatureAlgorithm"));
  CICADA_TRY(signer.signature_algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto signature, decoded.part("signature"));
  if (signature.tag != tags::kOctetString) {
    return fail({.fault = Fault::malformed, .what = "signature is not one OCTET STRING"});
  }
  signer.signature = base::to_bytes(signature.value);
  signer.has_unsigned_attributes = decoded.find("unsignedAttrs").has_value();
  return signer;
}

/// The value of an OCTET STRING; one in pieces is joined. scan() has limited the depth.
Result<void> append_octets(Bytes& to, const Tlv& string) {
  if (string.tag == tags::kOctetString) {
    base::append(to, string.value);
    return {};
  }
  if (string.tag != kConstructedOctetString) {
    return fail({.fault = Fault::malformed, .what = "content is not an OCTET STRING", .clause = "RFC 5652 §5.2"});
  }
  TlvReader pieces{string.value};
  while (!pieces.at_end()) {
    CICADA_TRY(const auto piece, pieces.next());
    CICADA_CHECK(append_octets(to, piece));
  }
  return {};
}

Result<void> read_content(const Decoded& decoded, SignedData& message) {
  CICADA_TRY(const auto type, decoded.part("content.encapContentInfo.eContentType"));
  CICADA_TRY(message.content_type, Oid::from_content(type.value));
  const auto tagged = decoded.find("content.encapContentInfo.eContent");
  if (!tagged) return {};
  CICADA_TRY(const auto string, read_only(tagged->value));
  Bytes content;
  CICADA_CHECK(append_octets(content, string));
  message.content = std::move(content);
  if (string.tag == kConstructedOctetString) message.deviations.push_back("content is in pieces");
  return {};
}

/// The certificates or revocation lists among the choices that CMS allows: those that are a SEQUENCE.
Result<std::vector<Bytes>> read_choices(const std::optional<Tlv>& set) {
  std::vector<Bytes> choices;
  if (!set) return choices;
  TlvReader reader{set->value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto choice, reader.next());
    if (choice.tag != tags::kSequence) continue;
    if (choices.size() == kMaxCmsParts) return fail({.fault = Fault::limit, .what = "too many certificates or lists"});
    choices.push_back(base::to_bytes(choice.whole));
  }
  return choices;
}

Result<void> read_lists(const Decoded& decoded, SignedData& message) {
  CICADA_TRY(const auto digests, decoded.part("content.digestAlgorithms"));
  TlvReader digest_reader{digests.value};
  while (!digest_reader.at_end()) {
    CICADA_TRY(const auto sequence, digest_reader.expect(tags::kSequence));
    if (message.digest_algorithms.size() == kMaxCmsParts) {
      return fail({.fault = Fault::limit, .what = "too many digest algorithms"});
    }
    CICADA_TRY(auto algorithm, read_algorithm(sequence));
    message.digest_algorithms.push_back(std::move(algorithm));
  }
  CICADA_TRY(message.certificates, read_choices(decoded.find("content.certificates")));
  CICADA_TRY(message.revocation_lists, read_choices(decoded.find("content.crls")));
  CICADA_TRY(const auto signers, decoded.part("content.signerInfos"));
  TlvReader signer_reader{signers.value};
  while (!signer_reader.at_end()) {
    CICADA_TRY(const auto sequence, signer_reader.expect(tags::kSequence));
    if (message.signer_infos.size() == kMaxCmsParts) return fail({.fault = Fault::limit, .what = "too many signers"});
    CICADA_TRY(auto signer, read_signer(sequence));
    message.signer_infos.push_back(std::move(signer));
  }
  return {};
}

/// libtasn1 would call another content type malformed; it is only not ours.
Result<void> check_content_type(ByteView definite) {
  CICADA_TRY(const auto info, read_only(definite, tags::kSequence));
  TlvReader reader{info.value};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  CICADA_TRY(const auto oid, Oid::from_content(type.value));
  if (oid != oids::kSignedData) {
    return fail({.fault = Fault::unsupported, .what = "CMS content is not SignedData", .clause = "9303-10 §4.6.2"});
  }
  return {};
}

Result<SignedData> read_message(ByteView definite) {
  CICADA_CHECK(check_content_type(definite));
  CICADA_TRY(const auto decoded, Decoded::decode(kMessageType, definite));
  SignedData message;
  if (decoded.over_long()) message.deviations.push_back("a length is not in its shortest form");
  CICADA_TRY(const auto version, decoded.part("content.version"));
  CICADA_TRY(message.version, small_integer(version.value));
  CICADA_CHECK(read_content(decoded, message));
  CICADA_CHECK(read_lists(decoded, message));
  return message;
}

}  // namespace

Bytes SignerInfo::signed_attributes_to_hash() const {
  auto set = signed_attributes;
  if (!set.empty()) set.front() = static_cast<std::uint8_t>(tags::kSet);
  return set;
}

Result<SignedData> parse_signed_data(ByteView content_info) {
  CICADA_TRY(const auto seen, scan(content_info, kCmsCaps));
  if (!seen.indefinite) return read_message(content_info);
  CICADA_TRY(const auto definite, to_definite_lengths(content_info, kCmsCaps));
  CICADA_TRY(auto message, read_message(definite));
  message.deviations.push_back("a length is indefinite");
  return message;
}

}  // namespace cicada::asn1
