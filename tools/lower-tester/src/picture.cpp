#include "picture.h"

#include <algorithm>
#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>

#include <jpeglib.h>

#include "cicada/base/cursor.h"

namespace cicada::tools::lower_tester {
namespace {

constexpr int kQuality = 60;
constexpr std::size_t kMaxSegment = 65'533;  // octets of a comment: its length counts itself
constexpr std::uint8_t kComment = 0xFE;

/// Comments behind the first two octets, until the picture is large enough.
base::Bytes filled_up(base::Bytes jpeg, std::size_t octets) {
  while (jpeg.size() < octets) {
    const auto size = std::min(kMaxSegment, octets - jpeg.size());
    base::Bytes segment{0xFF, kComment};
    base::append_unsigned(segment, size + 2, 2);
    segment.resize(segment.size() + size, 'c');
    jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  }
  return jpeg;
}

}  // namespace

base::Bytes make_picture(std::uint16_t width, std::uint16_t height, std::size_t octets) {
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors{};
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &buffer, &size);
  encoder.image_width = width;
  encoder.image_height = height;
  encoder.input_components = 3;
  encoder.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, kQuality, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  base::Bytes row(std::size_t{width} * 3);
  while (encoder.next_scanline < encoder.image_height) {
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = static_cast<std::uint8_t>((i / 48) * 40 + encoder.next_scanline / 8 + (i * 7) % 5);
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  base::Bytes jpeg{buffer, buffer + size};
  std::free(buffer);  // NOLINT: libjpeg took it from malloc
  return filled_up(std::move(jpeg), octets);
}

base::Bytes make_fingerprint(std::size_t octets) {
  base::Bytes wsq{0xFF, 0xA0, 0xFF, 0xA8, 0x00, 0x06, 't', 'e', 's', 't'};  // start of image, a comment
  while (wsq.size() + 2 < octets) wsq.push_back(static_cast<std::uint8_t>((wsq.size() * 37) % 251));
  wsq.insert(wsq.end(), {0xFF, 0xA1});  // end of image
  return wsq;
}

base::Bytes make_iris(std::uint16_t width, std::uint16_t height) {
  base::Bytes pixels;
  pixels.reserve(std::size_t{width} * height);
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) pixels.push_back(static_cast<std::uint8_t>((x * x + y * y) / 16));
  }
  return pixels;
}

}  // namespace cicada::tools::lower_tester
