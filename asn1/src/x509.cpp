#include "cicada/asn1/x509.h"

#include <algorithm>

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "extensions_reader.h"
#include "name_reader.h"
#include "public_key_reader.h"
#include "schema.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr SchemaType kCertificateType{.module = Module::x509,
                                      .name = "X509.Certificate",
                                      .wrong = "not an X.509 certificate",
                                      .caps = {.size = kMaxCertificateSize, .elements = 4096}};

constexpr std::uint32_t kLastVersion = 2;     // v3
constexpr std::size_t kMaxSerialOctets = 20;  // RFC 5280 §4.1.2.2

/// The extension's content through its parser; nothing when the extension is absent.
template <typename T>
Result<std::optional<T>> optional_extension(const Certificate& certificate, const Oid& oid,
                                            Result<T> (*parse)(ByteView)) {
  const auto* const extension = certificate.find(oid);
  if (extension == nullptr) return std::nullopt;
  CICADA_TRY(auto value, parse(extension->value));
  return value;
}

Result<std::uint32_t> read_version(const Decoded& decoded) {
  const auto tagged = decoded.find("tbsCertificate.version");
  if (!tagged) return 1;
  CICADA_TRY(const auto integer, read_only(tagged->value, tags::kInteger));
  CICADA_TRY(const auto version, small_integer(integer.value));
  if (version > kLastVersion) {
    return fail({.fault = Fault::unsupported, .what = "certificate version", .clause = "RFC 5280 §4.1.2.1"});
  }
  return version + 1;
}

Result<void> read_identity(const Decoded& decoded, Certificate& certificate) {
  CICADA_TRY(certificate.version, read_version(decoded));
  CICADA_TRY(const auto serial, decoded.part("tbsCertificate.serialNumber"));
  if (serial.value.empty()) return fail({.fault = Fault::malformed, .what = "serial number is empty"});
  certificate.serial = base::to_bytes(serial.value);
  CICADA_TRY(const auto issuer, decoded.part("tbsCertificate.issuer"));
  CICADA_TRY(certificate.issuer, read_name(issuer));
  CICADA_TRY(const auto subject, decoded.part("tbsCertificate.subject"));
  CICADA_TRY(certificate.subject, read_name(subject));
  CICADA_TRY(const auto begin, decoded.part("tbsCertificate.validity.notBefore"));
  CICADA_TRY(const auto not_before, field_time_of(begin));
  CICADA_TRY(const auto end, decoded.part("tbsCertificate.validity.notAfter"));
  CICADA_TRY(const auto not_after, field_time_of(end));
  certificate.validity = {.not_before = not_before.instant, .not_after = not_after.instant};
  if (!not_before.proper || !not_after.proper) certificate.deviations.push_back("time-form");
  return {};
}

Result<void> read_key_and_extensions(const Decoded& decoded, Certificate& certificate) {
  CICADA_TRY(const auto key, decoded.part("tbsCertificate.subjectPublicKeyInfo"));
  CICADA_TRY(certificate.public_key, read_public_key_info(key));
  certificate.has_unique_identifiers =
      decoded.find("tbsCertificate.issuerUniqueID") || decoded.find("tbsCertificate.subjectUniqueID");
  if (const auto tagged = decoded.find("tbsCertificate.extensions")) {
    CICADA_TRY(const auto list, read_only(tagged->value, tags::kSequence));
    CICADA_TRY(certificate.extensions, read_extensions(list));
  }
  return {};
}

Result<void> read_signature(const Decoded& decoded, Certificate& certificate) {
  CICADA_TRY(const auto tbs, decoded.part("tbsCertificate"));
  certificate.tbs = base::to_bytes(tbs.whole);
  CICADA_TRY(const auto inner, decoded.part("tbsCertificate.signature"));
  CICADA_TRY(certificate.tbs_signature_algorithm, read_algorithm(inner));
  CICADA_TRY(const auto outer, decoded.part("signatureAlgorithm"));
  CICADA_TRY(certificate.signature_algorithm, read_algorithm(outer));
  CICADA_TRY(const auto signature, decoded.part("signature"));
  CICADA_TRY(const auto octets, octets_of_bit_string(signature.value));
  certificate.signature = base::to_bytes(octets);
  return {};
}

}  // namespace

