#include "der_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "text_rules.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
using base::ByteView;

namespace {

Judged<void> integer_rules(const Object& object, std::string_view what) {
  const auto value = object.value;
  if (value.empty()) return breaks(fmt::format("{}: an INTEGER without octets", what), object.at);
  const bool idle =
      value.size() > 1 && ((value[0] == 0x00 && value[1] < 0x80) || (value[0] == 0xFF && value[1] >= 0x80));
  if (idle) return breaks(fmt::format("{}: an INTEGER with an idle first octet", what), object.at);
  return {};
}

Judged<void> bit_string_rules(const Object& object, std::string_view what) {
  const auto value = object.value;
  if (value.empty() || value[0] > 7 || (value.size() == 1 && value[0] != 0)) {
    return breaks(fmt::format("{}: a BIT STRING with a wrong number of unused bits", what), object.at);
  }
  if ((value.back() & ((1U << value[0]) - 1U)) != 0 && value.size() > 1) {
    return breaks(fmt::format("{}: unused bits of a BIT STRING are not 0", what), object.at);
  }
  return {};
}

Judged<void> oid_rules(const Object& object, std::string_view what) {
  const auto value = object.value;
  bool good = !value.empty() && (value.back() & 0x80U) == 0;
  for (std::size_t i = 0; good && i < value.size(); ++i) {
    const bool starts = i == 0 || (value[i - 1] & 0x80U) == 0;
    good = !(starts && value[i] == 0x80);
  }
  if (!good) return breaks(fmt::format("{}: no OBJECT IDENTIFIER", what), object.at);
  return {};
}

Judged<void> string_rules(const Object& object, std::string_view what) {
  if (object.tag == tags::kUtf8String && !is_utf8(object.value)) {
    return breaks(fmt::format("{}: a UTF8String that is not UTF-8", what), object.at);
  }
  if (object.tag == tags::kPrintableString) {
    const auto text = base::as_text(object.value);
    const bool good = std::ranges::all_of(text, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             std::string_view{" '()+,-./:=?"}.contains(c);
    });
    if (!good) return breaks(fmt::format("{}: a PrintableString with other characters", what), object.at);
  }
  return {};
}

Judged<void> time_rules(const Object& object, std::string_view what) {
  const auto time = asn1::time_of({.tag = object.tag, .value = object.value, .whole = object.whole});
  if (!time) return breaks(fmt::format("{}: a time in a form that RFC 5280 §4.1.2.5 forbids", what), object.at);
  return {};
}

Judged<void> primitive_rules(const Object& object, std::string_view what) {
  switch (object.tag) {
    case tags::kBoolean:
      if (object.value.size() == 1 && (object.value[0] == 0x00 || object.value[0] == 0xFF)) return {};
      return breaks(fmt::format("{}: a BOOLEAN that is neither 00 nor FF", what), object.at);
    case tags::kInteger:
    case 0x0A: return integer_rules(object, what);
    case tags::kBitString: return bit_string_rules(object, what);
    case tags::kNull:
      if (object.value.empty()) return {};
      return breaks(fmt::format("{}: a NULL with octets", what), object.at);
    case tags::kOid: return oid_rules(object, what);
    case tags::kUtcTime:
    case tags::kGeneralizedTime: return time_rules(object, what);
    case 0x10:
    case 0x11: return breaks(fmt::format("{}: a SEQUENCE or SET that is not constructed", what), object.at);
    default: return string_rules(object, what);
  }
}

bool is_constructed(Tag tag) noexcept {
  return asn1::Tlv{.tag = tag, .value = {}, .whole = {}}.constructed();
}

Judged<void> check_level(Level level, std::string_view what, std::size_t depth) {
  if (depth > asn1::kMaxDepth)
    return undecided(fmt::format("{} is nested too deep to look at", what), level.position());
  while (!level.at_end()) {
    CICADA_TRY(const auto object, level.next(what));
    if (!is_constructed(object.tag)) {
      CICADA_CHECK(primitive_rules(object, what));
      continue;
    }
    // X.690 §10.2: strings come in one piece. Universal tags are those below 40.
    if (object.tag < 0x40 && object.tag != tags::kSequence && object.tag != tags::kSet && object.tag != 0x28) {
      return breaks(fmt::format("{}: a value of a simple type in pieces (tag {})", what, tag_text(object.tag)),
                    object.at);
    }
    if (object.tag == tags::kSet) CICADA_CHECK(check_set_order(object, what));
    CICADA_CHECK(check_level(Level{object, Rules::der}, what, depth + 1));
  }
  return {};
}

}  // namespace

Judged<void> check_der(ByteView octets, std::size_t at, std::string_view what) {
  return check_level(Level{octets, at, Rules::der}, what, 0);
}

Judged<void> check_set_order(const Object& set, std::string_view what) {
  Level level{set, Rules::der};
  std::optional<ByteView> before;
  while (!level.at_end()) {
    CICADA_TRY(const auto element, level.next(what));
    if (before) {
      // Shorter ones are compared as if they were filled up with 00: no encoding is another's beginning, so this is it.
      if (base::equal(*before, element.whole)) {
        return breaks(fmt::format("{}: an element stands twice in a set", what), element.at);
      }
      if (!std::ranges::lexicographical_compare(*before, element.whole)) {
        return breaks(fmt::format("{}: a set is not sorted as DER wants it", what), element.at);
      }
    }
    before = element.whole;
  }
  return {};
}

Judged<std::uint32_t> small_integer(const Object& integer, std::string_view what) {
  CICADA_CHECK(integer_rules(integer, what));
  const auto value = (integer.value[0] & 0x80U) != 0 ? base::Result<std::uint32_t>{base::fail({.what = "negative"})}
                                                     : asn1::small_integer(integer.value);
  if (!value) {
    return breaks(fmt::format("{} is {}, a small number is wanted", what, octets_text(integer.value)), integer.at);
  }
  return *value;
}

}  // namespace cicada::conformance::lds
