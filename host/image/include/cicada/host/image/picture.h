// Portraits as pixels: JPEG and JPEG 2000 in, PNG out.
#pragma once

#include <cstdint>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::image {

/// No portrait has more: octets of a file that is decoded, and pixels of a picture (24 MB as RGB).
inline constexpr std::size_t kMaxImageOctets = 4UL * 1024 * 1024;
inline constexpr std::uint64_t kMaxPixels = 8'000'000;
/// Scans of a JPEG: each costs as much time as the picture is large, however few octets it has.
inline constexpr int kMaxScans = 32;
/// Warnings about damaged data that a JPEG may cause before it is given up.
inline constexpr int kMaxWarnings = 16;
/// JPEG 2000: components, tiles, quality layers; precincts and code-blocks of all tiles and components together.
inline constexpr std::uint32_t kMaxComponents = 4;
inline constexpr std::uint64_t kMaxTiles = 1024;
inline constexpr std::uint32_t kMaxLayers = 256;
inline constexpr std::uint64_t kMaxPrecincts = 65'536;
inline constexpr std::uint64_t kMaxCodeBlocks = 131'072;
/// JPEG 2000: boxes of the file and marker segments of the codestream.
inline constexpr std::size_t kMaxBoxes = 64;
inline constexpr std::size_t kMaxSegments = 16'384;

enum class Format : std::uint8_t { jpeg, jpeg2000 };
/// "JPEG", "JPEG 2000"
[[nodiscard]] std::string_view to_string(Format format) noexcept;

/// What an image says about itself in its own headers; nothing was decoded.
struct ImageInfo {
  Format format = Format::jpeg;
  std::uint32_t width = 0;  ///< pixels
  std::uint32_t height = 0;
  std::uint32_t components = 0;  ///< 1 grey, 3 colour, 4 with an alpha channel or CMYK
};

/// Decoded pixels, row by row from the top, without padding.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 0;  ///< 1 grey, 3 RGB
  base::Bytes samples;         ///< width * height * channels octets
};

/// Reads the headers of a JPEG, a JPEG 2000 file or a bare JPEG 2000 codestream. Fails with unsupported when the octets
/// are neither, malformed when their headers are broken.
[[nodiscard]] base::Result<ImageInfo> read_info(base::ByteView image);

/// Decodes. Sizes are checked against the caps before memory is asked for. Fails as read_info; with limit above a cap;
/// with unsupported on what no portrait needs (CMYK, palettes, packed headers); with malformed on damaged or truncated
/// data. Never throws, prints or ends the process, whatever the octets are.
[[nodiscard]] base::Result<Picture> decode(base::ByteView image);

/// The picture as a PNG file. Fails with bad_input when the sizes and the samples do not fit together.
[[nodiscard]] base::Result<base::Bytes> encode_png(const Picture& picture);

/// decode and encode_png.
[[nodiscard]] base::Result<base::Bytes> to_png(base::ByteView image);

}  // namespace cicada::host::image
