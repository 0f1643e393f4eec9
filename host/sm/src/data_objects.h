// The data objects of secure messaging (9303-11 §9.8.4), and nothing more of TLV than they need.
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::sm {

inline constexpr std::uint8_t kCryptogramOddIns = 0x85;
inline constexpr std::uint8_t kCryptogramEvenIns = 0x87;
inline constexpr std::uint8_t kExpectedLength = 0x97;
inline constexpr std::uint8_t kStatusWord = 0x99;
inline constexpr std::uint8_t kChecksum = 0x8E;
/// First octet of DO'87': ISO/IEC 9797-1 padding method 2.
inline constexpr std::uint8_t kPaddingMethod2 = 0x01;
inline constexpr std::size_t kChecksumSize = 8;

/// Octets that tag and length take before a value of `size` octets.
[[nodiscard]] constexpr std::size_t prefix_size(std::size_t size) noexcept {
  if (size < 0x80) return 2;
  if (size < 0x100) return 3;
  if (size < 0x10000) return 4;
  return 5;
}

/// Appends tag and length.
void append_prefix(base::Bytes& to, std::uint8_t tag, std::size_t size);

/// A protected response, taken apart and checked for form.
struct ProtectedResponse {
  std::optional<base::ByteView> cryptogram;  ///< without the padding indicator
  base::ByteView authenticated;              ///< what the MAC covers: all before DO'8E'
  std::uint16_t status = 0;                  ///< DO'99'
  base::ByteView checksum;                   ///< DO'8E'
};

/// [85|87] 99 8E in this order: DO'85' after an odd INS, DO'87' after an even one. Fails with malformed on an unknown,
/// repeated, missing or misplaced object, a value of the wrong size, and anything behind DO'8E'.
[[nodiscard]] base::Result<ProtectedResponse> take_apart(base::ByteView data, bool odd_ins, std::size_t block);

}  // namespace cicada::host::sm
