// Reading octets from the front, never past the end.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::base {

/// Walks over borrowed octets. Every read says whether the octets were there.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  [[nodiscard]] bool at_end() const noexcept { return remaining() == 0; }
  [[nodiscard]] ByteView rest() const noexcept { return bytes_.subspan(position_); }

  /// The next `count` octets. Fails with malformed when fewer remain (Error::at is the position).
  [[nodiscard]] Result<ByteView> take(std::size_t count) {
    if (count > remaining()) {
      return fail({.fault = Fault::malformed, .what = "data ends too early", .at = position_});
    }
    const auto taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }

  /// A big-endian unsigned integer of `octets` (1 to 8) octets.
  [[nodiscard]] Result<std::uint64_t> take_unsigned(std::size_t octets) {
    CICADA_TRY(const auto taken, take(octets));
    std::uint64_t value = 0;
    for (const auto octet : taken) value = (value << 8U) | octet;
    return value;
  }

  [[nodiscard]] Result<std::uint8_t> take_u8() {
    CICADA_TRY(const auto taken, take(1));
    return taken[0];
  }

  [[nodiscard]] Result<std::uint16_t> take_u16() {
    CICADA_TRY(const auto value, take_unsigned(2));
    return static_cast<std::uint16_t>(value);
  }

  [[nodiscard]] Result<std::uint32_t> take_u32() {
    CICADA_TRY(const auto value, take_unsigned(4));
    return static_cast<std::uint32_t>(value);
  }

 private:
  ByteView bytes_;
  std::size_t position_ = 0;
};

/// Appends `value` big-endian in `octets` octets.
inline void append_unsigned(Bytes& to, std::uint64_t value, std::size_t octets) {
  for (std::size_t i = octets; i-- > 0;) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace cicada::base
