#include <png.h>

#include <limits>

#include "codecs.h"

namespace cicada::host::image {
namespace {

using base::fail;
using base::Fault;

}  // namespace

base::Result<base::Bytes> encode_png(const Picture& picture) {
  CICADA_CHECK(check_size(picture.width, picture.height));
  const bool grey = picture.channels == 1;
  if ((!grey && picture.channels != 3) ||
      picture.samples.size() != std::size_t{picture.width} * picture.height * picture.channels) {
    return fail({.fault = Fault::bad_input, .what = "a picture whose samples do not fit its size"});
  }
  // The library's simplified interface returns instead of jumping.
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  constexpr int kEightBit = 0;
  constexpr int kRowsOfExactSize = 0;
  constexpr png_alloc_size_t kFrame = 1024;  // signature, header and the like, generously
  // Deflate that cannot make it smaller adds less than a thousandth (and every row has one octet more).
  base::Bytes file(picture.samples.size() + picture.samples.size() / 512 + picture.height * std::size_t{8} + kFrame);
  png_alloc_size_t size = file.size();
  const bool written = png_image_write_to_memory(&image, file.data(), &size, kEightBit, picture.samples.data(),
                                                 kRowsOfExactSize, nullptr) != 0;
  png_image_free(&image);
  if (!written) return fail({.fault = Fault::io, .what = "the picture could not be written as PNG"});
  file.resize(size);
  return file;
}

}  // namespace cicada::host::image
