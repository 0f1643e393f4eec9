#include "lds_document_parts.h"

#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/name.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/cursor.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace tags = asn1::tags;
namespace openssl = crypto::openssl;
using namespace base::literals;

Bytes small_jpeg(std::uint16_t width, std::uint16_t height) {
  Bytes image = "FFD8 FFE0 0010 4A46494600 0102 00 0001 0001 0000 FFC0 0011 08"_hex;
  base::append_unsigned(image, height, 2);
  base::append_unsigned(image, width, 2);
  base::append(image, "03 012200 021101 031101 FFD9"_hex);
  return image;
}

namespace {

constexpr std::uint16_t kWidth = 240;
constexpr std::uint16_t kHeight = 320;

Bytes header(std::uint8_t type, std::optional<std::uint8_t> subtype, const Bytes& format) {
  Bytes content = "80 02 0101"_hex;
  base::append(content, asn1::encode_tlv(0x81, Bytes{type}));
  if (subtype) base::append(content, asn1::encode_tlv(0x82, Bytes{*subtype}));
  base::append(content, "87 02 0101"_hex);
  base::append(content, asn1::encode_tlv(0x88, format));
  return asn1::encode_tlv(0xA1, content);
}

/// 7F2E { A1 { block } }
Bytes standardized(asn1::Tag tag, const Bytes& content) {
  return asn1::encode_tlv(0x7F2E, asn1::encode_tlv(0xA1, asn1::encode_tlv(tag, content)));
}

const Bytes& version_2019() {
  static const Bytes kVersion = "A0 07 80 01 03 81 02 07E3"_hex;
  return kVersion;
}

}  // namespace

Bytes face_record(const std::vector<Bytes>& points) {
  const auto image = small_jpeg(kWidth, kHeight);
  const auto face = 20 + 8 * points.size() + 12 + image.size();
  Bytes record =
      text_octets(std::string_view{"FAC\0"
                                   "010\0",
                                   8});
  base::append_unsigned(record, 14 + face, 4);
  base::append_unsigned(record, 1, 2);
  base::append_unsigned(record, face, 4);
  base::append_unsigned(record, points.size(), 2);
  base::append(record, "01 03 04 000003 0001 010101 000000"_hex);
  for (const auto& point : points) base::append(record, point);
  base::append(record, "01 00"_hex);
  base::append_unsigned(record, kWidth, 2);
  base::append_unsigned(record, kHeight, 2);
  base::append(record, "01 02 0000 0000"_hex);
  base::append(record, image);
  return record;
}

Bytes instance(std::uint8_t type, std::optional<std::uint8_t> subtype, Bytes format, const Bytes& block) {
  return asn1::encode_tlv(0x7F60, {header(type, subtype, format), block});
}

Bytes biometric_group(asn1::Tag tag, const std::vector<Bytes>& instances) {
  Bytes content = {0x02, 0x01, static_cast<std::uint8_t>(instances.size())};
  for (const auto& one : instances) base::append(content, one);
  return asn1::encode_tlv(tag, asn1::encode_tlv(0x7F61, content));
}

Bytes dg2_19794() {
  const auto record = face_record({"01 C1 005A 0078 0000"_hex, "01 C2 0096 0078 0000"_hex});
  return biometric_group(0x75, {instance(0x02, std::nullopt, "0008"_hex, asn1::encode_tlv(0x5F2E, record))});
}

Bytes dg3_19794() {
  std::vector<Bytes> fingers;
  for (const auto subtype : std::array<std::uint8_t, 2>{0x0A, 0x09}) {
    Bytes record =
        text_octets(std::string_view{"FIR\0"
                                     "010\0",
                                     8});
    record.resize(60, 0x11);
    fingers.push_back(instance(0x08, subtype, "0007"_hex, asn1::encode_tlv(0x5F2E, record)));
  }
  return biometric_group(0x63, fingers);
}

Bytes dg4_19794() {
  Bytes record =
      text_octets(std::string_view{"IIR\0"
                                   "010\0",
                                   8});
  record.resize(60, 0x22);
  return biometric_group(0x76, {instance(0x10, 0x01, "0009"_hex, asn1::encode_tlv(0x5F2E, record))});
}

