#include "data_objects.h"

#include "cicada/base/cursor.h"

namespace cicada::host::sm {

using base::ByteView;
using base::Cursor;
using base::Fault;
using base::Result;

namespace {

std::unexpected<base::Error> bad_form(base::Literal what, std::size_t at) {
  return base::fail({.fault = Fault::malformed, .what = what, .clause = "9303-11 §9.8.4", .at = at});
}

struct Object {
  std::uint8_t tag;
  ByteView value;
};

Result<Object> take_object(Cursor& cursor) {
  CICADA_TRY(const auto tag, cursor.take_u8());
  CICADA_TRY(const auto first, cursor.take_u8());
  std::size_t size = first;
  if (first > 0x83 || first == 0x80) return bad_form("length form not allowed in secure messaging", cursor.position());
  if (first > 0x80) {
    CICADA_TRY(size, cursor.take_unsigned(first & 0x7FU));
  }
  CICADA_TRY(const auto value, cursor.take(size));
  return Object{.tag = tag, .value = value};
}

Result<ByteView> cryptogram_of(const Object& object, std::size_t block, std::size_t at) {
  auto value = object.value;
  if (object.tag == kCryptogramEvenIns) {
    if (value.empty() || value[0] != kPaddingMethod2) return bad_form("unknown padding indicator in DO'87'", at);
    value = value.subspan(1);
  }
  if (value.empty() || value.size() % block != 0) return bad_form("cryptogram is not a whole number of blocks", at);
  return value;
}

}  // namespace

void append_prefix(base::Bytes& to, std::uint8_t tag, std::size_t size) {
  to.push_back(tag);
  const auto octets = prefix_size(size) - 2;
  if (octets > 0) to.push_back(static_cast<std::uint8_t>(0x80U | octets));
  base::append_unsigned(to, size, octets == 0 ? 1 : octets);
}

Result<ProtectedResponse> take_apart(ByteView data, bool odd_ins, std::size_t block) {
  ProtectedResponse parts;
  Cursor cursor{data};
  CICADA_TRY(auto object, take_object(cursor));
  if (object.tag == (odd_ins ? kCryptogramOddIns : kCryptogramEvenIns)) {
    CICADA_TRY(parts.cryptogram, cryptogram_of(object, block, cursor.position()));
    CICADA_TRY(object, take_object(cursor));
  }
  if (object.tag != kStatusWord) return bad_form("DO'99' is missing or out of place", cursor.position());
  if (object.value.size() != 2) return bad_form("DO'99' has two octets", cursor.position());
  parts.status = static_cast<std::uint16_t>((object.value[0] << 8U) | object.value[1]);

  parts.authenticated = data.first(cursor.position());
  CICADA_TRY(object, take_object(cursor));
  if (object.tag != kChecksum) return bad_form("DO'8E' is missing or out of place", cursor.position());
  if (object.value.size() != kChecksumSize) return bad_form("DO'8E' has eight octets", cursor.position());
  parts.checksum = object.value;
  if (!cursor.at_end()) return bad_form("octets behind DO'8E'", cursor.position());
  return parts;
}

}  // namespace cicada::host::sm
