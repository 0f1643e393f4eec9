#include "cicada/asn1/der.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/hex.h"
#include "extensions_reader.h"
#include "schema.h"
#include "text.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr ScanCaps kCaps{.size = 32768, .elements = 1024};

constexpr SchemaType extension_type(const char* name, base::Literal wrong) {
  return {.module = Module::x509, .name = name, .wrong = wrong, .caps = kCaps};
}

constexpr auto kExtensions = extension_type("X509.Extensions", "not a list of extensions");
constexpr auto kAuthorityKey = extension_type("X509.AuthorityKeyIdentifier", "authorityKeyIdentifier is broken");
constexpr auto kBasic = extension_type("X509.BasicConstraints", "basicConstraints is broken");
constexpr auto kPeriod = extension_type("X509.PrivateKeyUsagePeriod", "privateKeyUsagePeriod is broken");
constexpr auto kNames = extension_type("X509.GeneralNames", "alternative name is broken");
constexpr auto kPoint = extension_type("X509.DistributionPoint", "cRLDistributionPoints is broken");
constexpr auto kUsages = extension_type("X509.ExtKeyUsageSyntax", "extKeyUsage is broken");
constexpr auto kDocumentTypes = extension_type("X509.DocumentTypeListSyntax", "documentTypeList is broken");

/// A whole, small value of one universal type.
Result<Tlv> read_value(ByteView value, Tag tag) {
  CICADA_CHECK(scan(value, kCaps));
  return read_only(value, tag);
}

/// [n] IMPLICIT GeneralizedTime
Result<FieldTime> implicit_time(const Tlv& tagged) {
  return field_time_of({.tag = tags::kGeneralizedTime, .value = tagged.value, .whole = tagged.whole});
}

Result<bool> read_boolean(const Tlv& boolean) {
  if (boolean.value.size() != 1) {
    return fail({.fault = Fault::malformed, .what = "BOOLEAN is not one octet", .clause = "X.690 §8.2.1"});
  }
  return boolean.value[0] != 0;
}

constexpr Tag kLastGeneralName = 8;
constexpr Tag kFullName = 0xA0;

Result<GeneralName> read_general_name(const Tlv& tagged) {
  const auto number = tagged.tag & 0x1FU;
  if ((tagged.tag & 0xC0U) != 0x80U || tagged.tag > 0xFFU || number > kLastGeneralName) {
    return fail({.fault = Fault::malformed, .what = "not a GeneralName", .clause = "RFC 5280 §4.2.1.6"});
  }
  GeneralName name{
      .kind = static_cast<GeneralName::Kind>(number), .value = base::to_bytes(tagged.value), .directory = std::nullopt};
  if (name.kind == GeneralName::Kind::directory) {
    CICADA_TRY(name.directory, parse_name(tagged.value));
  }
  return name;
}

Result<std::vector<GeneralName>> read_general_names(ByteView content) {
  std::vector<GeneralName> names;
  TlvReader reader{content};
  while (!reader.at_end()) {
    CICADA_TRY(const auto tagged, reader.next());
    CICADA_TRY(auto name, read_general_name(tagged));
    names.push_back(std::move(name));
  }
  return names;
}

Result<Extension> read_extension(const Tlv& sequence) {
  Extension extension;
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  CICADA_TRY(extension.oid, Oid::from_content(type.value));
  CICADA_TRY(const auto critical, reader.accept(tags::kBoolean));
  if (critical) {
    CICADA_TRY(extension.critical, read_boolean(*critical));
  }
  CICADA_TRY(const auto value, reader.expect(tags::kOctetString));
  CICADA_CHECK(reader.expect_end());
  extension.value = base::to_bytes(value.value);
  return extension;
}

}  // namespace

const Extension* find_extension(std::span<const Extension> extensions, const Oid& oid) noexcept {
  for (const auto& extension : extensions) {
    if (extension.oid == oid) return &extension;
  }
  return nullptr;
}

std::string GeneralName::text() const {
  switch (kind) {
    case Kind::rfc822:
    case Kind::dns:
    case Kind::uri: return text_of(tags::kIa5String, value);
    case Kind::directory: return directory ? directory->to_string() : base::to_hex(value);
    default: return base::to_hex(value);
  }
}

Result<std::vector<Extension>> read_extensions(const Tlv& sequence) {
  std::vector<Extension> extensions;
  TlvReader reader{sequence.value};
  while (!reader.at_end()) {
    const auto at = reader.position();
    if (extensions.size() == kMaxExtensions) {
      return fail({.fault = Fault::limit, .what = "too many extensions", .at = at});
    }
    CICADA_TRY(const auto element, reader.expect(tags::kSequence));
    CICADA_TRY(auto extension, read_extension(element));
    if (find_extension(extensions, extension.oid) != nullptr) {
      return fail({.fault = Fault::malformed, .what = "extension stands twice", .clause = "RFC 5280 §4.2", .at = at});
    }
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

Result<std::vector<Extension>> parse_extensions(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kExtensions, der));
  CICADA_TRY(const auto whole, decoded.part(""));
  return read_extensions(whole);
}