Bytes dg2_39794() {
  const auto information = "A0 03 80 01 02 A1 03 80 01 00"_hex;
  const auto image_2d = asn1::encode_tlv(
      0xA0, {asn1::encode_tlv(0x80, small_jpeg(kWidth, kHeight)), asn1::encode_tlv(0xA1, information)});
  const auto representation = sequence({"80 01 00"_hex, asn1::encode_tlv(0xA1, asn1::encode_tlv(0xA0, image_2d)),
                                        "A2 04 80 02 07EA"_hex, "A8 05 A0 03 80 01 02"_hex});
  const auto content = base::concat({version_2019(), asn1::encode_tlv(0xA1, representation)});
  return biometric_group(0x75, {instance(0x02, std::nullopt, "002A"_hex, standardized(0x65, content))});
}

namespace {
Bytes block_39794(asn1::Tag tag) {
  const auto representation = sequence({"80 01 00"_hex, "A1 04 80 02 0102"_hex});
  return standardized(tag, base::concat({version_2019(), asn1::encode_tlv(0xA1, representation)}));
}
}  // namespace

Bytes dg3_39794() {
  return biometric_group(0x63, {instance(0x08, 0x0A, "0028"_hex, block_39794(0x64))});
}

Bytes dg4_39794() {
  return biometric_group(0x76, {instance(0x10, 0x02, "002C"_hex, block_39794(0x66))});
}

Bytes dg1(std::string_view mrz) {
  return asn1::encode_tlv(0x61, asn1::encode_tlv(0x5F1F, base::as_bytes(mrz)));
}

Bytes com(std::initializer_list<std::uint8_t> listed) {
  return asn1::encode_tlv(
      0x60, {asn1::encode_tlv(0x5F01, text_octets("0108")), asn1::encode_tlv(0x5F36, text_octets("040000")),
             asn1::encode_tlv(0x5C, Bytes{listed})});
}

namespace {
Bytes element(asn1::Tag tag, std::string_view text) {
  return asn1::encode_tlv(tag, base::as_bytes(text));
}
}  // namespace

Bytes dg11() {
  const auto others =
      asn1::encode_tlv(0xA0, {"02 01 02"_hex, element(0x5F0F, "BLACK<<BILL"), element(0x5F0F, "BLUE<<BEN")});
  return asn1::encode_tlv(
      0x6B,
      {asn1::encode_tlv(0x5C, "5F0E 5F0F 5F10 5F2B 5F11 5F42 5F12 5F13 5F14 5F15 5F16 5F17 5F18"_hex),
       element(0x5F0E, "ERIKSSON<<ANNA<MARIA"), others, element(0x5F10, "ZE184226B"), element(0x5F2B, "19740812"),
       element(0x5F11, "ZENITH<UTOPIA"), element(0x5F42, "1 MAIN ST<ZENITH<UTOPIA"), element(0x5F12, "+00 123 456"),
       element(0x5F13, "Engineer"), element(0x5F14, "Dr"), element(0x5F15, "None"),
       asn1::encode_tlv(0x5F16, small_jpeg(10, 10)), element(0x5F17, "L898902C3<L898902C2"), element(0x5F18, "None")});
}

Bytes dg12() {
  const auto others = asn1::encode_tlv(0xA0, {"02 01 01"_hex, element(0x5F1A, "ERIKSSON<<BERT")});
  return asn1::encode_tlv(
      0x6C,
      {asn1::encode_tlv(0x5C, "5F19 5F26 5F1A 5F1B 5F1C 5F1D 5F1E 5F55 5F56"_hex), element(0x5F19, "UTOPIA OFFICE"),
       element(0x5F26, "20240315"), others, element(0x5F1B, "None"), element(0x5F1C, "None"),
       asn1::encode_tlv(0x5F1D, small_jpeg(20, 10)), asn1::encode_tlv(0x5F1E, small_jpeg(20, 11)),
       element(0x5F55, "20240315101500"), element(0x5F56, "LINE-7")});
}

Bytes atr_info() {
  return base::concat({"47 03 84 01 C0"_hex, "7F66 08 02 02 0400 02 02 0400"_hex});
}

Bytes cvca_file() {
  Bytes file = asn1::encode_tlv(0x42, text_octets("UTCVCA00002"));
  base::append(file, asn1::encode_tlv(0x42, text_octets("UTCVCA00001")));
  file.resize(36);
  return file;
}

Bytes info(const asn1::Oid& protocol, ByteView required, ByteView optional) {
  return sequence({protocol.der(), required, optional});
}