Result<std::optional<AuthorityKeyIdentifier>> Certificate::authority_key_identifier() const {
  return optional_extension(*this, oids::kAuthorityKeyIdentifier, parse_authority_key_identifier);
}
Result<std::optional<Bytes>> Certificate::subject_key_identifier() const {
  return optional_extension(*this, oids::kSubjectKeyIdentifier, parse_subject_key_identifier);
}
Result<std::optional<KeyUsages>> Certificate::key_usage() const {
  return optional_extension(*this, oids::kKeyUsage, parse_key_usage);
}
Result<std::optional<BasicConstraints>> Certificate::basic_constraints() const {
  return optional_extension(*this, oids::kBasicConstraints, parse_basic_constraints);
}
Result<std::optional<PrivateKeyUsagePeriod>> Certificate::private_key_usage_period() const {
  return optional_extension(*this, oids::kPrivateKeyUsagePeriod, parse_private_key_usage_period);
}
Result<std::optional<std::vector<GeneralName>>> Certificate::subject_alt_name() const {
  return optional_extension(*this, oids::kSubjectAltName, parse_general_names);
}
Result<std::optional<std::vector<GeneralName>>> Certificate::issuer_alt_name() const {
  return optional_extension(*this, oids::kIssuerAltName, parse_general_names);
}
Result<std::optional<std::vector<std::string>>> Certificate::crl_distribution_points() const {
  return optional_extension(*this, oids::kCrlDistributionPoints, parse_crl_distribution_points);
}
Result<std::optional<std::vector<Oid>>> Certificate::extended_key_usage() const {
  return optional_extension(*this, oids::kExtendedKeyUsage, parse_extended_key_usage);
}
Result<std::optional<std::vector<std::string>>> Certificate::document_type_list() const {
  return optional_extension(*this, oids::kDocumentTypeListExtension, parse_document_type_list);
}

Result<Certificate> parse_certificate(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kCertificateType, der));
  Certificate certificate;
  certificate.der = base::to_bytes(der);
  CICADA_CHECK(read_identity(decoded, certificate));
  CICADA_CHECK(read_key_and_extensions(decoded, certificate));
  CICADA_CHECK(read_signature(decoded, certificate));
  if (decoded.over_long()) certificate.deviations.push_back("length-not-shortest");
  if ((certificate.serial.front() & 0x80U) != 0) certificate.deviations.push_back("serial-number-negative");
  return certificate;
}

bool same_serial(ByteView a, ByteView b) noexcept {
  return base::equal(trim_unsigned(a), trim_unsigned(b));
}

Result<Bytes> encode_tbs_certificate(const TbsCertificate& tbs) {
  const auto serial = encode_unsigned(tbs.serial);
  const auto number = trim_unsigned(tbs.serial);
  if (number.empty() || (number.size() == 1 && number[0] == 0) || serial.size() > kMaxSerialOctets + 2) {
    return fail({.fault = Fault::bad_input,
                 .what = "serial number is not a positive number of at most 20 octets",
                 .clause = "9303-12 §7.1.1"});
  }
  if (tbs.validity.not_after < tbs.validity.not_before) {
    return fail({.fault = Fault::bad_input, .what = "certificate would end before it begins"});
  }
  CICADA_TRY(const auto not_before, encode_time(tbs.validity.not_before));
  CICADA_TRY(const auto not_after, encode_time(tbs.validity.not_after));
  const auto version = encode_tlv(tags::kContext0, encode_integer(kLastVersion));
  const auto extensions =
      tbs.extensions.empty() ? Bytes{} : encode_tlv(tags::kContext3, encode_extensions(tbs.extensions));
  return encode_sequence({version, serial, encode(tbs.signature_algorithm), tbs.issuer,
                          encode_sequence({not_before, not_after}), tbs.subject, tbs.public_key, extensions});
}

Bytes encode_certificate(ByteView tbs, const AlgorithmIdentifier& algorithm, ByteView signature) {
  return encode_sequence({tbs, encode(algorithm), encode_bit_string(signature)});
}

}  // namespace cicada::asn1
