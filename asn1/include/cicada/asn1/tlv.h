// BER-TLV data objects: the frame around everything a card or a certificate says.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// A tag as its octets read big-endian: 0x30, 0x5F1F, 0x7F61. Up to three octets.
using Tag = std::uint32_t;

/// Nested objects deeper than this are refused.
inline constexpr std::size_t kMaxDepth = 32;
/// More data objects than this in one parsed level are refused.
inline constexpr std::size_t kMaxObjects = 4096;

/// How lengths are read. Certificates and CV certificates are DER; files on chips may carry over-long lengths (field
/// deviation) and, in CMS, indefinite ones.
enum class Rules : std::uint8_t {
  der,  ///< shortest definite length only
  ber,  ///< any definite length of up to four octets
};

/// One data object, borrowed from the octets it was read from.
struct Tlv {
  Tag tag = 0;
  base::ByteView value;  ///< content octets
  base::ByteView whole;  ///< tag, length and content exactly as they stood
  [[nodiscard]] bool constructed() const noexcept;
};

/// Tag and length at the front of `bytes`; the content may not be there yet. For reading a file in pieces.
struct TlvHeader {
  Tag tag = 0;
  std::size_t header_size = 0;   ///< octets of tag and length
  std::size_t content_size = 0;  ///< octets of content
  [[nodiscard]] std::size_t total_size() const noexcept { return header_size + content_size; }
};
[[nodiscard]] base::Result<TlvHeader> read_header(base::ByteView bytes, Rules rules = Rules::ber);

/// Reads data objects one after the other. Fails with malformed (Error::at is the offset) on a truncated tag, length
/// or content, an indefinite length, or a length form that `rules` forbids. Never reads past the end.
class TlvReader {
 public:
  explicit TlvReader(base::ByteView bytes, Rules rules = Rules::ber) noexcept : bytes_(bytes), rules_(rules) {}

  [[nodiscard]] bool at_end() const noexcept { return position_ == bytes_.size(); }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] base::ByteView rest() const noexcept { return bytes_.subspan(position_); }
  /// The tag of the next object without consuming it; nothing at the end or if it cannot be read.
  [[nodiscard]] std::optional<Tag> peek() const noexcept;

  [[nodiscard]] base::Result<Tlv> next();
  /// The next object, which must have this tag.
  [[nodiscard]] base::Result<Tlv> expect(Tag tag);
  /// The next object if it has this tag; otherwise nothing is consumed.
  [[nodiscard]] base::Result<std::optional<Tlv>> accept(Tag tag);
  /// Fails with malformed when anything is left.
  [[nodiscard]] base::Result<void> expect_end() const;

 private:
  base::ByteView bytes_;
  Rules rules_;
  std::size_t position_ = 0;
};

/// The one object that `bytes` consists of. `expected` 0 accepts any tag.
[[nodiscard]] base::Result<Tlv> read_only(base::ByteView bytes, Tag expected = 0, Rules rules = Rules::ber);
/// Octets of the object at the front of `bytes`, whose length may be indefinite (X.690 §8.1.3.6). Fails with malformed
/// when it does not end within `bytes`, with limit when it is nested or divided too much.
[[nodiscard]] base::Result<std::size_t> object_size(base::ByteView bytes);
/// All objects of one level; at most kMaxObjects.
[[nodiscard]] base::Result<std::vector<Tlv>> read_all(base::ByteView bytes, Rules rules = Rules::ber);

/// Tag, shortest definite length, content. Appends to `to`.
void append_tlv(base::Bytes& to, Tag tag, base::ByteView content);
[[nodiscard]] base::Bytes encode_tlv(Tag tag, base::ByteView content);
/// The same around several contents joined.
[[nodiscard]] base::Bytes encode_tlv(Tag tag, std::initializer_list<base::ByteView> contents);
/// Tag and shortest definite length alone, for a content of `content_size` octets that follows. Appends to `to`.
void append_header(base::Bytes& to, Tag tag, std::size_t content_size);
/// Octets that tag and length of a content of `content_size` octets take.
[[nodiscard]] std::size_t header_size(Tag tag, std::size_t content_size) noexcept;

}  // namespace cicada::asn1
