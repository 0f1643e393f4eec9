#include <png.h>

#include "cicada/host/image/picture.h"
#include "pictures.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::image;
using cicada::base::Bytes;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

/// The samples of a PNG as libpng reads them.
Bytes samples_of_png(base::ByteView png, std::uint32_t channels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  CHECK(png_image_begin_read_from_memory(&image, png.data(), png.size()) != 0);
  LONGS_EQUAL(channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB, image.format);
  Bytes samples(std::size_t{image.width} * image.height * channels);
  CHECK(png_image_finish_read(&image, nullptr, samples.data(), 0, nullptr) != 0);
  return samples;
}

/// Puts `value` in the place of the one occurrence of `from`.
Bytes replaced(Bytes octets, base::ByteView from, base::ByteView value) {
  const auto found = std::ranges::search(octets, from);
  CHECK(!found.empty());
  std::ranges::copy(value, found.begin());
  return octets;
}

}  // namespace

TEST_GROUP(Decode){};

TEST(Decode, what_other_programs_made_has_the_pixels_that_they_were_given) {
  int seen = 0;
  for (const auto& one : test::pictures()) {
    ++seen;
    const auto id = one.at("id").get<std::string>();
    const auto channels = one.at("channels").get<std::uint32_t>();
    const auto octets = test::picture(id);
    const auto info = read_info(octets);
    CHECK_OK(info);
    LONGS_EQUAL(test::kPictureWidth, info->width);
    LONGS_EQUAL(test::kPictureHeight, info->height);
    LONGS_EQUAL(channels, info->components);
    CHECK((info->format == Format::jpeg) == id.starts_with("jpeg"));
    const auto picture = decode(octets);
    CHECK_OK(picture);
    LONGS_EQUAL(test::kPictureWidth, picture->width);
    LONGS_EQUAL(test::kPictureHeight, picture->height);
    LONGS_EQUAL(channels, picture->channels);
    const auto error = test::mean_error(test::pixels(channels), picture->samples);
    CHECK_TEXT(error <= one.at("mean_error").get<double>(), (id + ": " + std::to_string(error)).c_str());
  }
  LONGS_EQUAL(9, seen);
}

TEST(Decode, a_picture_becomes_a_png_that_libpng_reads_back) {
  for (const auto* const id : {"jp2-lossless", "jp2-grey", "jpeg", "jpeg-grey"}) {
    const auto picture = decode(test::picture(id));
    CHECK_OK(picture);
    const auto png = encode_png(*picture);
    CHECK_OK(png);
    CHECK_BYTES(picture->samples, samples_of_png(*png, picture->channels));
    CHECK_BYTES(*png, to_png(test::picture(id)).value());
  }
}

TEST(Decode, the_colours_of_a_jp2_file_in_sycc_are_turned_into_rgb) {
  // The same three components, once called sRGB (16) and once sYCC (18).
  const auto srgb = test::picture("jp2-separate");
  const auto sycc = replaced(srgb, "636F6C72010000 00000010"_hex, "636F6C72010000 00000012"_hex);
  const auto plain = decode(srgb);
  const auto turned = decode(sycc);
  CHECK_OK(plain);
  CHECK_OK(turned);
  for (std::size_t at = 0; at < plain->samples.size(); at += 3) {
    const double luma = plain->samples[at];
    const double red = luma + 1.402 * (plain->samples[at + 2] - 128.0);
    const double blue = luma + 1.772 * (plain->samples[at + 1] - 128.0);
    DOUBLES_EQUAL(std::clamp(red, 0.0, 255.0), turned->samples[at], 0.51);
    DOUBLES_EQUAL(std::clamp(blue, 0.0, 255.0), turned->samples[at + 2], 0.51);
  }
}

TEST(Decode, what_is_no_portrait_is_refused) {
  for (const auto& octets : {Bytes{}, "FFD8"_hex, "89504E470D0A1A0A"_hex, "474946383961"_hex, "FFA0FFA4"_hex}) {
    CHECK_FAULT(Fault::unsupported, read_info(octets));
    CHECK_FAULT(Fault::unsupported, decode(octets));
    CHECK_FAULT(Fault::unsupported, to_png(octets));
  }
  auto large = test::picture("jpeg");
  large.resize(kMaxImageOctets + 1);
  CHECK_FAULT(Fault::limit, decode(large));
}

TEST(Decode, a_picture_whose_samples_do_not_fit_becomes_no_png) {
  Picture picture{.width = 4, .height = 4, .channels = 3, .samples = Bytes(48)};
  CHECK_OK(encode_png(picture));
  picture.samples.pop_back();
  CHECK_FAULT(Fault::bad_input, encode_png(picture));
  picture = {.width = 4, .height = 4, .channels = 2, .samples = Bytes(32)};
  CHECK_FAULT(Fault::bad_input, encode_png(picture));
  CHECK_FAULT(Fault::malformed, encode_png({.width = 0, .height = 4, .channels = 1, .samples = {}}));
  CHECK_FAULT(Fault::limit, encode_png({.width = 60'000, .height = 60'000, .channels = 1, .samples = {}}));
}

TEST(Decode, noise_that_deflate_cannot_make_smaller_still_fits) {
  Picture picture{.width = 301, .height = 207, .channels = 3, .samples = {}};
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < std::size_t{301} * 207 * 3; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    picture.samples.push_back(static_cast<std::uint8_t>(state >> 24U));
  }
  const auto png = encode_png(picture);
  CHECK_OK(png);
  CHECK_BYTES(picture.samples, samples_of_png(*png, 3));
}