Result<AuthorityKeyIdentifier> parse_authority_key_identifier(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kAuthorityKey, value));
  AuthorityKeyIdentifier identifier;
  if (const auto key = decoded.find("keyIdentifier")) identifier.key_identifier = base::to_bytes(key->value);
  if (const auto issuer = decoded.find("authorityCertIssuer")) identifier.issuer = base::to_bytes(issuer->value);
  if (const auto serial = decoded.find("authorityCertSerialNumber")) identifier.serial = base::to_bytes(serial->value);
  return identifier;
}

Result<Bytes> parse_subject_key_identifier(ByteView value) {
  CICADA_TRY(const auto octets, read_value(value, tags::kOctetString));
  return base::to_bytes(octets.value);
}

Result<KeyUsages> parse_key_usage(ByteView value) {
  CICADA_TRY(const auto bits, read_value(value, tags::kBitString));
  constexpr std::size_t kMaxOctets = 3;  // unused-bit count, and nine bits
  if (bits.value.empty() || bits.value.size() > kMaxOctets || bits.value[0] > 7 ||
      (bits.value.size() == 1 && bits.value[0] != 0)) {
    return fail({.fault = Fault::malformed, .what = "keyUsage is broken", .clause = "RFC 5280 §4.2.1.3"});
  }
  std::uint16_t usages = 0;
  const std::size_t count = (bits.value.size() - 1) * 8 - bits.value[0];
  for (std::size_t bit = 0; bit < count; ++bit) {
    const bool set = (bits.value[1 + bit / 8] & (0x80U >> (bit % 8))) != 0;
    if (set) usages = static_cast<std::uint16_t>(usages | (1U << bit));
  }
  return KeyUsages{usages};
}

Result<BasicConstraints> parse_basic_constraints(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kBasic, value));
  BasicConstraints constraints;
  if (const auto ca = decoded.find("cA")) {
    CICADA_TRY(constraints.ca, read_boolean(*ca));
  }
  if (const auto length = decoded.find("pathLenConstraint")) {
    CICADA_TRY(constraints.path_length, small_integer(length->value));
  }
  return constraints;
}

Result<PrivateKeyUsagePeriod> parse_private_key_usage_period(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kPeriod, value));
  PrivateKeyUsagePeriod period;
  if (const auto begin = decoded.find("notBefore")) {
    CICADA_TRY(const auto time, implicit_time(*begin));
    period.not_before = time.instant;
    period.proper_times = time.proper;
  }
  if (const auto end = decoded.find("notAfter")) {
    CICADA_TRY(const auto time, implicit_time(*end));
    period.not_after = time.instant;
    period.proper_times = period.proper_times && time.proper;
  }
  return period;
}

Result<std::vector<GeneralName>> parse_general_names(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kNames, value));
  CICADA_TRY(const auto whole, decoded.part(""));
  return read_general_names(whole.value);
}

Result<std::vector<std::string>> parse_crl_distribution_points(ByteView value) {
  CICADA_TRY(const auto list, read_value(value, tags::kSequence));
  std::vector<std::string> uris;
  TlvReader points{list.value};
  while (!points.at_end()) {
    CICADA_TRY(const auto point, points.expect(tags::kSequence));
    CICADA_TRY(const auto decoded, Decoded::decode(kPoint, point.whole));
    const auto tagged = decoded.find("distributionPoint");
    if (!tagged) continue;
    CICADA_TRY(const auto choice, read_only(tagged->value));
    if (choice.tag != kFullName) continue;
    CICADA_TRY(const auto names, read_general_names(choice.value));
    for (const auto& name : names) {
      if (name.kind == GeneralName::Kind::uri) uris.push_back(name.text());
    }
  }
  return uris;
}

Result<std::vector<Oid>> parse_extended_key_usage(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kUsages, value));
  CICADA_TRY(const auto whole, decoded.part(""));
  std::vector<Oid> usages;
  TlvReader reader{whole.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto type, reader.expect(tags::kOid));
    CICADA_TRY(const auto oid, Oid::from_content(type.value));
    usages.push_back(oid);
  }
  return usages;
}

Result<std::vector<std::string>> parse_document_type_list(ByteView value) {
  CICADA_TRY(const auto decoded, Decoded::decode(kDocumentTypes, value));
  CICADA_TRY(const auto list, decoded.part("docTypeList"));
  std::vector<std::string> codes;
  TlvReader reader{list.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto code, reader.expect(tags::kPrintableString));
    codes.push_back(text_of(code.tag, code.value));
  }
  return codes;
}

Result<Bytes> parse_crl_number(ByteView value) {
  CICADA_TRY(const auto number, read_value(value, tags::kInteger));
  if (number.value.empty()) return fail({.fault = Fault::malformed, .what = "cRLNumber is empty"});
  return base::to_bytes(number.value);
}

}  // namespace cicada::asn1
