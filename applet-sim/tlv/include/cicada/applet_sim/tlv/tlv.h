// BER-TLV data objects as commands and responses carry them: strict, flat, without allocation on the way in.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::tlv {

/// Tag octets as a number: 0x87, 0x7F49. At most two octets.
using Tag = std::uint16_t;

/// No value is longer: three length octets (82 FF FF), as much as the longest command carries.
inline constexpr std::size_t kMaxValueSize = 65535;

struct Object {
  Tag tag = 0;
  base::ByteView value;
  base::ByteView raw;  ///< tag, length and value as they came
};

/// Walks over data objects that follow each other. Lengths must have their shortest form; tags 00 and FF, tags of more
/// than two octets, indefinite lengths and values that run over the end are malformed (ISO/IEC 8825-1 §8.1, DER).
class Reader {
 public:
  explicit Reader(base::ByteView octets) noexcept : rest_(octets) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  /// The tag of the next object; 0 at the end or when it is malformed.
  [[nodiscard]] Tag peek() const noexcept;
  /// The next object. Fails with malformed; the reader then stays where it is.
  [[nodiscard]] base::Result<Object> next();
  /// The next object, which must have this tag. Fails with malformed.
  [[nodiscard]] base::Result<Object> next(Tag tag);

 private:
  base::ByteView rest_;
};

/// The one object that `octets` consist of. Fails with malformed when there is another tag or anything behind it.
[[nodiscard]] base::Result<base::ByteView> only(base::ByteView octets, Tag tag);

/// Octets of tag and length of an object with a value of `value_size` octets (at most kMaxValueSize).
[[nodiscard]] std::size_t header_size(Tag tag, std::size_t value_size) noexcept;
/// Appends tag and length; the caller appends the value.
void append_header(base::Bytes& to, Tag tag, std::size_t value_size);
void append(base::Bytes& to, Tag tag, base::ByteView value);

}  // namespace cicada::applet_sim::tlv
