#include "codestream.h"

#include <algorithm>

#include "cicada/base/cursor.h"
#include "codecs.h"

namespace cicada::host::image {
namespace {

using base::ByteView;
using base::Cursor;
using base::fail;
using base::Fault;

namespace box {
constexpr std::uint32_t kHeader = 0x6A703268;      ///< "jp2h", a box of boxes
constexpr std::uint32_t kColour = 0x636F6C72;      ///< "colr"
constexpr std::uint32_t kPalette = 0x70636C72;     ///< "pclr"
constexpr std::uint32_t kCodestream = 0x6A703263;  ///< "jp2c"
}  // namespace box

namespace marker {
constexpr std::uint16_t kSoc = 0xFF4F;
constexpr std::uint16_t kSiz = 0xFF51;
constexpr std::uint16_t kCod = 0xFF52;
constexpr std::uint16_t kCoc = 0xFF53;
constexpr std::uint16_t kPoc = 0xFF5F;
constexpr std::uint16_t kPpm = 0xFF60;
constexpr std::uint16_t kPpt = 0xFF61;
constexpr std::uint16_t kSot = 0xFF90;
constexpr std::uint16_t kSod = 0xFF93;
constexpr std::uint16_t kEoc = 0xFFD9;
}  // namespace marker

constexpr std::uint8_t kPrecinctsGiven = 0x01;    ///< Scod
constexpr std::uint32_t kMaxDecompositions = 32;  ///< ISO/IEC 15444-1 §A.6.1
constexpr std::uint32_t kMaxSubsampling = 2;
constexpr std::uint32_t kLargestPrecinct = 15;       ///< 2^15: what is meant when none is given
constexpr std::uint16_t kFirstWideComponents = 257;  ///< from here on, COC has two octets for the component

constexpr base::Error kBroken{.fault = Fault::malformed, .what = "the JPEG 2000 codestream is broken"};

std::uint64_t divided(std::uint64_t value, std::uint64_t by) {
  return (value + by - 1) / by;
}

/// One box: its type and content.
struct Box {
  std::uint32_t type = 0;
  ByteView content;
};

base::Result<Box> next_box(Cursor& cursor) {
  constexpr std::uint64_t kToTheEnd = 0;
  constexpr std::uint64_t kWide = 1;
  CICADA_TRY(std::uint64_t size, cursor.take_u32());
  Box found;
  CICADA_TRY(found.type, cursor.take_u32());
  std::uint64_t header = 8;
  if (size == kWide) {
    CICADA_TRY(size, cursor.take_unsigned(8));
    header = 16;
  }
  if (size == kToTheEnd) size = header + cursor.remaining();
  if (size < header || size - header > cursor.remaining()) {
    return fail({.fault = Fault::malformed, .what = "a box of the JP2 file is longer than the file"});
  }
  CICADA_TRY(found.content, cursor.take(static_cast<std::size_t>(size - header)));
  return found;
}

/// "colr" with an enumerated colour space; others leave what the components say.
ColourSpace colours_of(ByteView content) {
  constexpr std::uint8_t kEnumerated = 1;
  Cursor cursor{content};
  const auto method = cursor.take_u8();
  const auto about = cursor.take_u16();
  const auto space = cursor.take_u32();
  if (!method || !about || !space || *method != kEnumerated) return ColourSpace::unknown;
  switch (*space) {
    case 16: return ColourSpace::srgb;
    case 17: return ColourSpace::grey;
    case 18: return ColourSpace::sycc;
    default: return ColourSpace::unknown;
  }
}

base::Result<void> read_header_boxes(ByteView content, std::size_t& boxes, Jp2& found) {
  Cursor cursor{content};
  while (!cursor.at_end()) {
    if (++boxes > kMaxBoxes) return fail({.fault = Fault::limit, .what = "the JP2 file has too many boxes"});
    CICADA_TRY(const auto inner, next_box(cursor));
    if (inner.type == box::kPalette) return fail({.fault = Fault::unsupported, .what = "a JPEG 2000 with a palette"});
    if (inner.type == box::kColour && found.colours == ColourSpace::unknown) found.colours = colours_of(inner.content);
  }
  return {};
}

/// COD and COC after their own beginnings: decompositions, code-blocks, transformation, precincts. Gives the number of
/// precincts of a tile.
base::Result<std::uint64_t> count_precincts(Cursor& cursor, bool given, const ImageSize& size) {
  CICADA_TRY(const std::uint32_t decompositions, cursor.take_u8());
  CICADA_TRY(const std::uint32_t block_width, cursor.take_u8());
  CICADA_TRY(const std::uint32_t block_height, cursor.take_u8());
  CICADA_CHECK(cursor.take_u16());  // style of the code-blocks, transformation
  // Exponents less two; together at most 12 (§A.6.1).
  if (decompositions > kMaxDecompositions || block_width + block_height > 8) return std::unexpected(kBroken);
  const auto tile = std::uint64_t{size.tile_width} * size.tile_height;
  if ((tile >> (block_width + block_height + 4)) * size.tiles * size.components > kMaxCodeBlocks) {
    return fail({.fault = Fault::limit, .what = "the JPEG 2000 has too many code-blocks"});
  }
  std::uint64_t count = 0;
  for (std::uint32_t resolution = 0; resolution <= decompositions; ++resolution) {
    std::uint32_t sizes = kLargestPrecinct << 4U | kLargestPrecinct;
    if (given) {
      CICADA_TRY(sizes, cursor.take_u8());
    }
    const auto reduced = decompositions - resolution;
    // One more in each direction: a tile may begin anywhere in a precinct.
    const auto along = [reduced](std::uint32_t extent, std::uint32_t exponent) {
      return divided(divided(extent, std::uint64_t{1} << reduced), std::uint64_t{1} << exponent) + 1;
    };
    count += along(size.tile_width, sizes & 0x0FU) * along(size.tile_height, sizes >> 4U);
  }
  return count;
}

/// Holds a coding style against the caps. `style` is the content of COD or COC.
base::Result<void> check_style(ByteView style, bool of_one_component, const ImageSize& size) {
  Cursor cursor{style};
  if (of_one_component) CICADA_CHECK(cursor.take(size.components < kFirstWideComponents ? 1 : 2));
  CICADA_TRY(const auto flags, cursor.take_u8());
  if (!of_one_component) {
    CICADA_CHECK(cursor.take_u8());  // progression order
    CICADA_TRY(const std::uint32_t layers, cursor.take_u16());
    CICADA_CHECK(cursor.take_u8());  // multiple component transformation
    if (layers == 0) return std::unexpected(kBroken);
    if (layers > kMaxLayers) return fail({.fault = Fault::limit, .what = "the JPEG 2000 has too many quality layers"});
  }
  CICADA_TRY(const auto precincts, count_precincts(cursor, (flags & kPrecinctsGiven) != 0, size));
  if (precincts * size.tiles * size.components > kMaxPrecincts) {
    return fail({.fault = Fault::limit, .what = "the JPEG 2000 has too many precincts"});
  }
  return {};
}

/// One marker with its segment's content.
struct Segment {
  std::uint16_t marker = 0;
  ByteView content;
};

base::Result<Segment> next_segment(Cursor& cursor) {
  Segment segment;
  CICADA_TRY(segment.marker, cursor.take_u16());
  if (segment.marker < 0xFF00) return std::unexpected(kBroken);
  if (segment.marker == marker::kSod || segment.marker == marker::kEoc) return segment;
  CICADA_TRY(const std::size_t length, cursor.take_u16());
  if (length < 2) return std::unexpected(kBroken);
  CICADA_TRY(segment.content, cursor.take(length - 2));
  return segment;
}

base::Result<void> check_segment(const Segment& segment, const ImageSize& size) {
  switch (segment.marker) {
    case marker::kCod: return check_style(segment.content, false, size);
    case marker::kCoc: return check_style(segment.content, true, size);
    case marker::kSiz: return std::unexpected(kBroken);  // a second one
    case marker::kPoc:
    case marker::kPpm:
    case marker::kPpt:
      return fail({.fault = Fault::unsupported,
                   .what = "a JPEG 2000 with packed headers or changing progression, which no portrait needs"});
    default: return {};
  }
}

/// From behind SOT's marker: the tile-part's header, then over its data to the next marker.
base::Result<void> skip_tile_part(Cursor& cursor, std::size_t start, const ImageSize& size, std::size_t& segments) {
  Cursor sot{cursor.rest()};
  constexpr std::size_t kLengthAndTile = 4;
  CICADA_CHECK(sot.take(kLengthAndTile));
  CICADA_TRY(const std::size_t whole, sot.take_u32());
  constexpr std::size_t kRestOfSot = 10;  // length, tile, size of the part, part, parts
  CICADA_CHECK(cursor.take(kRestOfSot));
  for (;;) {
    if (++segments > kMaxSegments) return fail({.fault = Fault::limit, .what = "too many JPEG 2000 segments"});
    CICADA_TRY(const auto segment, next_segment(cursor));
    if (segment.marker == marker::kSod) break;
    if (segment.marker == marker::kEoc || segment.marker == marker::kSot) return std::unexpected(kBroken);
    CICADA_CHECK(check_segment(segment, size));
  }
  const auto header = cursor.position() - start;
  if (whole == 0) {  // to the end of the codestream
    CICADA_CHECK(cursor.take(cursor.remaining()));
    return {};
  }
  if (whole < header || whole - header > cursor.remaining()) {
    return fail({.fault = Fault::malformed, .what = "the JPEG 2000 codestream is cut short"});
  }
  CICADA_CHECK(cursor.take(whole - header));
  return {};
}

base::Result<ImageSize> take_size(Cursor& cursor) {
  CICADA_TRY(const auto soc, cursor.take_u16());
  if (soc != marker::kSoc) return std::unexpected(kBroken);
  CICADA_TRY(const auto segment, next_segment(cursor));
  if (segment.marker != marker::kSiz) return std::unexpected(kBroken);
  Cursor siz{segment.content};
  CICADA_CHECK(siz.take_u16());  // capabilities
  std::array<std::uint64_t, 8> grid{};
  for (auto& value : grid) {
    CICADA_TRY(value, siz.take_u32());
  }
  const auto [x, y, x0, y0, tile_x, tile_y, tile_x0, tile_y0] = grid;
  CICADA_TRY(const std::uint32_t components, siz.take_u16());
  // The first tile holds the image's corner (§B.3).
  const bool sound = x0 < x && y0 < y && tile_x != 0 && tile_y != 0 && tile_x0 <= x0 && tile_y0 <= y0 &&
                     tile_x0 + tile_x > x0 && tile_y0 + tile_y > y0 && components != 0;
  if (!sound) return std::unexpected(kBroken);
  ImageSize size;
  size.width = static_cast<std::uint32_t>(x - x0);
  size.height = static_cast<std::uint32_t>(y - y0);
  size.tile_width = static_cast<std::uint32_t>(std::min(tile_x, x - x0));
  size.tile_height = static_cast<std::uint32_t>(std::min(tile_y, y - y0));
  size.tiles = divided(x - tile_x0, tile_x) * divided(y - tile_y0, tile_y);
  size.components = components;
  for (std::uint32_t i = 0; i < std::min(components, kMaxComponents); ++i) {
    CICADA_CHECK(siz.take_u8());  // precision
    CICADA_TRY(const auto dx, siz.take_u8());
    CICADA_TRY(const auto dy, siz.take_u8());
    if (dx == 0 || dy == 0) return std::unexpected(kBroken);
    if (dx > kMaxSubsampling || dy > kMaxSubsampling) {
      return fail({.fault = Fault::unsupported, .what = "a JPEG 2000 whose components are sampled too far apart"});
    }
  }
  return size;
}

base::Result<void> check_caps(const ImageSize& size) {
  CICADA_CHECK(check_size(size.width, size.height));
  if (size.components > kMaxComponents) {
    return fail({.fault = Fault::limit, .what = "the JPEG 2000 has too many components"});
  }
  if (size.tiles > kMaxTiles) return fail({.fault = Fault::limit, .what = "the JPEG 2000 has too many tiles"});
  return {};
}

}  // namespace

base::Result<Jp2> open_jp2(ByteView image) {
  Jp2 found;
  constexpr std::uint8_t kMarkerStart = 0xFF;
  if (!image.empty() && image.front() == kMarkerStart) {
    found.codestream = image;
    return found;
  }
  Cursor cursor{image};
  std::size_t boxes = 0;
  while (!cursor.at_end() && found.codestream.empty()) {
    if (++boxes > kMaxBoxes) return fail({.fault = Fault::limit, .what = "the JP2 file has too many boxes"});
    CICADA_TRY(const auto outer, next_box(cursor));
    if (outer.type == box::kHeader) CICADA_CHECK(read_header_boxes(outer.content, boxes, found));
    if (outer.type == box::kCodestream) found.codestream = outer.content;
  }
  if (found.codestream.empty()) {
    return fail({.fault = Fault::malformed, .what = "the JP2 file has no codestream"});
  }
  return found;
}

base::Result<ImageSize> read_size(ByteView codestream) {
  Cursor cursor{codestream};
  return take_size(cursor);
}

base::Result<ImageSize> check_codestream(ByteView codestream) {
  Cursor cursor{codestream};
  CICADA_TRY(const auto size, take_size(cursor));
  CICADA_CHECK(check_caps(size));
  bool has_style = false;
  bool has_tile = false;
  for (std::size_t segments = 0; !cursor.at_end();) {
    if (++segments > kMaxSegments) return fail({.fault = Fault::limit, .what = "too many JPEG 2000 segments"});
    const auto start = cursor.position();
    Cursor ahead{cursor.rest()};
    CICADA_TRY(const auto next, ahead.take_u16());
    if (next == marker::kSot) {
      CICADA_CHECK(cursor.take_u16());
      CICADA_CHECK(skip_tile_part(cursor, start, size, segments));
      has_tile = true;
      continue;
    }
    CICADA_TRY(const auto segment, next_segment(cursor));
    if (segment.marker == marker::kEoc) break;
    if (segment.marker == marker::kSod) return std::unexpected(kBroken);
    CICADA_CHECK(check_segment(segment, size));
    has_style = has_style || segment.marker == marker::kCod;
  }
  if (!has_style || !has_tile) return std::unexpected(kBroken);
  return size;
}

}  // namespace cicada::host::image
