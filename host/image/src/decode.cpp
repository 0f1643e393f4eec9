#include <array>

#include "codecs.h"

namespace cicada::host::image {
namespace {

using base::ByteView;

constexpr std::array<std::uint8_t, 3> kJpeg{0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 8> kJp2{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20};
constexpr std::array<std::uint8_t, 4> kCodestream{0xFF, 0x4F, 0xFF, 0x51};

bool starts_with(ByteView bytes, ByteView start) {
  return bytes.size() >= start.size() && base::equal(bytes.first(start.size()), start);
}

base::Result<Format> format_of(ByteView image) {
  if (image.size() > kMaxImageOctets) {
    return base::fail({.fault = base::Fault::limit, .what = "the image has more octets than any portrait"});
  }
  if (starts_with(image, kJpeg)) return Format::jpeg;
  if (starts_with(image, kJp2) || starts_with(image, kCodestream)) return Format::jpeg2000;
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "the image is neither JPEG nor JPEG 2000",
                     .clause = "9303-10 §4.7.2"});
}

}  // namespace

std::string_view to_string(Format format) noexcept {
  return format == Format::jpeg ? "JPEG" : "JPEG 2000";
}

base::Result<ImageInfo> read_info(ByteView image) {
  CICADA_TRY(const auto format, format_of(image));
  return format == Format::jpeg ? read_jpeg_info(image) : read_jpeg2000_info(image);
}

base::Result<Picture> decode(ByteView image) {
  CICADA_TRY(const auto format, format_of(image));
  return format == Format::jpeg ? decode_jpeg(image) : decode_jpeg2000(image);
}

base::Result<base::Bytes> to_png(ByteView image) {
  CICADA_TRY(const auto picture, decode(image));
  return encode_png(picture);
}

}  // namespace cicada::host::image
