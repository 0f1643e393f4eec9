#include "cicada/asn1/der.h"

#include <algorithm>
#include <vector>

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

ByteView trim_unsigned(ByteView octets) noexcept {
  while (octets.size() > 1 && octets.front() == 0) octets = octets.subspan(1);
  return octets;
}

Result<ByteView> unsigned_of_integer(ByteView content) {
  if (content.empty()) {
    return fail({.fault = Fault::malformed, .what = "INTEGER without content", .clause = "X.690 §8.3.1"});
  }
  return trim_unsigned(content);
}

Result<std::uint32_t> small_integer(ByteView content) {
  if (content.empty() || (content.front() & 0x80U) != 0) {
    return fail({.fault = Fault::malformed, .what = "not an INTEGER from 0 on", .clause = "X.690 §8.3"});
  }
  const auto octets = trim_unsigned(content);
  if (octets.size() > 4) return fail({.fault = Fault::limit, .what = "INTEGER is too large here"});
  std::uint32_t value = 0;
  for (const auto octet : octets) value = (value << 8U) | octet;
  return value;
}

Result<ByteView> octets_of_bit_string(ByteView content) {
  if (content.empty() || content.front() != 0) {
    return fail({.fault = Fault::malformed, .what = "BIT STRING does not hold whole octets", .clause = "X.690 §8.6"});
  }
  return content.subspan(1);
}

Bytes encode_unsigned(ByteView big_endian) {
  constexpr std::uint8_t kZero = 0;
  const auto octets = trim_unsigned(big_endian.empty() ? ByteView{&kZero, 1} : big_endian);
  // A first bit of 1 would make the number negative.
  if ((octets.front() & 0x80U) == 0) return encode_tlv(tags::kInteger, octets);
  return encode_tlv(tags::kInteger, {ByteView{&kZero, 1}, octets});
}

Bytes encode_integer(std::uint32_t value) {
  const std::array<std::uint8_t, 4> octets{static_cast<std::uint8_t>(value >> 24U),
                                           static_cast<std::uint8_t>(value >> 16U),
                                           static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
  return encode_unsigned(octets);
}

Bytes encode_boolean(bool value) {
  return {0x01, 0x01, static_cast<std::uint8_t>(value ? 0xFF : 0x00)};
}

Bytes encode_null() {
  return {0x05, 0x00};
}

Bytes encode_oid(const Oid& oid) {
  return oid.der();
}

Bytes encode_octet_string(ByteView content) {
  return encode_tlv(tags::kOctetString, content);
}

Bytes encode_bit_string(ByteView octets) {
  constexpr std::uint8_t kNoUnusedBits = 0;
  return encode_tlv(tags::kBitString, {ByteView{&kNoUnusedBits, 1}, octets});
}

Bytes encode_string(Tag string_tag, std::string_view text) {
  return encode_tlv(string_tag, base::as_bytes(text));
}

Bytes encode_sequence(std::initializer_list<ByteView> elements) {
  return encode_tlv(tags::kSequence, elements);
}

namespace {

Bytes join(Tag tag, std::span<const Bytes> elements) {
  std::size_t size = 0;
  for (const auto& element : elements) size += element.size();
  Bytes joined;
  joined.reserve(header_size(tag, size) + size);
  append_header(joined, tag, size);
  for (const auto& element : elements) base::append(joined, element);
  return joined;
}

}  // namespace

Bytes encode_sequence(std::span<const Bytes> elements) {
  return join(tags::kSequence, elements);
}

Bytes encode_set_of(std::span<const Bytes> elements) {
  std::vector<Bytes> sorted(elements.begin(), elements.end());
  std::ranges::sort(sorted, [](const Bytes& a, const Bytes& b) { return base::as_text(a) < base::as_text(b); });
  return join(tags::kSet, sorted);
}

}  // namespace cicada::asn1
