// Reading DG13.
#include "cicada/host/lds/dg13.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/ef.h"
#include "dg13_fields.h"

namespace cicada::host::lds {
namespace {

using asn1::Tlv;
using base::ByteView;
using base::fail;
using base::Fault;

/// Strings lie at most this deep in a field (13 with a wrapper: SEQUENCE, SEQUENCE, string).
constexpr std::size_t kMaxTextDepth = 4;

bool is_string(asn1::Tag tag) {
  using namespace asn1::tags;
  static constexpr std::array kStrings{kUtf8String,    kPrintableString, kNumericString, kIa5String,
                                       kVisibleString, kTeletexString,   kBmpString};
  return std::ranges::find(kStrings, tag) != kStrings.end();
}

/// Every string in these octets, outer ones and nested ones, in their order. `plain` becomes false when something else
/// was among them.
base::Result<void> collect_texts(ByteView content, std::size_t depth, std::vector<std::string>& texts, bool& plain) {
  if (depth > kMaxTextDepth) {
    plain = false;
    return {};
  }
  CICADA_TRY(const auto objects, asn1::read_all(content));
  for (const auto& object : objects) {
    if (is_string(object.tag)) {
      texts.push_back(asn1::text_of(object.tag, object.value));
    } else if (object.tag == asn1::tags::kSequence) {
      CICADA_CHECK(collect_texts(object.value, depth + 1, texts, plain));
    } else {
      plain = false;
    }
  }
  return {};
}

/// Both parents in one SEQUENCE around their own: the other form that is in the field.
bool parents_are_wrapped(ByteView content) {
  const auto objects = asn1::read_all(content);
  if (!objects || objects->size() != 1 || objects->front().tag != asn1::tags::kSequence) return false;
  const auto inner = asn1::read_all(objects->front().value);
  return inner && inner->size() > 1;
}

/// Puts the texts of field `number` where they belong. False when the field does not have the expected form.
bool assign(Dg13& dg13, std::uint32_t number, std::vector<std::string> texts) {
  auto& data = *dg13.cccd;
  if (number == kParentsField) {
    if (texts.size() > 2) return false;
    texts.resize(2);
    data.father = std::move(texts[0]);
    data.mother = std::move(texts[1]);
    return true;
  }
  if (number == kSpousesField) {
    std::erase(texts, std::string{});
    data.spouses = std::move(texts);
    return true;
  }
  std::string* const place = text_place(data, number);
  if (place == nullptr || texts.size() > 1) return false;
  if (!texts.empty()) *place = std::move(texts[0]);
  return true;
}

void note(Dg13& dg13, std::string_view name) {
  if (std::ranges::find(dg13.deviations, name) == dg13.deviations.end()) dg13.deviations.emplace_back(name);
}

base::Result<void> read_field(const Tlv& element, Dg13& dg13, std::array<bool, kLastKnownField + 1>& seen) {
  asn1::TlvReader reader{element.value};
  Dg13Field field;
  CICADA_TRY(const auto number, reader.expect(asn1::tags::kInteger));
  CICADA_TRY(field.number, asn1::small_integer(number.value));
  const auto content = reader.rest();
  bool plain = true;
  CICADA_CHECK(collect_texts(content, 0, field.texts, plain));

  const bool known = field.number >= 1 && field.number <= kLastKnownField;
  const bool first = known && !seen.at(field.number);
  if (known && !first) note(dg13, "dg13-field-twice");
  if (first) seen.at(field.number) = true;
  const bool parents = field.number == kParentsField;
  if (parents && first && parents_are_wrapped(content)) note(dg13, "dg13-parents-wrapped");
  if (first && plain && assign(dg13, field.number, field.texts)) return {};
  if (first) note(dg13, "dg13-field-form");
  field.content = base::to_bytes(content);
  dg13.unknown.push_back(std::move(field));
  return {};
}

/// The SET inside 30 { 02 version; 06 1.0.10646.1.0.8; 31 ... }; nothing when the content has another form.
std::optional<ByteView> cccd_fields(ByteView content, int& version) {
  const auto outer = asn1::read_only(content, asn1::tags::kSequence);
  if (!outer) return std::nullopt;
  asn1::TlvReader reader{outer->value};
  const auto number = reader.expect(asn1::tags::kInteger);
  if (!number) return std::nullopt;
  const auto value = asn1::small_integer(number->value);
  if (!value || *value > kMaxVersion) return std::nullopt;
  const auto oid = reader.expect(asn1::tags::kOid);
  if (!oid || !base::equal(oid->value, kUtf8Transfer)) return std::nullopt;
  const auto set = reader.expect(asn1::tags::kSet);
  if (!set || !reader.at_end()) return std::nullopt;
  version = static_cast<int>(*value);
  return set->value;
}

}  // namespace

base::Result<Dg13> parse_dg13(ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg13).tag));
  Dg13 dg13;
  dg13.content = base::to_bytes(outer.value);
  const auto fields = cccd_fields(outer.value, dg13.version);
  if (!fields) return dg13;
  CICADA_TRY(const auto elements, asn1::read_all(*fields));
  if (elements.size() > kMaxDg13Fields) {
    return fail({.fault = Fault::limit, .what = "DG13 has more fields than any card"});
  }
  dg13.cccd.emplace();
  std::array<bool, kLastKnownField + 1> seen{};
  for (const auto& element : elements) {
    if (element.tag != asn1::tags::kSequence) {
      note(dg13, "dg13-field-form");
      dg13.unknown.push_back({.number = 0, .content = base::to_bytes(element.whole), .texts = {}});
      continue;
    }
    CICADA_CHECK(read_field(element, dg13, seen));
  }
  return dg13;
}

}  // namespace cicada::host::lds
