#include "cicada/asn1/name.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "name_reader.h"
#include "schema.h"
#include "text.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr SchemaType kNameType{.module = Module::x509,
                               .name = "X509.Name",
                               .wrong = "not a distinguished name",
                               .caps = {.size = 16384, .elements = 1024}};

struct ShortName {
  Oid type;
  const char* label;
};

constexpr std::array kShortNames{
    ShortName{oids::kCountryName, "C"},
    ShortName{oids::kStateOrProvinceName, "ST"},
    ShortName{oids::kLocalityName, "L"},
    ShortName{oids::kOrganizationName, "O"},
    ShortName{oids::kOrganizationalUnitName, "OU"},
    ShortName{oids::kCommonName, "CN"},
    ShortName{oids::kSerialNumber, "serialNumber"},
    ShortName{oids::kSurname, "SN"},
    ShortName{oids::kGivenName, "GN"},
    ShortName{oids::kTitle, "title"},
    ShortName{oids::kEmailAddress, "emailAddress"},
    ShortName{oids::kDomainComponent, "DC"},
};

std::string label_of(const Oid& type) {
  const auto* const known = std::ranges::find(kShortNames, type, &ShortName::type);
  return known == kShortNames.end() ? type.to_dotted() : known->label;
}

/// A value as it may be shown: no control characters, and the marks that separate parts are escaped.
std::string shown(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == ',' || c == '+' || c == '\\') safe += '\\';
    const auto octet = static_cast<unsigned char>(c);
    safe += octet < 0x20 || octet == 0x7F ? '?' : c;
  }
  return safe;
}

/// Lower case (ASCII), no white space at the ends, one space between words.
std::string folded(std::string_view text) {
  std::string result;
  bool gap = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      gap = !result.empty();
      continue;
    }
    if (std::exchange(gap, false)) result += ' ';
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// What decides whether two attributes are the same: the folded text, or tag and octets when there is no valid text.
struct Comparable {
  Oid type;
  Tag tag = 0;
  std::string text;
  friend auto operator<=>(const Comparable&, const Comparable&) = default;
};

std::vector<Comparable> comparable(const std::vector<NameAttribute>& attributes) {
  std::vector<Comparable> result;
  result.reserve(attributes.size());
  for (const auto& attribute : attributes) {
    const auto text = strict_text_of(attribute.string_tag, attribute.value);
    result.push_back(text ? Comparable{.type = attribute.type, .text = folded(*text)}
                          : Comparable{.type = attribute.type,
                                       .tag = attribute.string_tag,
                                       .text = std::string{base::as_text(attribute.value)}});
  }
  // The attributes of one relative name are a set.
  std::ranges::sort(result);
  return result;
}

Result<std::vector<NameAttribute>> read_relative_name(const Tlv& set) {
  std::vector<NameAttribute> attributes;
  TlvReader reader{set.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto sequence, reader.expect(tags::kSequence));
    TlvReader parts{sequence.value};
    CICADA_TRY(const auto type, parts.expect(tags::kOid));
    CICADA_TRY(const auto value, parts.next());
    CICADA_CHECK(parts.expect_end());
    CICADA_TRY(const auto oid, Oid::from_content(type.value));
    attributes.push_back({.type = oid, .string_tag = value.tag, .value = base::to_bytes(value.value)});
  }
  return attributes;
}

}  // namespace

std::string NameAttribute::text() const {
  return text_of(string_tag, value);
}

std::optional<std::string> Name::find(const Oid& type) const {
  for (const auto& relative_name : relative_names) {
    for (const auto& attribute : relative_name) {
      if (attribute.type == type) return attribute.text();
    }
  }
  return std::nullopt;
}

std::optional<std::string> Name::country() const {
  return find(oids::kCountryName);
}

std::optional<std::string> Name::common_name() const {
  return find(oids::kCommonName);
}

std::string Name::to_string() const {
  std::string text;
  for (const auto& relative_name : relative_names) {
    const char* separator = text.empty() ? "" : ", ";
    for (const auto& attribute : relative_name) {
      text += separator + label_of(attribute.type) + '=' + shown(attribute.text());
      separator = "+";
    }
  }
  return text;
}

Result<Name> read_name(const Tlv& sequence) {
  Name name;
  name.der = base::to_bytes(sequence.whole);
  TlvReader reader{sequence.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto set, reader.expect(tags::kSet));
    CICADA_TRY(auto attributes, read_relative_name(set));
    name.relative_names.push_back(std::move(attributes));
  }
  return name;
}

Result<Name> parse_name(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kNameType, der));
  CICADA_TRY(const auto whole, decoded.part(""));
  return read_name(whole);
}

bool same_name(const Name& a, const Name& b) {
  if (a.der == b.der) return true;
  return std::ranges::equal(a.relative_names, b.relative_names, [](const auto& left, const auto& right) {
    return left.size() == right.size() && comparable(left) == comparable(right);
  });
}

bool same_name_in_any_order(const Name& a, const Name& b) {
  if (a.relative_names.size() != b.relative_names.size()) return false;
  const auto sorted = [](const Name& name) {
    std::vector<std::vector<Comparable>> parts;
    parts.reserve(name.relative_names.size());
    for (const auto& part : name.relative_names) parts.push_back(comparable(part));
    std::ranges::sort(parts);
    return parts;
  };
  return sorted(a) == sorted(b);
}

Result<Bytes> encode_name(std::span<const NamePart> parts) {
  std::vector<Bytes> relative_names;
  for (const auto& part : parts) {
    const bool printable = is_printable_string(part.text);
    const auto tag = part.string_tag != 0 ? part.string_tag : printable ? tags::kPrintableString : tags::kUtf8String;
    const bool fits = tag == tags::kPrintableString ? printable
                                                    : strict_text_of(tag, base::as_bytes(part.text)).has_value() &&
                                                          (tag == tags::kUtf8String || tag == tags::kIa5String);
    if (part.text.empty() || !fits) {
      return fail({.fault = Fault::bad_input, .what = "text does not fit the string type of the name"});
    }
    const auto value = encode_string(tag, part.text);
    relative_names.push_back(encode_tlv(tags::kSet, encode_sequence({part.type.der(), value})));
  }
  return encode_sequence(relative_names);
}

}  // namespace cicada::asn1
