#include <bit>

#include "cicada/asn1/der.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/oids.h"
#include "text.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

/// [n] IMPLICIT, primitive
constexpr Tag context(unsigned number) {
  return 0x80U + number;
}

/// [n], constructed
constexpr Tag context_constructed(unsigned number) {
  return 0xA0U + number;
}

Bytes encode_general_name(const GeneralName& name) {
  using Kind = GeneralName::Kind;
  const auto number = static_cast<unsigned>(name.kind);
  const bool constructed = name.kind == Kind::other || name.kind == Kind::x400 || name.kind == Kind::directory ||
                           name.kind == Kind::edi_party;
  return encode_tlv(constructed ? context_constructed(number) : context(number), name.value);
}

Bytes encode_general_names(Tag tag, std::span<const GeneralName> names) {
  Bytes content;
  for (const auto& name : names) base::append(content, encode_general_name(name));
  return encode_tlv(tag, content);
}

/// [n] IMPLICIT GeneralizedTime
Result<Bytes> encode_implicit_time(Tag tag, base::Instant instant) {
  CICADA_TRY(const auto time, encode_generalized_time(instant));
  CICADA_TRY(const auto object, read_only(time));
  return encode_tlv(tag, object.value);
}

}  // namespace

GeneralName GeneralName::of(Kind kind, std::string_view text) {
  return {.kind = kind, .value = base::to_bytes(base::as_bytes(text)), .directory = std::nullopt};
}

Result<GeneralName> GeneralName::of_directory(ByteView name_der) {
  CICADA_TRY(auto name, parse_name(name_der));
  return GeneralName{.kind = Kind::directory, .value = base::to_bytes(name_der), .directory = std::move(name)};
}

Extension make_authority_key_identifier(ByteView key_identifier) {
  return {.oid = oids::kAuthorityKeyIdentifier,
          .value = encode_tlv(tags::kSequence, encode_tlv(context(0), key_identifier))};
}

Extension make_subject_key_identifier(ByteView key_identifier) {
  return {.oid = oids::kSubjectKeyIdentifier, .value = encode_octet_string(key_identifier)};
}

Extension make_key_usage(KeyUsages usages) {
  // A named bit list ends with its last bit that is set (X.690 §11.2.2).
  const unsigned bits = usages.bits();
  const auto length = static_cast<unsigned>(std::bit_width(bits));
  const auto octets = (length + 7) / 8;
  Bytes content(1 + octets);
  content[0] = static_cast<std::uint8_t>(octets * 8 - length);
  for (unsigned bit = 0; bit < length; ++bit) {
    if (((bits >> bit) & 1U) == 0) continue;
    auto& octet = content[1 + bit / 8];
    octet = static_cast<std::uint8_t>(octet | (0x80U >> (bit % 8)));
  }
  return {.oid = oids::kKeyUsage, .critical = true, .value = encode_tlv(tags::kBitString, content)};
}

Extension make_basic_constraints(const BasicConstraints& constraints) {
  Bytes content;
  if (constraints.ca) base::append(content, encode_boolean(true));
  if (constraints.path_length) base::append(content, encode_integer(*constraints.path_length));
  return {.oid = oids::kBasicConstraints, .critical = true, .value = encode_tlv(tags::kSequence, content)};
}

Result<Extension> make_private_key_usage_period(const PrivateKeyUsagePeriod& period) {
  Bytes content;
  if (period.not_before) {
    CICADA_TRY(const auto begin, encode_implicit_time(context(0), *period.not_before));
    base::append(content, begin);
  }
  if (period.not_after) {
    CICADA_TRY(const auto end, encode_implicit_time(context(1), *period.not_after));
    base::append(content, end);
  }
  if (content.empty()) {
    return fail({.fault = Fault::bad_input,
                 .what = "privateKeyUsagePeriod needs a beginning or an end",
                 .clause = "RFC 3280 §4.2.1.4"});
  }
  return Extension{.oid = oids::kPrivateKeyUsagePeriod, .value = encode_tlv(tags::kSequence, content)};
}

Extension make_subject_alt_name(std::span<const GeneralName> names) {
  return {.oid = oids::kSubjectAltName, .value = encode_general_names(tags::kSequence, names)};
}

Extension make_issuer_alt_name(std::span<const GeneralName> names) {
  return {.oid = oids::kIssuerAltName, .value = encode_general_names(tags::kSequence, names)};
}

Extension make_crl_distribution_points(std::span<const std::string> uris) {
  std::vector<GeneralName> names;
  names.reserve(uris.size());
  for (const auto& uri : uris) names.push_back(GeneralName::of(GeneralName::Kind::uri, uri));
  const auto full_name = encode_general_names(context_constructed(0), names);
  const auto point = encode_tlv(tags::kSequence, encode_tlv(context_constructed(0), full_name));
  return {.oid = oids::kCrlDistributionPoints, .value = encode_tlv(tags::kSequence, point)};
}

Extension make_extended_key_usage(std::span<const Oid> usages) {
  Bytes content;
  for (const auto& usage : usages) base::append(content, usage.der());
  return {.oid = oids::kExtendedKeyUsage, .critical = true, .value = encode_tlv(tags::kSequence, content)};
}

Result<Extension> make_document_type_list(std::span<const std::string> codes) {
  std::vector<Bytes> strings;
  for (const auto& code : codes) {
    if (code.empty() || code.size() > 2 || !is_printable_string(code)) {
      return fail(
          {.fault = Fault::bad_input, .what = "document type is not one or two letters", .clause = "9303-12 §7.1.1.6"});
    }
    strings.push_back(encode_string(tags::kPrintableString, code));
  }
  return Extension{.oid = oids::kDocumentTypeListExtension,
                   .value = encode_sequence({encode_integer(0), encode_set_of(strings)})};
}

Extension make_crl_number(ByteView number) {
  return {.oid = oids::kCrlNumber, .value = encode_unsigned(number)};
}

Bytes encode_extensions(std::span<const Extension> extensions) {
  std::vector<Bytes> elements;
  elements.reserve(extensions.size());
  for (const auto& extension : extensions) {
    elements.push_back(encode_sequence({extension.oid.der(), extension.critical ? encode_boolean(true) : Bytes{},
                                        encode_octet_string(extension.value)}));
  }
  return encode_sequence(elements);
}

}  // namespace cicada::asn1
