// The data objects of secure messaging as the tests see them: nothing is refused, all is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::conformance::terminal {

inline constexpr std::uint8_t kCryptogramOddIns = 0x85;
inline constexpr std::uint8_t kCryptogramEvenIns = 0x87;
inline constexpr std::uint8_t kExpectedLength = 0x97;
inline constexpr std::uint8_t kStatusWord = 0x99;
inline constexpr std::uint8_t kChecksum = 0x8E;
/// An object that a chip has no use for: plain data in secure messaging (ISO/IEC 7816-4 table 39).
inline constexpr std::uint8_t kUnknownObject = 0x80;
/// First octet of DO'87': ISO/IEC 9797-1 padding method 2.
inline constexpr std::uint8_t kPaddingMethod2 = 0x01;
inline constexpr std::size_t kChecksumSize = 8;

/// An object to be sent.
struct Object {
  std::uint8_t tag = 0;
  base::Bytes value;
};
[[nodiscard]] base::Bytes encode(const std::vector<Object>& objects);

/// An object that came.
struct SeenObject {
  std::uint8_t tag = 0;
  base::ByteView value;
  std::size_t start = 0;  ///< where its tag stands
};
/// Most objects of one answer that are looked at.
inline constexpr std::size_t kMaxObjects = 64;
struct Seen {
  std::vector<SeenObject> objects;
  bool whole = true;  ///< false: octets are left that are no object, or there are more than kMaxObjects
};
[[nodiscard]] Seen take_apart(base::ByteView data);

}  // namespace cicada::conformance::terminal
