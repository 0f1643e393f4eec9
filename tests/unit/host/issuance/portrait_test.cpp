#include "cicada/host/issuance/portrait.h"

#include <algorithm>
#include <memory>

#include "cicada/base/rng.h"
#include "jpeg_maker.h"
#include "record_maker.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::issuance;
using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;
using cicada::test::all_of;
using cicada::test::make_jpeg;

namespace {

Findings findings_of(ByteView file, const PortraitLimits& limits = {}) {
  Findings findings;
  static_cast<void>(check_portrait(file, limits, findings));
  return findings;
}

/// The file must be refused with this one finding, whose message says this.
void refused(const char* rule, const char* message, ByteView file, const PortraitLimits& limits = {}) {
  const auto findings = findings_of(file, limits);
  CHECK_TEXT(findings.size() == 1, all_of(findings).c_str());
  CHECK_STRING(rule, findings[0].rule);
  CHECK_STRING("portrait", findings[0].field);
  CHECK(findings[0].severity == Severity::reject);
  STRCMP_CONTAINS(message, findings[0].message.c_str());
}

/// Everything from the first start-of-scan marker on: tables are before it, image data behind it.
ByteView from_scan(ByteView jpeg) {
  const auto scan = "FFDA"_hex;
  const auto found = std::ranges::search(jpeg, scan);
  return jpeg.subspan(static_cast<std::size_t>(found.begin() - jpeg.begin()));
}

Bytes truncated(const Bytes& jpeg, std::size_t octets) {
  return base::to_bytes(ByteView{jpeg}.first(jpeg.size() - octets));
}

}  // namespace

TEST_GROUP(Portrait){};

TEST(Portrait, that_is_right_passes_unchanged) {
  for (const auto colours : {test::Colours::rgb, test::Colours::grey}) {
    const auto file = make_jpeg({.colours = colours});
    Findings findings;
    const auto portrait = check_portrait(file, {}, findings);
    CHECK_TEXT(findings.empty(), all_of(findings).c_str());
    CHECK_BYTES(file, portrait.jpeg);
    LONGS_EQUAL(480, portrait.width);
    LONGS_EQUAL(640, portrait.height);
    CHECK_EQUAL(colours == test::Colours::grey, portrait.grey);
  }
}

TEST(Portrait, loses_its_metadata_and_nothing_else) {
  const auto plain = make_jpeg();
  auto file = test::with_segment(plain, 0xE1, test::exif(1, false));
  file = test::with_segment(file, 0xE2, base::concat({"4943435F50524F46494C4500"_hex, Bytes(3000)}));
  file = test::with_segment(file, 0xED, base::as_bytes("Photoshop 3.0"));
  file = test::with_segment(file, 0xFE, base::as_bytes("taken in secret"));
  base::append(file, "0102030405"_hex);
  Findings findings;
  const auto portrait = check_portrait(file, {}, findings);
  CHECK_BYTES(plain, portrait.jpeg);
  LONGS_EQUAL(1, findings.size());
  CHECK(findings[0].severity == Severity::warn);
  CHECK_STRING("P01", findings[0].rule);
  CHECK_STRING("removed from the portrait: EXIF, colour profile, comment, other metadata, 5 octets behind the image",
               findings[0].message);
}

TEST(Portrait, keeps_what_the_decoder_needs) {
  const auto adobe = "41646F6265 0064 00000000 01"_hex;  // YCbCr
  const auto file = test::with_segment(make_jpeg(), 0xEE, adobe);
  const auto stripped = strip_jpeg(file);
  CHECK_OK(stripped);
  CHECK_BYTES(file, *stripped);
}

TEST(Portrait, loses_the_thumbnail_of_its_jfif_header) {
  const auto plain = make_jpeg();
  // JFIF 1.01, a thumbnail of 2 x 1 pixels; then an extension segment with another.
  const auto body = ByteView{plain}.subspan(20);
  const auto header = "FFD8 FFE0 0016 4A46494600 0101 00 0001 0001 02 01 112233445566"_hex;
  const auto extension = "FFE0 0008 4A46585800 13"_hex;
  const auto stripped = strip_jpeg(base::concat({header, extension, body}));
  CHECK_OK(stripped);
  CHECK_BYTES(plain, *stripped);
  CHECK_BYTES("FFD8 FFE0 0010 4A46494600 0101 00 0001 0001 00 00"_hex, ByteView{plain}.first(20));
}

TEST(Portrait, drops_fill_octets_but_never_touches_image_data) {
  const auto plain = make_jpeg();
  const auto scan = from_scan(plain);
  const auto head = ByteView{plain}.first(plain.size() - scan.size());
  const auto stripped = strip_jpeg(base::concat({head, "FFFFFF"_hex, scan}));
  CHECK_OK(stripped);
  CHECK_BYTES(plain, *stripped);
}

TEST(Portrait, that_exif_turns_is_refused) {
  for (const bool little : {false, true}) {
    const auto upright = findings_of(test::with_segment(make_jpeg(), 0xE1, test::exif(1, little)), {});
    CHECK_FALSE(any_refusing(upright));
    const auto turned = findings_of(test::with_segment(make_jpeg(), 0xE1, test::exif(3, little)), {});
    CHECK(any_refusing(turned));
    STRCMP_CONTAINS("turn", turned[0].message.c_str());
  }
}

