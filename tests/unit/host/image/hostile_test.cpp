// Images from a hostile chip: whatever the octets are, decoding ends, within its caps and without a crash.
#include "cicada/base/rng.h"
#include "cicada/host/image/picture.h"
#include "pictures.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::image;
using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

/// The picture with `value` at `offset` behind the first `marker`.
Bytes patched(const std::string& id, ByteView marker, std::size_t offset, ByteView value) {
  auto octets = test::picture(id);
  const auto found = std::ranges::search(octets, marker);
  CHECK(!found.empty());
  std::ranges::copy(value, found.begin() + static_cast<std::ptrdiff_t>(offset));
  return octets;
}

/// Offsets behind FF51 (SIZ), counted from the marker.
constexpr std::size_t kWidth = 6;
constexpr std::size_t kHeight = 10;
constexpr std::size_t kTileWidth = 22;
constexpr std::size_t kTileHeight = 26;
constexpr std::size_t kComponents = 38;
constexpr std::size_t kFirstDx = 41;
/// Behind FF52 (COD).
constexpr std::size_t kCodStyle = 4;
constexpr std::size_t kLayers = 6;
constexpr std::size_t kDecompositions = 9;
constexpr std::size_t kBlockWidth = 10;

Bytes siz(std::size_t offset, ByteView value) {
  return patched("jp2-lossless", "FF51"_hex, offset, value);
}
Bytes cod(std::size_t offset, ByteView value) {
  return patched("jp2-lossless", "FF52"_hex, offset, value);
}

std::size_t draw(base::Rng& rng, std::size_t below) {
  std::array<std::uint8_t, 4> octets{};
  CHECK_OK(rng.fill(octets));
  std::size_t value = 0;
  for (const auto octet : octets) value = value << 8U | octet;
  return value % below;
}

Bytes mutated(const Bytes& file, base::Rng& rng) {
  Bytes bad = file;
  for (auto changes = 1 + draw(rng, 4); changes > 0 && !bad.empty(); --changes) {
    const auto at = draw(rng, bad.size());
    const auto place = bad.begin() + static_cast<std::ptrdiff_t>(at);
    switch (draw(rng, 8)) {
      case 0: bad.resize(at); break;
      case 1: bad.insert(place, static_cast<std::uint8_t>(draw(rng, 256))); break;
      case 2: bad.erase(place); break;
      case 3: bad[at] = 0xFF; break;
      case 4: bad[at] = 0; break;
      default: bad[at] ^= static_cast<std::uint8_t>(1U << draw(rng, 8)); break;
    }
  }
  return bad;
}

/// Decodes mutants in blocks of their exact size, so that the asan preset sees one octet too far.
void decode_mutants(const std::string& id) {
  constexpr int kMutants = 10'000;
  base::ReplayRng rng{19'092'026};
  const auto file = test::picture(id);
  int good = 0;
  for (int i = 0; i < kMutants; ++i) {
    const auto bad = mutated(file, rng);
    const auto exact = std::make_unique<std::uint8_t[]>(bad.size());  // NOLINT(modernize-avoid-c-arrays)
    std::ranges::copy(bad, exact.get());
    const ByteView octets{exact.get(), bad.size()};
    const auto picture = decode(octets);
    if (!picture) continue;
    ++good;
    LONGS_EQUAL(std::size_t{picture->width} * picture->height * picture->channels, picture->samples.size());
    CHECK(std::uint64_t{picture->width} * picture->height <= kMaxPixels);
    CHECK_OK(read_info(octets));
  }
  CHECK(good > 0 && good < kMutants);
}

}  // namespace

TEST_GROUP(HostileImage){};

