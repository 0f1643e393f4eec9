// Biometric blocks for tests, made element by element.
#pragma once

#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"

namespace cicada::test {

/// `size` octets that begin with `prefix`.
inline base::Bytes image_of(base::ByteView prefix, std::size_t size, std::uint8_t fill = 0x5A) {
  base::Bytes image(size, fill);
  std::ranges::copy(prefix, image.begin());
  return image;
}

/// A file of one template: `tag` { 7F61 { 020101 7F60 { A1 header; block_tag block } } }
inline base::Bytes group_of(asn1::Tag tag, base::ByteView header, asn1::Tag block_tag, base::ByteView block) {
  using base::literals::operator""_hex;
  const auto content = base::concat({asn1::encode_tlv(0xA1, header), asn1::encode_tlv(block_tag, block)});
  return asn1::encode_tlv(tag, asn1::encode_tlv(0x7F61, {"020101"_hex, asn1::encode_tlv(0x7F60, content)}));
}

/// A1 { tag { version block; [1] { representation } } }: the frame of ISO/IEC 39794.
inline base::Bytes iso39794_of(asn1::Tag tag, std::initializer_list<base::ByteView> representations) {
  using base::literals::operator""_hex;
  base::Bytes list;
  for (const auto one : representations) asn1::append_tlv(list, asn1::tags::kSequence, one);
  const auto content = base::concat({"A007 800103 810207E3"_hex, asn1::encode_tlv(0xA1, list)});
  return asn1::encode_tlv(0xA1, asn1::encode_tlv(tag, content));
}

/// A face's representation: [0] id, [1] the image and `about` it (inside [1] of its block), then `rest`.
inline base::Bytes iso39794_face(base::ByteView image, base::ByteView about, base::ByteView rest) {
  using base::literals::operator""_hex;
  const auto block = base::concat({asn1::encode_tlv(0x80, image), asn1::encode_tlv(0xA1, about)});
  const auto choice = asn1::encode_tlv(0xA0, asn1::encode_tlv(0xA0, block));
  return base::concat({"800100"_hex, asn1::encode_tlv(0xA1, choice), rest});
}

}  // namespace cicada::test
