// Writing DG13, and showing it.
#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/ef.h"
#include "dg13_fields.h"

namespace cicada::host::lds {
namespace {

using base::Bytes;
using base::fail;
using base::Fault;
namespace tags = asn1::tags;

/// X.680 §41.4: the characters of PrintableString.
bool is_printable(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view{" '()+,-./:=?"}.find(c) != std::string_view::npos;
}

/// 30 { 02 number; value }
void append_field(Bytes& set, std::uint32_t number, base::ByteView value) {
  asn1::append_tlv(set, tags::kSequence, base::concat({asn1::encode_integer(number), value}));
}

/// 30 { 0C text }: how a parent and a spouse are written.
void append_person(Bytes& value, std::string_view name) {
  asn1::append_tlv(value, tags::kSequence, asn1::encode_tlv(tags::kUtf8String, base::as_bytes(name)));
}

base::Result<void> append_text_field(Bytes& set, const TextField& field, const CccdData& data) {
  const std::string& text = data.*field.text;
  if (field.number == kOldNumberField && text.empty()) return {};
  if (field.printable && !std::ranges::all_of(text, is_printable)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a DG13 field of plain characters (number, date, chip) holds another character",
                 .at = field.number});
  }
  Bytes value;
  asn1::append_tlv(value, field.printable ? tags::kPrintableString : tags::kUtf8String, base::as_bytes(text));
  append_field(set, field.number, value);
  return {};
}

void append_people(Bytes& set, const CccdData& data) {
  Bytes parents;
  append_person(parents, data.father);
  append_person(parents, data.mother);
  append_field(set, kParentsField, parents);
  Bytes spouses;
  for (const auto& spouse : data.spouses) append_person(spouses, spouse);
  append_field(set, kSpousesField, spouses);
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const auto& text : texts) {
    if (!joined.empty()) joined += ", ";
    joined += text;
  }
  return joined;
}

}  // namespace

base::Result<Bytes> build_dg13(const CccdData& data) {
  Bytes set;
  // In order of number, as cards have it; that is not the order of a DER SET OF, and nobody sorts it.
  for (const auto& field : kTextFields) {
    if (field.number == kOldNumberField) append_people(set, data);
    CICADA_CHECK(append_text_field(set, field, data));
  }
  const auto content = asn1::encode_tlv(
      tags::kSequence,
      {asn1::encode_integer(1), asn1::encode_tlv(tags::kOid, kUtf8Transfer), asn1::encode_tlv(tags::kSet, set)});
  return asn1::encode_tlv(info(Ef::dg13).tag, content);
}

std::vector<Dg13Line> to_lines(const CccdData& data) {
  std::vector<Dg13Line> lines;
  for (const auto& field : kTextFields) {
    if (field.number == kOldNumberField) {
      lines.push_back({.number = kParentsField, .label = "father", .text = data.father});
      lines.push_back({.number = kParentsField, .label = "mother", .text = data.mother});
      lines.push_back({.number = kSpousesField, .label = "spouses", .text = join(data.spouses)});
    }
    lines.push_back({.number = static_cast<int>(field.number), .label = field.label, .text = data.*field.text});
  }
  return lines;
}

}  // namespace cicada::host::lds
