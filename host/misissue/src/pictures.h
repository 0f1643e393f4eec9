// Small pictures that any program can open, in the formats of Doc 9303.
#pragma once

#include "cicada/base/bytes.h"

namespace cicada::host::misissue {

inline constexpr std::uint16_t kPictureWidth = 48;
inline constexpr std::uint16_t kPictureHeight = 64;

/// Grey, of kPictureWidth x kPictureHeight.
[[nodiscard]] base::ByteView jpeg_picture() noexcept;
[[nodiscard]] base::ByteView jpeg2000_picture() noexcept;
[[nodiscard]] base::ByteView wsq_picture() noexcept;
/// 8 bits a pixel, row by row.
[[nodiscard]] base::Bytes raw_picture();

}  // namespace cicada::host::misissue