TEST(Portrait, that_is_something_else_says_what) {
  refused("P01", "empty", {});
  refused("P01", "PNG", "89504E470D0A1A0A0000000D49484452"_hex);
  refused("P01", "JPEG 2000", "0000000C6A5020200D0A870A"_hex);
  refused("P01", "JPEG 2000", "FF4FFF510029"_hex);
  refused("P01", "GIF", base::as_bytes("GIF89a"));
  refused("P01", "PDF", base::as_bytes("%PDF-1.7"));
  refused("P01", "WebP", base::as_bytes("RIFF....WEBP"));
  refused("P01", "HEIC", base::as_bytes("....ftypheic"));
  refused("P01", "not a JPEG", base::as_bytes("number,name"));
  refused("P01", "not a JPEG", "FF"_hex);
}

TEST(Portrait, that_is_cut_short_is_refused_wherever_it_was_cut) {
  const auto file = make_jpeg();
  refused("P01", "cut short", truncated(file, 1));
  refused("P01", "cut short", truncated(file, 2));
  refused("P01", "cut short", truncated(file, file.size() / 2));
  refused("P01", "cut short", ByteView{file}.first(2));
  refused("P01", "cut short", ByteView{file}.first(100));
  // An end marker put behind the cut does not help.
  refused("P01", "cut short", base::concat({ByteView{file}.first(file.size() - 300), "FFD9"_hex}));
}

TEST(Portrait, of_another_kind_is_refused) {
  refused("P01", "CMYK", make_jpeg({.colours = test::Colours::cmyk}));
  refused("P01", "progressive", make_jpeg({.progressive = true}));
  refused("P01", "arithmetic", make_jpeg({.arithmetic = true}));
}

TEST(Portrait, in_several_baseline_scans_is_baseline_all_the_same) {
  const auto findings = findings_of(make_jpeg({.one_scan_a_component = true}), {});
  CHECK_TEXT(findings.empty(), all_of(findings).c_str());
}

TEST(Portrait, of_the_wrong_size_is_refused) {
  refused("P02", "at least 480 x 640", make_jpeg({.width = 474, .height = 632}));
  refused("P02", "3:4", make_jpeg({.width = 640, .height = 640}));
  refused("P02", "3:4", make_jpeg({.width = 640, .height = 700}));
  refused("P02", "1000 are allowed", make_jpeg(), {.min_width = 480, .min_height = 640, .max_size = 1000});
}

TEST(Portrait, of_either_ratio_passes) {
  for (const auto& [width, height] : {std::pair{480U, 640U}, {481U, 641U}, {480U, 720U}, {600U, 800U}}) {
    const auto findings = findings_of(make_jpeg({.width = width, .height = height}),
                                      {.min_width = 480, .min_height = 640, .max_size = 60'000});
    CHECK_TEXT(findings.empty(), all_of(findings).c_str());
  }
}

TEST(Portrait, that_claims_to_be_enormous_is_not_decoded) {
  auto file = make_jpeg();
  const auto frame = std::ranges::search(file, "FFC0"_hex);
  const auto at = static_cast<std::size_t>(frame.begin() - file.begin());
  for (std::size_t i = at + 5; i < at + 9; ++i) file[i] = 0xFD;  // 65,021 x 65,021
  refused("P02", "far too many", file);
}

TEST(Portrait, with_any_octet_changed_never_ends_the_process) {
  const auto small = make_jpeg({.width = 48, .height = 64});
  base::ReplayRng rng{9303};
  int good = 0;
  constexpr int kMutants = 10'000;
  for (int i = 0; i < kMutants; ++i) {
    std::array<std::uint8_t, 12> dice{};
    CHECK_OK(rng.fill(dice));
    Bytes bad = small;
    for (std::size_t change = 0; change < 1U + dice[0] % 3U; ++change) {
      // The head holds the tables and sizes: half of the changes go there.
      const std::size_t reach = dice[1] % 2 == 0 ? 640 : bad.size();
      const auto at = (dice[2 + change * 3] * 256U + dice[3 + change * 3]) % std::min(reach, bad.size());
      bad[at] = dice[4 + change * 3];
    }
    if (dice[11] % 8 == 0) bad = truncated(bad, dice[10]);
    const auto exact = std::make_unique<std::uint8_t[]>(bad.size());  // NOLINT(modernize-avoid-c-arrays)
    std::ranges::copy(bad, exact.get());
    const auto findings = findings_of({exact.get(), bad.size()}, {.min_width = 1, .min_height = 1, .max_size = 60'000});
    if (!any_refusing(findings)) ++good;
  }
  CHECK(good > 0 && good < kMutants);
}

TEST(Portrait, strip_refuses_what_is_no_jpeg) {
  CHECK_FAULT(Fault::malformed, strip_jpeg({}));
  CHECK_FAULT(Fault::malformed, strip_jpeg("FFD8"_hex));
  CHECK_FAULT(Fault::malformed, strip_jpeg("FFD8 FFE0 0001"_hex));
  CHECK_FAULT(Fault::malformed, strip_jpeg("FFD8 FFF0 0002 FFD9"_hex));
  CHECK_FAULT(Fault::malformed, strip_jpeg("FFD8 00"_hex));
  CHECK_OK(strip_jpeg("FFD8 FFD9"_hex));
}
