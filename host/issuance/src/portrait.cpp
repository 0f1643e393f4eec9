// P01 and P02.
#include "cicada/host/issuance/portrait.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/hex.h"
#include "jpeg_decode.h"
#include "jpeg_segments.h"
#include "notes.h"

namespace cicada::host::issuance {
namespace {

using base::ByteView;

struct Magic {
  std::string_view start;
  std::string_view name;
};
/// What people send instead of a JPEG.
constexpr std::array<Magic, 8> kMagics{{
    {"\x89PNG", "a PNG"},
    {"GIF8", "a GIF"},
    {"BM", "a BMP"},
    {"RIFF", "a WebP"},
    {{"\0\0\0\x0CjP  ", 8}, "a JPEG 2000; not supported yet, send JPEG"},
    {"\xFF\x4F\xFF\x51", "a JPEG 2000; not supported yet, send JPEG"},
    {"%PDF", "a PDF"},
    {"<svg", "an SVG"},
}};

std::string what_it_is(ByteView file) {
  if (file.empty()) return "the file is empty";
  for (const auto& [start, name] : kMagics) {
    if (base::as_text(file).starts_with(start)) return fmt::format("is not a JPEG but {}", name);
  }
  if (file.size() >= 8 && base::as_text(file).substr(4, 4) == "ftyp") return "is not a JPEG but a HEIC or AVIF";
  return "is not a JPEG";
}

std::string what_was_removed(const StrippedJpeg& stripped) {
  std::string parts;
  const auto add = [&](bool present, std::string_view name) {
    if (present) parts += (parts.empty() ? "" : ", ") + std::string{name};
  };
  add(stripped.exif, "EXIF");
  add(stripped.colour_profile, "colour profile");
  add(stripped.thumbnail, "thumbnail");
  add(stripped.comment, "comment");
  add(stripped.other, "other metadata");
  add(stripped.trailing_octets != 0, fmt::format("{} octets behind the image", stripped.trailing_octets));
  return parts;
}

/// P01: can the picture be decoded, and is it of a kind that goes on a chip?
bool check_kind(const DecodeReport& report, Notes& notes) {
  if (!report.header_read) {
    notes.reject("P01", "the JPEG's header is damaged");
  } else if (report.components != 1 && report.components != 3) {
    notes.reject("P01", report.components == 4 ? "the JPEG is CMYK; send RGB or grey"
                                               : fmt::format("the JPEG has {} colour components", report.components));
  } else if (report.progressive || report.arithmetic) {
    // ISO/IEC 19794-5 §7.2 wants sequential baseline, and readers in the field do without the rest.
    notes.reject("P01", report.progressive ? "the JPEG is progressive; send baseline"
                                           : "the JPEG is arithmetically coded; send baseline");
  } else if (report.too_many_pixels) {
    notes.reject("P02", fmt::format("{} x {} pixels are far too many", report.width, report.height));
  } else if (!report.decoded) {
    notes.reject("P01", "the JPEG is damaged or cut short: its image data cannot be decoded whole");
  } else {
    return true;
  }
  return false;
}

/// Within one percent of the ratio.
bool has_ratio(unsigned width, unsigned height, unsigned w, unsigned h) {
  const auto left = static_cast<std::uint64_t>(width) * h;
  const auto right = static_cast<std::uint64_t>(height) * w;
  return std::max(left, right) - std::min(left, right) <= right / 100;
}

/// P02: size in pixels and octets.
void check_size(const Portrait& portrait, const PortraitLimits& limits, Notes& notes) {
  if (portrait.width < limits.min_width || portrait.height < limits.min_height) {
    notes.reject("P02", fmt::format("{} x {} pixels; at least {} x {} are wanted", portrait.width, portrait.height,
                                    limits.min_width, limits.min_height));
  }
  if (!has_ratio(portrait.width, portrait.height, 3, 4) && !has_ratio(portrait.width, portrait.height, 2, 3)) {
    notes.reject("P02", fmt::format("{} x {} pixels are neither 3:4 nor 2:3", portrait.width, portrait.height));
  }
  if (portrait.jpeg.size() > limits.max_size) {
    notes.reject("P02",
                 fmt::format("{} octets without metadata; {} are allowed", portrait.jpeg.size(), limits.max_size));
  }
}

}  // namespace

base::Result<base::Bytes> strip_jpeg(ByteView file) {
  CICADA_TRY(auto stripped, read_segments(file));
  return std::move(stripped.jpeg);
}

Portrait check_portrait(ByteView file, const PortraitLimits& limits, Findings& findings) {
  Notes notes{findings, "portrait", fmt::format("{} octets", file.size())};
  constexpr std::array<std::uint8_t, 2> kStart{0xFF, 0xD8};
  if (file.size() < kStart.size() || !base::equal(file.first(kStart.size()), kStart)) {
    notes.reject("P01", what_it_is(file));
    return {};
  }
  auto stripped = read_segments(file);
  if (!stripped) {
    notes.reject("P01", "the JPEG is damaged or cut short: " + stripped.error().describe());
    return {};
  }
  const auto report = decode_jpeg(stripped->jpeg, kMaxPortraitPixels);
  if (!check_kind(report, notes)) return {};
  if (stripped->turned) {
    // Without its EXIF the picture would lie on its side on every reader.
    notes.reject("P01", "EXIF says that the picture is to be turned; turn the picture itself");
  }
  if (const auto removed = what_was_removed(*stripped); !removed.empty()) {
    notes.warn("P01", fmt::format("removed from the portrait: {}", removed));
  }
  Portrait portrait{.jpeg = std::move(stripped->jpeg),
                    .width = report.width,
                    .height = report.height,
                    .grey = report.components == 1};
  check_size(portrait, limits, notes);
  return portrait;
}

}  // namespace cicada::host::issuance
