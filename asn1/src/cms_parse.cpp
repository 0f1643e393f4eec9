#include <algorithm>
#include <set>
#include <utility>

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

// A thousand certificates of 150 objects, or 32 MiB in pieces of some hundred octets.
constexpr ScanCaps kCmsCaps{.size = kMaxCmsSize, .elements = 200'000};
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

/// What must not stand twice, and what is not worth a refusal.
struct Seen {
  bool signing_time = false;
  bool bad_signing_time = false;
};

Result<void> read_attribute(const Tlv& sequence, SignerInfo& signer, Seen& seen) {
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
    if (std::exchange(seen.signing_time, true)) return repeated();
    const auto value = read_only(values.value);
    const auto time = value ? time_of(*value) : base::Result<base::Instant>{std::unexpected(value.error())};
    // Nothing hangs on it but the day of signing: the signature is verified with the octets, whatever they mean.
    if (time) {
      signer.signing_time = *time;
    } else {
      seen.bad_signing_time = true;
    }
  }
  return {};
}

Result<void> read_signed_attributes(const Tlv& tagged, SignerInfo& signer, std::vector<base::Literal>& deviations) {
  signer.signed_attributes = base::to_bytes(tagged.whole);
  TlvReader reader{tagged.value};
  Seen seen;
  while (!reader.at_end()) {
    CICADA_TRY(const auto attribute, reader.expect(tags::kSequence));
    CICADA_CHECK(read_attribute(attribute, signer, seen));
  }
  if (seen.bad_signing_time) deviations.push_back("signing-time-not-readable");
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

/// The value of an OCTET STRING; one in pieces is joined. scan() has limited the depth.
Result<void> append_octets(Bytes& to, const Tlv& string) {
  if (string.tag == tags::kOctetString) {
    base::append(to, string.value);
    return {};
  }
  if (string.tag != kConstructedOctetString) {
    return fail(
        {.fault = Fault::malformed, .what = "not an OCTET STRING, nor one in pieces", .clause = "RFC 5652 §5.2"});
  }
  TlvReader pieces{string.value};
  while (!pieces.at_end()) {
    CICADA_TRY(const auto piece, pieces.next());
    CICADA_CHECK(append_octets(to, piece));
  }
  return {};
}

Result<SignerInfo> read_signer(const Tlv& sequence, std::vector<base::Literal>& deviations) {
  CICADA_TRY(const auto decoded, Decoded::decode(kSignerType, sequence.whole));
  SignerInfo signer;
  CICADA_TRY(const auto version, decoded.part("version"));
  CICADA_TRY(signer.version, small_integer(version.value));
  CICADA_TRY(signer.sid, read_identifier(decoded));
  CICADA_TRY(const auto digest, decoded.part("digestAlgorithm"));
  CICADA_TRY(signer.digest_algorithm, read_algorithm(digest));
  if (const auto attributes = decoded.find("signedAttrs")) {
    CICADA_CHECK(read_signed_attributes(*attributes, signer, deviations));
  }
  CICADA_TRY(const auto algorithm, decoded.part("signatureAlgorithm"));
  CICADA_TRY(signer.signature_algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto signature, decoded.part("signature"));
  if (signature.tag != tags::kOctetString) deviations.push_back("signature-in-pieces");
  CICADA_CHECK(append_octets(signer.signature, signature));
  signer.has_unsigned_attributes = decoded.find("unsignedAttrs").has_value();
  return signer;
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
  if (string.tag == kConstructedOctetString) message.deviations.push_back("content-in-pieces");
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

/// A set holds nothing twice.
bool has_copies(const std::vector<Bytes>& elements) {
  std::set<std::string_view> seen;
  return !std::ranges::all_of(elements, [&](const Bytes& one) { return seen.insert(base::as_text(one)).second; });
}

void note_copies(SignedData& message) {
  std::vector<Bytes> digests;
  digests.reserve(message.digest_algorithms.size());
  for (const auto& algorithm : message.digest_algorithms) digests.push_back(encode(algorithm));
  if (has_copies(digests) || has_copies(message.certificates)) {
    message.deviations.push_back("element-twice-in-a-set");
  }
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
    CICADA_TRY(auto signer, read_signer(sequence, message.deviations));
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
  if (decoded.over_long()) message.deviations.push_back("length-not-shortest");
  CICADA_TRY(const auto version, decoded.part("content.version"));
  CICADA_TRY(message.version, small_integer(version.value));
  CICADA_CHECK(read_content(decoded, message));
  CICADA_CHECK(read_lists(decoded, message));
  note_copies(message);
  return message;
}

}  // namespace

Bytes SignerInfo::signed_attributes_to_hash() const {
  auto set = signed_attributes;
  if (!set.empty()) set.front() = static_cast<std::uint8_t>(tags::kSet);
  return set;
}

std::optional<Bytes> SignerInfo::signed_attributes_sorted() const {
  const auto stood = read_only(signed_attributes);
  if (!stood) return std::nullopt;
  const auto elements = read_all(stood->value);
  if (!elements) return std::nullopt;
  std::vector<Bytes> attributes;
  attributes.reserve(elements->size());
  for (const auto& element : *elements) attributes.push_back(base::to_bytes(element.whole));
  auto sorted = encode_set_of(attributes);
  if (sorted == signed_attributes_to_hash()) return std::nullopt;
  return sorted;
}

Result<SignedData> parse_signed_data(ByteView content_info) {
  CICADA_TRY(const auto seen, scan(content_info, kCmsCaps));
  if (!seen.indefinite) return read_message(content_info);
  CICADA_TRY(const auto definite, to_definite_lengths(content_info, kCmsCaps));
  CICADA_TRY(auto message, read_message(definite));
  message.deviations.push_back("indefinite-length");
  return message;
}

}  // namespace cicada::asn1
