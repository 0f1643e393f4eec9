#include <array>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint32_t kSignedDataVersion = 3;  // the content is not id-data (RFC 5652 §5.1)
// RFC 5652 §5.3.
constexpr std::uint32_t kVersionWithSerial = 1;
constexpr std::uint32_t kVersionWithKeyIdentifier = 3;
/// [0] IMPLICIT OCTET STRING, the other choice of SignerIdentifier.
constexpr Tag kKeyIdentifier = 0x80;

Bytes encode_attribute(const Oid& type, ByteView value) {
  return encode_sequence({type.der(), encode_tlv(tags::kSet, value)});
}

/// 9303-10 §4.6.2.2: a digest algorithm goes without parameters.
Bytes encode_digest_algorithm(const AlgorithmIdentifier& algorithm) {
  if (algorithm.has_parameters()) return encode(algorithm);
  return encode_sequence({algorithm.oid.der()});
}

Bytes encode_signer(const SignedDataParts& parts, ByteView digest_algorithm, ByteView attributes) {
  const bool by_key = !parts.subject_key_identifier.empty();
  const auto sid = by_key ? encode_tlv(kKeyIdentifier, parts.subject_key_identifier)
                          : encode_sequence({parts.issuer, encode_tlv(tags::kInteger, parts.serial)});
  return encode_sequence({encode_integer(by_key ? kVersionWithKeyIdentifier : kVersionWithSerial), sid,
                          digest_algorithm, encode_tlv(tags::kContext0, attributes), encode(parts.signature_algorithm),
                          encode_octet_string(parts.signature)});
}

/// [0] IMPLICIT SET OF the certificates.
Bytes encode_certificates(const SignedDataParts& parts) {
  std::vector<Bytes> certificates{base::to_bytes(parts.certificate)};
  certificates.insert(certificates.end(), parts.more_certificates.begin(), parts.more_certificates.end());
  auto set = encode_set_of(certificates);
  set.front() = static_cast<std::uint8_t>(tags::kContext0);
  return set;
}

}  // namespace

Result<Bytes> encode_signed_attributes(const SignedAttributes& attributes) {
  std::vector<Bytes> encoded;
  encoded.push_back(encode_attribute(oids::kContentType, attributes.content_type.der()));
  encoded.push_back(encode_attribute(oids::kMessageDigest, encode_octet_string(attributes.message_digest)));
  if (attributes.signing_time) {
    CICADA_TRY(const auto time, encode_time(*attributes.signing_time));
    encoded.push_back(encode_attribute(oids::kSigningTime, time));
  }
  return encode_set_of(encoded);
}

Result<Bytes> encode_signed_data(const SignedDataParts& parts) {
  const auto attributes = read_only(parts.signed_attributes, tags::kSet, Rules::der);
  if (!attributes) return fail({.fault = Fault::bad_input, .what = "signed attributes are not a SET"});
  if (parts.serial.empty() && parts.subject_key_identifier.empty()) {
    return fail({.fault = Fault::bad_input, .what = "neither a serial number nor a key identifier names the signer"});
  }
  const auto digest_algorithm = encode_digest_algorithm(parts.digest_algorithm);
  const auto content = encode_tlv(tags::kContext0, encode_octet_string(parts.content));
  const auto signed_data = encode_sequence({
      encode_integer(kSignedDataVersion),
      encode_tlv(tags::kSet, digest_algorithm),
      encode_sequence({parts.content_type.der(), content}),
      encode_certificates(parts),
      encode_tlv(tags::kSet, encode_signer(parts, digest_algorithm, attributes->value)),
  });
  return encode_sequence({oids::kSignedData.der(), encode_tlv(tags::kContext0, signed_data)});
}

}  // namespace cicada::asn1
