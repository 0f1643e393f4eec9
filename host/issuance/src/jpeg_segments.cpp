// A JPEG as a row of marker segments (ISO/IEC 10918-1 annex B): what may stay and what goes.
#include "jpeg_segments.h"

#include <algorithm>
#include <array>

#include "cicada/base/cursor.h"

namespace cicada::host::issuance {
namespace {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::fail;
using base::Fault;

constexpr std::uint8_t kPrefix = 0xFF;
constexpr std::uint8_t kStart = 0xD8;
constexpr std::uint8_t kEnd = 0xD9;
constexpr std::uint8_t kScan = 0xDA;
constexpr std::uint8_t kComment = 0xFE;
constexpr std::uint8_t kApp0 = 0xE0;
constexpr std::uint8_t kApp14 = 0xEE;
constexpr std::uint8_t kApp15 = 0xEF;
/// Octets of a JFIF segment without a thumbnail, length field included.
constexpr std::size_t kJfifSize = 16;

bool is_restart(std::uint8_t marker) {
  return marker >= 0xD0 && marker <= 0xD7;
}

/// Frame headers, Huffman, arithmetic and quantization tables, restart interval, number of lines: all the decoder
/// needs.
bool is_image_segment(std::uint8_t marker) {
  return (marker >= 0xC0 && marker <= 0xCF && marker != 0xC8) || (marker >= 0xDB && marker <= 0xDF);
}

bool begins(ByteView payload, std::string_view word) {
  return base::as_text(payload).starts_with(word) && payload.size() > word.size() && payload[word.size()] == 0;
}

void keep(Bytes& out, std::uint8_t marker, ByteView payload) {
  out.push_back(kPrefix);
  out.push_back(marker);
  base::append_unsigned(out, payload.size() + 2, 2);
  base::append(out, payload);
}

/// JFIF stays, its thumbnail goes: it is a second picture that nobody checks.
void keep_jfif(StrippedJpeg& result, ByteView payload) {
  Bytes header = base::to_bytes(payload.first(kJfifSize - 2));
  if (payload.size() > header.size() || header[12] != 0 || header[13] != 0) {
    result.removed_octets += payload.size() - header.size();
    result.thumbnail = true;
    header[12] = header[13] = 0;
  }
  keep(result.jpeg, kApp0, header);
}

/// Reads an EXIF number of `octets` octets; 0 past the end.
std::uint32_t exif_number(ByteView tiff, std::size_t at, std::size_t octets, bool little) {
  if (at > tiff.size() || tiff.size() - at < octets) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < octets; ++i) value = (value << 8U) | tiff[little ? at + octets - 1 - i : at + i];
  return value;
}

/// Whether the orientation (tag 0112 of the first directory) is another than upright. EXIF 2.3 §4.6.4.
bool is_turned(ByteView payload) {
  constexpr std::size_t kHeader = 6;  // "Exif", 0, 0
  constexpr std::size_t kEntry = 12;
  constexpr std::uint32_t kOrientation = 0x0112;
  constexpr std::uint32_t kUpright = 1;
  if (payload.size() < kHeader) return false;
  const auto tiff = payload.subspan(kHeader);
  const bool little = base::as_text(tiff).starts_with("II");
  const std::size_t directory = exif_number(tiff, 4, 4, little);
  const auto count = exif_number(tiff, directory, 2, little);
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = directory + 2 + i * kEntry;
    if (exif_number(tiff, entry, 2, little) != kOrientation) continue;
    const auto orientation = exif_number(tiff, entry + 8, 2, little);
    return orientation > kUpright;
  }
  return false;
}

void take_application_segment(StrippedJpeg& result, std::uint8_t marker, ByteView payload) {
  if (marker == kApp0 && begins(payload, "JFIF") && payload.size() >= kJfifSize - 2) return keep_jfif(result, payload);
  // Adobe's segment says how colours were transformed: without it a picture may change its colours.
  if (marker == kApp14 && base::as_text(payload).starts_with("Adobe")) return keep(result.jpeg, marker, payload);
  if (begins(payload, "Exif")) {
    result.exif = true;
    result.turned |= is_turned(payload);
  }
  result.colour_profile |= begins(payload, "ICC_PROFILE");
  result.other |= !begins(payload, "Exif") && !begins(payload, "ICC_PROFILE");
  result.removed_octets += payload.size() + 4;
}

/// Copies entropy-coded data up to the next marker that ends it; stuffed zeros and restart markers are part of it.
base::Result<void> copy_scan_data(Cursor& cursor, Bytes& out) {
  const auto rest = cursor.rest();
  std::size_t at = 0;
  while (at + 1 < rest.size()) {
    if (rest[at] != kPrefix) {
      ++at;
    } else if (rest[at + 1] == 0 || is_restart(rest[at + 1])) {
      at += 2;
    } else {
      break;
    }
  }
  if (at + 1 >= rest.size()) {
    return fail({.fault = Fault::malformed,
                 .what = "the JPEG ends in the middle of its image data",
                 .at = cursor.position() + rest.size()});
  }
  CICADA_TRY(const auto data, cursor.take(at));
  base::append(out, data);
  return {};
}

/// The next marker; fill octets before it are dropped (B.1.1.2).
base::Result<std::uint8_t> take_marker(Cursor& cursor) {
  CICADA_TRY(std::uint8_t octet, cursor.take_u8());
  if (octet != kPrefix) {
    return fail({.fault = Fault::malformed, .what = "no JPEG marker where one must be", .at = cursor.position() - 1});
  }
  while (octet == kPrefix) {
    CICADA_TRY(octet, cursor.take_u8());
  }
  return octet;
}

base::Result<ByteView> take_payload(Cursor& cursor) {
  CICADA_TRY(const auto size, cursor.take_u16());
  if (size < 2) {
    return fail({.fault = Fault::malformed, .what = "a JPEG segment is too short", .at = cursor.position() - 2});
  }
  return cursor.take(size - 2U);
}

base::Result<void> take_segment(Cursor& cursor, std::uint8_t marker, StrippedJpeg& result) {
  CICADA_TRY(const auto payload, take_payload(cursor));
  if (marker >= kApp0 && marker <= kApp15) {
    take_application_segment(result, marker, payload);
  } else if (marker == kComment) {
    result.comment = true;
    result.removed_octets += payload.size() + 4;
  } else if (marker == kScan) {
    keep(result.jpeg, marker, payload);
    return copy_scan_data(cursor, result.jpeg);
  } else if (is_image_segment(marker)) {
    keep(result.jpeg, marker, payload);
  } else {
    return fail({.fault = Fault::malformed, .what = "an unknown JPEG marker", .at = cursor.position()});
  }
  return {};
}

}  // namespace

base::Result<StrippedJpeg> read_segments(ByteView file) {
  Cursor cursor{file};
  StrippedJpeg result;
  const auto start = cursor.take(2);
  if (!start || (*start)[0] != kPrefix || (*start)[1] != kStart) {
    return fail({.fault = Fault::malformed, .what = "not a JPEG"});
  }
  result.jpeg = {kPrefix, kStart};
  result.jpeg.reserve(file.size());
  for (;;) {
    CICADA_TRY(const auto marker, take_marker(cursor));
    if (marker == kEnd) break;
    CICADA_CHECK(take_segment(cursor, marker, result));
  }
  result.jpeg.insert(result.jpeg.end(), {kPrefix, kEnd});
  result.trailing_octets = cursor.remaining();
  return result;
}

}  // namespace cicada::host::issuance
