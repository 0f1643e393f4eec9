// Decoding with libjpeg, to see whether a picture is whole; not part of the room's promise.
#pragma once

#include "cicada/base/bytes.h"

namespace cicada::host::issuance {

/// What libjpeg makes of a file. Plain data: it survives the longjmp out of the library.
struct DecodeReport {
  bool header_read = false;
  bool decoded = false;  ///< to the last line, without a warning
  bool too_many_pixels = false;
  bool progressive = false;
  bool arithmetic = false;
  int components = 0;
  unsigned width = 0;
  unsigned height = 0;
};

/// Reads the header, and every line when the picture is of a kind that can go on a chip (baseline, 1 or 3 components)
/// and has at most `max_pixels`. Keeps one line in memory. Never ends the process, never throws.
[[nodiscard]] DecodeReport decode_jpeg(base::ByteView jpeg, unsigned long max_pixels) noexcept;

/// The header only: size and components of a picture that decoded before.
[[nodiscard]] DecodeReport read_jpeg_header(base::ByteView jpeg) noexcept;

}  // namespace cicada::host::issuance
