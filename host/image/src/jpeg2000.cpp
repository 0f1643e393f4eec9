#include <openjpeg.h>

#include <algorithm>
#include <memory>

#include "codecs.h"
#include "codestream.h"

namespace cicada::host::image {
namespace {

using base::ByteView;
using base::fail;
using base::Fault;

struct Deleter {
  void operator()(opj_image_t* image) const noexcept { opj_image_destroy(image); }
  void operator()(opj_codec_t* codec) const noexcept { opj_destroy_codec(codec); }
};
using Image = std::unique_ptr<opj_image_t, Deleter>;
using Codec = std::unique_ptr<opj_codec_t, Deleter>;
/// opj_codec_t and opj_stream_t are both void, so the stream needs a deleter of its own.
struct StreamDeleter {
  void operator()(opj_stream_t* stream) const noexcept { opj_stream_destroy(stream); }
};
using Stream = std::unique_ptr<opj_stream_t, StreamDeleter>;

/// The octets that the library reads from. It calls these functions from C: they must not throw, and do not.
struct Source {
  ByteView octets;
  std::size_t at = 0;
};

Source& source_of(void* user) noexcept {
  return *static_cast<Source*>(user);
}

OPJ_SIZE_T read(void* to, OPJ_SIZE_T count, void* user) noexcept {
  auto& source = source_of(user);
  const auto rest = source.octets.subspan(source.at);
  if (rest.empty()) return static_cast<OPJ_SIZE_T>(-1);
  const auto taken = rest.first(std::min<std::size_t>(count, rest.size()));
  std::ranges::copy(taken, static_cast<std::uint8_t*>(to));
  source.at += taken.size();
  return taken.size();
}

OPJ_OFF_T skip(OPJ_OFF_T count, void* user) noexcept {
  auto& source = source_of(user);
  if (count < 0) return -1;
  const auto step = std::min(static_cast<std::size_t>(count), source.octets.size() - source.at);
  source.at += step;
  return static_cast<OPJ_OFF_T>(step);
}

OPJ_BOOL seek(OPJ_OFF_T to, void* user) noexcept {
  auto& source = source_of(user);
  if (to < 0 || static_cast<std::size_t>(to) > source.octets.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

Stream stream_over(Source& source) {
  Stream stream{opj_stream_default_create(OPJ_TRUE)};
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.octets.size());
  opj_stream_set_read_function(stream.get(), read);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  return stream;
}

void ignore(const char* /*message*/, void* /*user*/) noexcept {}

base::Result<Image> run_library(ByteView codestream) {
  constexpr base::Error kDamaged{.fault = Fault::malformed, .what = "the JPEG 2000 is damaged or cut short"};
  Source source{.octets = codestream};
  const auto stream = stream_over(source);
  const Codec codec{opj_create_decompress(OPJ_CODEC_J2K)};
  if (!stream || !codec) return fail({.fault = Fault::limit, .what = "no memory for a JPEG 2000 decoder"});
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_error_handler(codec.get(), ignore, nullptr);
  opj_dparameters_t parameters{};
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* header = nullptr;
  if (opj_setup_decoder(codec.get(), &parameters) == 0 || opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == 0 ||
      opj_read_header(stream.get(), codec.get(), &header) == 0) {
    const Image dropped{header};
    return std::unexpected(kDamaged);
  }
  Image image{header};
  if (opj_decode(codec.get(), stream.get(), image.get()) == 0 || opj_end_decompress(codec.get(), stream.get()) == 0) {
    return std::unexpected(kDamaged);
  }
  return image;
}

/// One component brought to eight bits, unsigned.
class Samples {
 public:
  explicit Samples(const opj_image_comp_t& component)
      : component_(component), top_((std::int64_t{1} << component.prec) - 1) {}
  /// Whether samples can be asked for at all.
  [[nodiscard]] bool usable() const noexcept {
    constexpr OPJ_UINT32 kMostBits = 16;
    return component_.data != nullptr && component_.w != 0 && component_.h != 0 && component_.prec >= 1 &&
           component_.prec <= kMostBits && component_.dx != 0 && component_.dy != 0;
  }
  /// At a pixel of the picture; a component that is sampled apart gives its nearest sample.
  [[nodiscard]] int at(std::uint32_t x, std::uint32_t y) const noexcept {
    const auto column = std::min(x / component_.dx, component_.w - 1);
    const auto row = std::min(y / component_.dy, component_.h - 1);
    std::int64_t value = component_.data[std::size_t{row} * component_.w + column];
    if (component_.sgnd != 0) value += (top_ + 1) / 2;
    return static_cast<int>(std::clamp<std::int64_t>(value, 0, top_) * 255 / top_);
  }

 private:
  const opj_image_comp_t& component_;
  std::int64_t top_;
};

std::uint8_t octet(double value) noexcept {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

/// ISO/IEC 15444-1 §M.11.7.4 (sYCC): the transformation of ITU-R BT.601.
void to_rgb(std::uint8_t* pixel) noexcept {
  const double luma = pixel[0];
  const double blue = pixel[1] - 128.0;
  const double red = pixel[2] - 128.0;
  pixel[0] = octet(luma + 1.402 * red);
  pixel[1] = octet(luma - 0.344136 * blue - 0.714136 * red);
  pixel[2] = octet(luma + 1.772 * blue);
}

base::Result<Picture> picture_of(const opj_image_t& image, ColourSpace colours) {
  constexpr std::uint32_t kColours = 3;
  if (image.numcomps == 0 || image.x1 <= image.x0 || image.y1 <= image.y0) {
    return fail({.fault = Fault::malformed, .what = "the JPEG 2000 has no pixels"});
  }
  // Two components are grey with alpha, four are RGB with alpha; alpha is of no use to somebody who looks at a face.
  const std::uint32_t channels = image.numcomps >= kColours ? kColours : 1;
  Picture picture{.width = image.x1 - image.x0, .height = image.y1 - image.y0, .channels = channels, .samples = {}};
  CICADA_CHECK(check_size(picture.width, picture.height));
  picture.samples.resize(std::size_t{picture.width} * picture.height * channels);
  for (std::uint32_t c = 0; c < channels; ++c) {
    const Samples samples{image.comps[c]};
    if (!samples.usable()) return fail({.fault = Fault::unsupported, .what = "a JPEG 2000 component of no known kind"});
    auto* to = picture.samples.data() + c;
    for (std::uint32_t y = 0; y < picture.height; ++y) {
      for (std::uint32_t x = 0; x < picture.width; ++x, to += channels) {
        *to = static_cast<std::uint8_t>(samples.at(x, y));
      }
    }
  }
  if (channels == kColours && colours == ColourSpace::sycc) {
    for (std::size_t at = 0; at < picture.samples.size(); at += kColours) to_rgb(picture.samples.data() + at);
  }
  return picture;
}

}  // namespace

base::Result<ImageInfo> read_jpeg2000_info(ByteView image) {
  CICADA_TRY(const auto file, open_jp2(image));
  CICADA_TRY(const auto size, read_size(file.codestream));
  return ImageInfo{
      .format = Format::jpeg2000, .width = size.width, .height = size.height, .components = size.components};
}

base::Result<Picture> decode_jpeg2000(ByteView image) {
  CICADA_TRY(const auto file, open_jp2(image));
  CICADA_CHECK(check_codestream(file.codestream));
  // The library sees the codestream only: what a JP2 file's boxes can do to it is left out.
  CICADA_TRY(const auto decoded, run_library(file.codestream));
  return picture_of(*decoded, file.colours);
}

}  // namespace cicada::host::image
