#include "jpeg_maker.h"

#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>

#include <jpeglib.h>

#include "cicada/base/cursor.h"

namespace cicada::test {
namespace {

J_COLOR_SPACE space_of(Colours colours) {
  switch (colours) {
    case Colours::grey: return JCS_GRAYSCALE;
    case Colours::rgb: return JCS_RGB;
    case Colours::cmyk: return JCS_CMYK;
  }
  return JCS_UNKNOWN;
}

}  // namespace

base::Bytes make_jpeg(const JpegOptions& options) {
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors{};
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char* octets = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &octets, &size);
  encoder.image_width = options.width;
  encoder.image_height = options.height;
  encoder.input_components = static_cast<int>(options.colours);
  encoder.in_color_space = space_of(options.colours);
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, 70, TRUE);
  if (options.progressive) jpeg_simple_progression(&encoder);
  if (options.arithmetic) encoder.arith_code = TRUE;
  static constexpr jpeg_scan_info kScans[] = {// NOLINT(modernize-avoid-c-arrays): the library's own type
                                              {1, {0, 0, 0, 0}, 0, 63, 0, 0},
                                              {1, {1, 0, 0, 0}, 0, 63, 0, 0},
                                              {1, {2, 0, 0, 0}, 0, 63, 0, 0}};
  if (options.one_scan_a_component) {
    encoder.scan_info = kScans;
    encoder.num_scans = 3;
  }
  jpeg_start_compress(&encoder, TRUE);
  base::Bytes row(std::size_t{options.width} * static_cast<std::size_t>(encoder.input_components));
  while (encoder.next_scanline < encoder.image_height) {
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = static_cast<std::uint8_t>((i / 48) * 40 + encoder.next_scanline / 8);
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  base::Bytes jpeg{octets, octets + size};
  std::free(octets);  // NOLINT: libjpeg took it from malloc
  return jpeg;
}

base::Bytes with_segment(base::ByteView jpeg, std::uint8_t marker, base::ByteView payload) {
  base::Bytes head{jpeg[0], jpeg[1], 0xFF, marker};
  base::append_unsigned(head, payload.size() + 2, 2);
  return base::concat({head, payload, jpeg.subspan(2)});
}

base::Bytes exif(std::uint16_t orientation, bool little_endian) {
  base::Bytes payload;
  payload.reserve(64);
  for (const char c : {'E', 'x', 'i', 'f', '\0', '\0'}) payload.push_back(static_cast<std::uint8_t>(c));
  const auto put = [&](std::uint32_t value, std::size_t octets) {
    base::Bytes number;
    base::append_unsigned(number, value, octets);
    if (little_endian) payload.insert(payload.end(), number.rbegin(), number.rend());
    if (!little_endian) payload.insert(payload.end(), number.begin(), number.end());
  };
  payload.insert(payload.end(), 2, static_cast<std::uint8_t>(little_endian ? 'I' : 'M'));
  put(42, 2);
  put(8, 4);
  put(2, 2);       // two entries
  put(0x010F, 2);  // the maker's name
  put(2, 2);
  put(4, 4);
  put(0x58585800, 4);
  put(0x0112, 2);  // the orientation
  put(3, 2);
  put(1, 4);
  put(orientation, 2);
  put(0, 2);
  put(0, 4);  // no other directory
  return payload;
}

}  // namespace cicada::test
