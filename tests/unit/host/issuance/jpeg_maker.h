// Pictures made in the test, so that what is wrong with each is known.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"

namespace cicada::test {

enum class Colours : std::uint8_t { grey = 1, rgb = 3, cmyk = 4 };

struct JpegOptions {
  unsigned width = 480;
  unsigned height = 640;
  Colours colours = Colours::rgb;
  bool progressive = false;
  bool arithmetic = false;
  bool one_scan_a_component = false;
};

/// A JPEG of coloured stripes.
[[nodiscard]] base::Bytes make_jpeg(const JpegOptions& options = {});

/// The same picture with a segment put in behind the start marker.
[[nodiscard]] base::Bytes with_segment(base::ByteView jpeg, std::uint8_t marker, base::ByteView payload);

/// An EXIF payload with this orientation (1 is upright), big or little endian.
[[nodiscard]] base::Bytes exif(std::uint16_t orientation, bool little_endian);

}  // namespace cicada::test
