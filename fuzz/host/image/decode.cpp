// Any octets as an image: decoding ends within its caps, and what was decoded becomes a PNG.
#include "../../asn1/promise.h"
#include "cicada/host/image/picture.h"

using namespace cicada::host::image;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cicada::base::ByteView input{data, size};
  const auto info = read_info(input);
  const auto picture = decode(input);
  if (!picture) return 0;
  promise(info.has_value() && info->width == picture->width && info->height == picture->height);
  promise(std::uint64_t{picture->width} * picture->height <= kMaxPixels);
  promise(picture->samples.size() == std::size_t{picture->width} * picture->height * picture->channels);
  promise(encode_png(*picture).has_value());
  return 0;
}
