// The two decoders behind decode(); not part of the room's promise.
#pragma once

#include "cicada/host/image/picture.h"

namespace cicada::host::image {

[[nodiscard]] base::Result<ImageInfo> read_jpeg_info(base::ByteView jpeg);
[[nodiscard]] base::Result<Picture> decode_jpeg(base::ByteView jpeg);

[[nodiscard]] base::Result<ImageInfo> read_jpeg2000_info(base::ByteView image);
[[nodiscard]] base::Result<Picture> decode_jpeg2000(base::ByteView image);

/// Fails with limit when the picture has more pixels than kMaxPixels, with malformed when it has none.
[[nodiscard]] inline base::Result<void> check_size(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) {
    return base::fail({.fault = base::Fault::malformed, .what = "the image has no pixels"});
  }
  if (width > kMaxPixels || height > kMaxPixels || width * height > kMaxPixels) {
    return base::fail({.fault = base::Fault::limit, .what = "the image has more pixels than any portrait"});
  }
  return {};
}

}  // namespace cicada::host::image
