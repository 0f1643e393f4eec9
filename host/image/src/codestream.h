// A JPEG 2000 codestream looked at before a decoder sees it; not part of the room's promise.
#pragma once

#include <vector>

#include "cicada/host/image/picture.h"

namespace cicada::host::image {

enum class ColourSpace : std::uint8_t { unknown, grey, srgb, sycc };

/// Where the codestream lies in a file, and what the file says of its colours.
struct Jp2 {
  base::ByteView codestream;
  ColourSpace colours = ColourSpace::unknown;
};

/// Finds the codestream: in a JP2 file (ISO/IEC 15444-1 Annex I), or the octets themselves. Fails with malformed, with
/// limit on more than kMaxBoxes boxes, with unsupported on a palette.
[[nodiscard]] base::Result<Jp2> open_jp2(base::ByteView image);

/// SIZ: the reference grid. @clause ISO/IEC 15444-1 §A.5.1
struct ImageSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t tile_width = 0;
  std::uint32_t tile_height = 0;
  std::uint64_t tiles = 0;
  std::uint32_t components = 0;
};

/// Reads SIZ alone. Fails with malformed.
[[nodiscard]] base::Result<ImageSize> read_size(base::ByteView codestream);

/// Walks over all marker segments of the main header and of every tile-part and holds them against the room's caps:
/// pixels, components, tiles, layers, precincts, segments. Fails with limit above one, with unsupported on packed
/// headers, changed progressions and components that are sampled apart by more than two, with malformed.
[[nodiscard]] base::Result<ImageSize> check_codestream(base::ByteView codestream);

}  // namespace cicada::host::image