TEST(HostileImage, jpeg_2000_of_60000_by_60000_pixels_is_refused_before_anything_is_allocated) {
  auto huge = siz(kWidth, "0000EA600000EA60"_hex);
  CHECK_FAULT(Fault::limit, decode(huge));
  LONGS_EQUAL(60'000, read_info(huge).value().width);
  huge = siz(kWidth, "FFFFFFFFFFFFFFFF"_hex);
  CHECK_FAULT(Fault::limit, decode(huge));
}

TEST(HostileImage, jpeg_2000_of_many_tiles_or_of_none_is_refused) {
  CHECK_FAULT(Fault::limit, decode(siz(kTileWidth, "0000000100000001"_hex)));
  CHECK_FAULT(Fault::malformed, decode(siz(kTileWidth, "00000000"_hex)));
  CHECK_FAULT(Fault::malformed, decode(siz(kTileHeight, "00000000"_hex)));
  // A grid whose first tile ends before the image begins.
  CHECK_FAULT(Fault::malformed, decode(siz(kTileWidth + 8, "00000100"_hex)));
}

TEST(HostileImage, jpeg_2000_without_pixels_or_components_is_refused) {
  CHECK_FAULT(Fault::malformed, decode(siz(kWidth, "00000000"_hex)));
  CHECK_FAULT(Fault::malformed, decode(siz(kHeight, "00000000"_hex)));
  CHECK_FAULT(Fault::malformed, decode(siz(kComponents, "0000"_hex)));
  CHECK_FAULT(Fault::malformed, decode(siz(kFirstDx, "00"_hex)));
}

TEST(HostileImage, jpeg_2000_above_the_other_caps_is_refused) {
  CHECK_FAULT(Fault::limit, decode(cod(kLayers, "FFFF"_hex)));
  CHECK_FAULT(Fault::unsupported, decode(siz(kFirstDx, "FF"_hex)));
  CHECK_FAULT(Fault::malformed, decode(cod(kDecompositions, "21"_hex)));
  CHECK_FAULT(Fault::malformed, decode(cod(kBlockWidth, "0808"_hex)));
  // 5 components in a SIZ that says so, and 8 million pixels in code-blocks of 4 x 4.
  CHECK(!decode(siz(kComponents, "4000"_hex)));
  auto small_blocks = siz(kWidth, "00000B1000000B10"_hex);
  std::ranges::copy("00000B1000000B10"_hex,
                    std::ranges::search(small_blocks, "FF51"_hex).begin() + static_cast<std::ptrdiff_t>(kTileWidth));
  std::ranges::copy("0000"_hex,
                    std::ranges::search(small_blocks, "FF52"_hex).begin() + static_cast<std::ptrdiff_t>(kBlockWidth));
  CHECK_FAULT(Fault::limit, decode(small_blocks));
}

TEST(HostileImage, jpeg_2000_of_tiny_precincts_is_refused) {
  // COD is replaced by one that gives precincts of 1 x 1 for each of its six resolutions.
  auto octets = siz(kWidth, "0000080000000800"_hex);
  std::ranges::copy("0000080000000800"_hex,
                    std::ranges::search(octets, "FF51"_hex).begin() + static_cast<std::ptrdiff_t>(kTileWidth));
  const auto found = std::ranges::search(octets, "FF52000C"_hex);
  CHECK(!found.empty());
  const auto at = found.begin() - octets.begin();
  octets[static_cast<std::size_t>(at) + 3] = 0x12;
  octets[static_cast<std::size_t>(at) + kCodStyle] = 0x01;
  octets.insert(octets.begin() + at + 14, 6, 0x00);
  CHECK_FAULT(Fault::limit, decode(ByteView{octets}.subspan(static_cast<std::size_t>(
                                std::ranges::search(octets, "FF4FFF51"_hex).begin() - octets.begin()))));
}

TEST(HostileImage, jpeg_2000_with_packed_headers_changed_progressions_or_a_palette_is_refused) {
  const auto file = test::picture("j2k-tiles");
  const auto at = std::ranges::search(file, "FF5C"_hex).begin() - file.begin();
  for (const auto& segment : {"FF60000400FF"_hex, "FF5F000900000001000600"_hex, "FF61000400FF"_hex}) {
    auto bad = file;
    bad.insert(bad.begin() + at, segment.begin(), segment.end());
    CHECK_FAULT(Fault::unsupported, decode(bad));
  }
  CHECK_FAULT(Fault::unsupported, decode(patched("jp2-lossless", "636F6C72"_hex, 0, "70636C72"_hex)));
}

TEST(HostileImage, every_truncation_of_a_jpeg_2000_is_refused) {
  const auto file = test::picture("jp2-lossless");
  // The last two octets are the end marker; a picture that lacks only that is whole.
  for (std::size_t size = 0; size + 2 < file.size(); ++size) CHECK(!decode(ByteView{file}.first(size)));
}

TEST(HostileImage, every_truncation_of_a_jpeg_is_refused) {
  for (const auto* const id : {"jpeg", "jpeg-progressive"}) {
    const auto file = test::picture(id);
    for (std::size_t size = 0; size + 2 < file.size(); ++size) CHECK(!decode(ByteView{file}.first(size)));
  }
}

TEST(HostileImage, a_jpeg_of_60000_by_60000_pixels_is_refused_before_anything_is_allocated) {
  const auto huge = patched("jpeg", "FFC0"_hex, 5, "EA60EA60"_hex);
  CHECK_FAULT(Fault::limit, decode(huge));
  LONGS_EQUAL(60'000, read_info(huge).value().height);
  CHECK(!decode(patched("jpeg", "FFC0"_hex, 5, "0000"_hex)));
}

TEST(HostileImage, a_jpeg_of_more_scans_than_any_portrait_is_refused) {
  // The last scan of a picture with a scan for each component, again and again.
  const auto file = test::picture("jpeg-separate");
  std::size_t last = 0;
  for (std::size_t at = 0; at + 1 < file.size(); ++at) {
    if (file[at] == 0xFF && file[at + 1] == 0xDA) last = at;
  }
  const Bytes scan{file.begin() + static_cast<std::ptrdiff_t>(last), file.end() - 2};
  const auto with_scans = [&](int count) {
    auto bad = file;
    for (int i = 0; i < count; ++i) bad.insert(bad.end() - 2, scan.begin(), scan.end());
    return bad;
  };
  CHECK_OK(decode(with_scans(1)));
  CHECK_FAULT(Fault::malformed, decode(with_scans(kMaxScans)));
}

TEST(HostileImage, jp2_boxes_that_lie_are_refused) {
  CHECK_FAULT(Fault::malformed, decode("0000000C6A502020"_hex));
  CHECK_FAULT(Fault::malformed, decode("0000000C6A5020200D0A870A"_hex));
  CHECK_FAULT(Fault::malformed, decode("0000000C6A5020200D0A870A FFFFFFFF6A703263FF4FFF51"_hex));
  CHECK_FAULT(Fault::malformed, decode("0000000C6A5020200D0A870A 000000016A703263FFFFFFFFFFFFFFFFFF4FFF51"_hex));
  CHECK_FAULT(Fault::malformed, decode("0000000C6A5020200D0A870A 000000076A703263"_hex));
  auto many = "0000000C6A5020200D0A870A"_hex;
  for (int i = 0; i < 100; ++i) base::append(many, "0000000866726565"_hex);
  CHECK_FAULT(Fault::limit, decode(many));
}

TEST(HostileImage, mutants_of_a_lossless_jp2) {
  decode_mutants("jp2-lossless");
}
TEST(HostileImage, mutants_of_a_lossy_jp2) {
  decode_mutants("jp2-lossy");
}
TEST(HostileImage, mutants_of_a_tiled_codestream) {
  decode_mutants("j2k-tiles");
}
TEST(HostileImage, mutants_of_a_jpeg) {
  decode_mutants("jpeg");
}
TEST(HostileImage, mutants_of_a_progressive_jpeg) {
  decode_mutants("jpeg-progressive");
}