Bytes set_of(std::vector<Bytes> infos) {
  return asn1::encode_set_of(infos);
}

namespace {
openssl::PrivateKey new_ec(openssl::Curve curve) {
  return openssl::PrivateKey{must(openssl::EcPrivateKey::generate(curve))};
}
}  // namespace

const openssl::PrivateKey& csca_test_key() {
  static const auto kKey = new_ec(openssl::Curve::p256);
  return kKey;
}

const openssl::PrivateKey& ec_test_key() {
  static const auto kKey = new_ec(openssl::Curve::p256);
  return kKey;
}

const openssl::PrivateKey& rsa_test_key() {
  static const openssl::PrivateKey kKey{must(openssl::RsaPrivateKey::generate(2048))};
  return kKey;
}

const openssl::PrivateKey& chip_test_key() {
  static const auto kKey = new_ec(openssl::Curve::brainpool_p256r1);
  return kKey;
}

Bytes name_der(const std::string& country, const std::string& common_name) {
  const std::array parts = {asn1::NamePart{.type = oids::kCountryName, .text = country},
                            asn1::NamePart{.type = oids::kCommonName, .text = common_name}};
  return must(asn1::encode_name(parts));
}

Bytes validity_der(base::Instant from, base::Instant until) {
  return sequence({must(asn1::encode_time(from)), must(asn1::encode_time(until))});
}

namespace {

Bytes key_identifier(const openssl::PrivateKey& key) {
  return must(openssl::hash(openssl::HashAlgorithm::sha1, public_key_der(key)));
}

std::vector<asn1::GeneralName> alternative_names() {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = "UTO"}};
  return {asn1::GeneralName::of(asn1::GeneralName::Kind::rfc822, "somebody@example.test"),
          must(asn1::GeneralName::of_directory(must(asn1::encode_name(parts))))};
}

base::Instant days(int count) {
  return lds_today() + std::chrono::days{count};
}

CertificateRecipe certificate(std::uint32_t serial, const std::string& common_name, const openssl::PrivateKey& key) {
  return {.version = asn1::encode_tlv(tags::kContext0, asn1::encode_integer(2)),
          .serial = asn1::encode_integer(serial),
          .algorithm = algorithm_der(Scheme::ecdsa_sha256),
          .issuer = name_der("UT", "CSCA Utopia"),
          .validity = {},
          .subject = name_der("UT", common_name),
          .key = public_key_der(key),
          .unique_identifiers = {},
          .extensions = {},
          .more_extensions = {},
          .outer_algorithm = {}};
}

const std::vector<std::string> kListLocations = {"http://example.test/UTO.crl"};

}  // namespace

CertificateRecipe csca_recipe() {
  auto made = certificate(1, "CSCA Utopia", csca_test_key());
  made.validity = validity_der(days(-400), days(5000));
  made.extensions = {asn1::make_subject_key_identifier(key_identifier(csca_test_key())),
                     asn1::make_key_usage({asn1::KeyUsage::key_cert_sign, asn1::KeyUsage::crl_sign}),
                     must(asn1::make_private_key_usage_period({.not_before = days(-400), .not_after = days(1000)})),
                     asn1::make_subject_alt_name(alternative_names()),
                     asn1::make_issuer_alt_name(alternative_names()),
                     asn1::make_basic_constraints({.ca = true, .path_length = 0}),
                     asn1::make_crl_distribution_points(kListLocations)};
  return made;
}

CertificateRecipe signer_recipe(const openssl::PrivateKey& key, const std::string& document_type) {
  auto made = certificate(0x1234, "Signer", key);
  made.validity = validity_der(days(-60), days(4000));
  const std::vector<std::string> types = {document_type};
  made.extensions = {asn1::make_authority_key_identifier(key_identifier(csca_test_key())),
                     asn1::make_subject_key_identifier(key_identifier(key)),
                     asn1::make_key_usage({asn1::KeyUsage::digital_signature}),
                     must(asn1::make_private_key_usage_period({.not_before = days(-60), .not_after = days(30)})),
                     asn1::make_subject_alt_name(alternative_names()),
                     asn1::make_issuer_alt_name(alternative_names()),
                     asn1::make_crl_distribution_points(kListLocations),
                     must(asn1::make_document_type_list(types))};
  return made;
}

}  // namespace cicada::tests
