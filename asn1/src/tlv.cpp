#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

static_assert(sizeof(std::size_t) >= 8, "a four-octet length plus its header must not overflow");

constexpr std::size_t kMaxTagSize = 3;
constexpr std::size_t kMaxLengthOctets = 4;

struct TagRead {
  Tag tag;
  std::size_t size;
};

Result<TagRead> read_tag(ByteView bytes) {
  if (bytes.empty()) return fail({.fault = Fault::malformed, .what = "data ends before a tag", .at = 0});
  if (bytes[0] == 0x00) {
    return fail({.fault = Fault::malformed, .what = "tag 00 is no data object", .clause = "X.690 §8.1.5", .at = 0});
  }
  Tag tag = bytes[0];
  if ((tag & 0x1FU) != 0x1FU) return TagRead{tag, 1};
  for (std::size_t size = 1; size < kMaxTagSize; ++size) {
    if (size == bytes.size()) return fail({.fault = Fault::malformed, .what = "data ends within a tag", .at = size});
    const auto octet = bytes[size];
    if (size == 1 && octet == 0x80) {
      return fail({.fault = Fault::malformed,
                   .what = "tag number with leading zeros",
                   .clause = "X.690 §8.1.2.4.2",
                   .at = size});
    }
    tag = (tag << 8U) | octet;
    if ((octet & 0x80U) == 0) return TagRead{tag, size + 1};
  }
  return fail({.fault = Fault::malformed, .what = "tag of more than three octets", .at = kMaxTagSize - 1});
}

}  // namespace

bool Tlv::constructed() const noexcept {
  const auto first = tag > 0xFFFFU ? tag >> 16U : tag > 0xFFU ? tag >> 8U : tag;
  return (first & 0x20U) != 0;
}

Result<TlvHeader> read_header(ByteView bytes, Rules rules) {
  CICADA_TRY(const auto tag, read_tag(bytes));
  std::size_t at = tag.size;
  if (at == bytes.size()) return fail({.fault = Fault::malformed, .what = "data ends before a length", .at = at});
  const std::size_t first = bytes[at];
  if (first < 0x80) return TlvHeader{.tag = tag.tag, .header_size = at + 1, .content_size = first};
  if (first == 0x80) {
    return fail({.fault = Fault::malformed, .what = "indefinite length", .clause = "X.690 §10.1", .at = at});
  }
  const std::size_t octets = first - 0x80;
  if (octets > kMaxLengthOctets) {
    return fail({.fault = Fault::malformed, .what = "length of more than four octets", .at = at});
  }
  if (bytes.size() - at - 1 < octets) {
    return fail({.fault = Fault::malformed, .what = "data ends within a length", .at = bytes.size()});
  }
  std::size_t length = 0;
  for (std::size_t i = 1; i <= octets; ++i) length = (length << 8U) | bytes[at + i];
  const bool shortest = length >= 0x80 && (length >> (8 * (octets - 1))) != 0;
  if (rules == Rules::der && !shortest) {
    return fail(
        {.fault = Fault::malformed, .what = "length is not in its shortest form", .clause = "X.690 §10.1", .at = at});
  }
  return TlvHeader{.tag = tag.tag, .header_size = at + 1 + octets, .content_size = length};
}

std::optional<Tag> TlvReader::peek() const noexcept {
  const auto read = read_tag(rest());
  if (!read) return std::nullopt;
  return read->tag;
}

Result<Tlv> TlvReader::next() {
  const auto left = rest();
  auto header = read_header(left, rules_);
  if (!header) {
    header.error().at = position_ + header.error().at.value_or(0);
    return std::unexpected(header.error());
  }
  if (header->content_size > left.size() - header->header_size) {
    return fail({.fault = Fault::malformed, .what = "data object is longer than the data", .at = position_});
  }
  position_ += header->total_size();
  return Tlv{.tag = header->tag,
             .value = left.subspan(header->header_size, header->content_size),
             .whole = left.first(header->total_size())};
}

Result<Tlv> TlvReader::expect(Tag tag) {
  const auto start = position_;
  CICADA_TRY(auto object, next());
  if (object.tag != tag) {
    position_ = start;
    return fail({.fault = Fault::malformed, .what = "another data object was expected here", .at = start});
  }
  return object;
}

Result<std::optional<Tlv>> TlvReader::accept(Tag tag) {
  if (at_end()) return std::nullopt;
  const auto start = position_;
  CICADA_TRY(auto object, next());
  if (object.tag != tag) {
    position_ = start;
    return std::nullopt;
  }
  return object;
}

Result<void> TlvReader::expect_end() const {
  if (!at_end()) return fail({.fault = Fault::malformed, .what = "data goes on after its end", .at = position_});
  return {};
}

Result<Tlv> read_only(ByteView bytes, Tag expected, Rules rules) {
  TlvReader reader{bytes, rules};
  CICADA_TRY(auto object, expected == 0 ? reader.next() : reader.expect(expected));
  CICADA_CHECK(reader.expect_end());
  return object;
}

Result<std::vector<Tlv>> read_all(ByteView bytes, Rules rules) {
  std::vector<Tlv> objects;
  TlvReader reader{bytes, rules};
  while (!reader.at_end()) {
    if (objects.size() == kMaxObjects) {
      return fail({.fault = Fault::limit, .what = "too many data objects", .at = reader.position()});
    }
    CICADA_TRY(auto object, reader.next());
    objects.push_back(object);
  }
  return objects;
}

namespace {

std::size_t length_octets(std::size_t content_size) noexcept {
  std::size_t octets = 0;
  for (auto rest = content_size; rest != 0; rest >>= 8U) ++octets;
  return octets;
}

}  // namespace

void append_header(base::Bytes& to, Tag tag, std::size_t content_size) {
  if (tag > 0xFFFFU) to.push_back(static_cast<std::uint8_t>(tag >> 16U));
  if (tag > 0xFFU) to.push_back(static_cast<std::uint8_t>(tag >> 8U));
  to.push_back(static_cast<std::uint8_t>(tag));
  if (content_size < 0x80) {
    to.push_back(static_cast<std::uint8_t>(content_size));
    return;
  }
  const auto octets = length_octets(content_size);
  to.push_back(static_cast<std::uint8_t>(0x80 + octets));
  for (std::size_t i = octets; i-- > 0;) to.push_back(static_cast<std::uint8_t>(content_size >> (8 * i)));
}

std::size_t header_size(Tag tag, std::size_t content_size) noexcept {
  const std::size_t tag_size = tag > 0xFFFFU ? 3 : tag > 0xFFU ? 2 : 1;
  return tag_size + (content_size < 0x80 ? 1 : 1 + length_octets(content_size));
}

void append_tlv(base::Bytes& to, Tag tag, ByteView content) {
  append_header(to, tag, content.size());
  base::append(to, content);
}

base::Bytes encode_tlv(Tag tag, ByteView content) {
  base::Bytes encoded;
  encoded.reserve(header_size(tag, content.size()) + content.size());
  append_tlv(encoded, tag, content);
  return encoded;
}

base::Bytes encode_tlv(Tag tag, std::initializer_list<ByteView> contents) {
  std::size_t size = 0;
  for (const auto content : contents) size += content.size();
  base::Bytes encoded;
  encoded.reserve(header_size(tag, size) + size);
  append_header(encoded, tag, size);
  for (const auto content : contents) base::append(encoded, content);
  return encoded;
}

}  // namespace cicada::asn1
