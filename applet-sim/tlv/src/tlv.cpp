#include "cicada/applet_sim/tlv/tlv.h"

#include "cicada/base/cursor.h"

namespace cicada::applet_sim::tlv {
namespace {

std::unexpected<base::Error> malformed(base::Literal what, std::size_t at) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .clause = "ISO/IEC 7816-4 §5.2.2", .at = at});
}

base::Result<Tag> take_tag(base::Cursor& cursor) {
  CICADA_TRY(const auto first, cursor.take_u8());
  if (first == 0x00 || first == 0xFF) return malformed("a tag that is never used", 0);
  if ((first & 0x1FU) != 0x1F) return first;
  CICADA_TRY(const auto second, cursor.take_u8());
  // A second octet below 1F would have fitted into the first one; with its top bit set a third one would follow.
  if (second < 0x1F || second > 0x7F) return malformed("a tag of more than two octets, or not in its shortest form", 1);
  return static_cast<Tag>((first << 8U) | second);
}

base::Result<std::size_t> take_length(base::Cursor& cursor) {
  const auto at = cursor.position();
  CICADA_TRY(const auto first, cursor.take_u8());
  if (first < 0x80) return first;
  if (first == 0x81) {
    CICADA_TRY(const auto length, cursor.take_u8());
    if (length < 0x80) return malformed("a length that is not in its shortest form", at);
    return length;
  }
  if (first == 0x82) {
    CICADA_TRY(const auto length, cursor.take_u16());
    if (length < 0x100) return malformed("a length that is not in its shortest form", at);
    return length;
  }
  return malformed("an indefinite length, or one of more than three octets", at);
}

base::Result<Object> take(base::ByteView octets) {
  base::Cursor cursor{octets};
  CICADA_TRY(const auto tag, take_tag(cursor));
  CICADA_TRY(const auto length, take_length(cursor));
  CICADA_TRY(const auto value, cursor.take(length));
  return Object{.tag = tag, .value = value, .raw = octets.first(cursor.position())};
}

}  // namespace

Tag Reader::peek() const noexcept {
  base::Cursor cursor{rest_};
  return take_tag(cursor).value_or(0);
}

base::Result<Object> Reader::next() {
  CICADA_TRY(const auto object, take(rest_));
  rest_ = rest_.subspan(object.raw.size());
  return object;
}

base::Result<Object> Reader::next(Tag tag) {
  CICADA_TRY(const auto object, take(rest_));
  if (object.tag != tag) return malformed("another tag is expected here", 0);
  rest_ = rest_.subspan(object.raw.size());
  return object;
}

base::Result<base::ByteView> only(base::ByteView octets, Tag tag) {
  Reader reader{octets};
  CICADA_TRY(const auto object, reader.next(tag));
  if (!reader.at_end()) return malformed("octets behind the only object", object.raw.size());
  return object.value;
}

std::size_t header_size(Tag tag, std::size_t value_size) noexcept {
  const std::size_t tag_size = tag > 0xFF ? 2 : 1;
  if (value_size < 0x80) return tag_size + 1;
  return tag_size + (value_size < 0x100 ? 2 : 3);
}

void append_header(base::Bytes& to, Tag tag, std::size_t value_size) {
  base::append_unsigned(to, tag, tag > 0xFF ? 2 : 1);
  if (value_size >= 0x100) {
    to.push_back(0x82);
    base::append_unsigned(to, value_size, 2);
    return;
  }
  if (value_size >= 0x80) to.push_back(0x81);
  to.push_back(static_cast<std::uint8_t>(value_size));
}

void append(base::Bytes& to, Tag tag, base::ByteView value) {
  append_header(to, tag, value.size());
  base::append(to, value);
}

}  // namespace cicada::applet_sim::tlv
