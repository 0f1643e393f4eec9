// P01 and P02.
#include "cicada/host/issuance/portrait.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "digest.h"
#include "jpeg_decode.h"
#include "jpeg_segments.h"
#include "notes.h"

namespace cicada::host::issuance {
namespace {

using base::ByteView;

struct Magic {
  std::string_view start;
  std::string_view name;
  std::string_view name_vi;
};
/// What people send instead of a JPEG.
constexpr std::array<Magic, 8> kMagics{{
    {"\x89PNG", "a PNG", "PNG"},
    {"GIF8", "a GIF", "GIF"},
    {"BM", "a BMP", "BMP"},
    {"RIFF", "a WebP", "WebP"},
    {{"\0\0\0\x0CjP  ", 8}, "a JPEG 2000; not supported yet, send JPEG", "JPEG 2000 (chưa hỗ trợ; hãy gửi JPEG)"},
    {"\xFF\x4F\xFF\x51", "a JPEG 2000; not supported yet, send JPEG", "JPEG 2000 (chưa hỗ trợ; hãy gửi JPEG)"},
    {"%PDF", "a PDF", "PDF"},
    {"<svg", "an SVG", "SVG"},
}};

Said what_it_is(ByteView file) {
  if (file.empty()) return {"the file is empty", "tệp rỗng"};
  for (const auto& [start, name, name_vi] : kMagics) {
    if (base::as_text(file).starts_with(start)) {
      return {fmt::format("is not a JPEG but {}", name), fmt::format("không phải JPEG mà là {}", name_vi)};
    }
  }
  if (file.size() >= 8 && base::as_text(file).substr(4, 4) == "ftyp") {
    return {"is not a JPEG but a HEIC or AVIF", "không phải JPEG mà là HEIC hoặc AVIF"};
  }
  return {"is not a JPEG", "không phải JPEG"};
}

/// Empty when nothing was.
Said what_was_removed(const StrippedJpeg& stripped) {
  Said parts;
  const auto add = [&](bool present, std::string_view en, std::string_view vi) {
    if (!present) return;
    parts.en += (parts.en.empty() ? "" : ", ") + std::string{en};
    parts.vi += (parts.vi.empty() ? "" : ", ") + std::string{vi};
  };
  add(stripped.exif, "EXIF", "EXIF");
  add(stripped.colour_profile, "colour profile", "cấu hình màu");
  add(stripped.thumbnail, "thumbnail", "ảnh thu nhỏ");
  add(stripped.comment, "comment", "ghi chú");
  add(stripped.other, "other metadata", "siêu dữ liệu khác");
  add(stripped.trailing_octets != 0, fmt::format("{} octets behind the image", stripped.trailing_octets),
      fmt::format("{} byte thừa sau ảnh", stripped.trailing_octets));
  return parts;
}

/// P01: can the picture be decoded, and is it of a kind that goes on a chip?
bool check_kind(const DecodeReport& report, Notes& notes) {
  if (!report.header_read) {
    notes.reject("P01", {"the JPEG's header is damaged", "phần đầu tệp JPEG bị hỏng"});
  } else if (report.components == 4) {
    notes.reject("P01", {"the JPEG is CMYK; send RGB or grey", "ảnh JPEG ở hệ màu CMYK; hãy gửi RGB hoặc xám"});
  } else if (report.components != 1 && report.components != 3) {
    notes.reject("P01", {fmt::format("the JPEG has {} colour components", report.components),
                         fmt::format("ảnh JPEG có {} thành phần màu", report.components)});
  } else if (report.progressive) {
    // ISO/IEC 19794-5 §7.2 wants sequential baseline, and readers in the field do without the rest.
    notes.reject("P01", {"the JPEG is progressive; send baseline", "ảnh JPEG kiểu progressive; hãy gửi baseline"});
  } else if (report.arithmetic) {
    notes.reject("P01",
                 {"the JPEG is arithmetically coded; send baseline", "ảnh JPEG mã hóa số học; hãy gửi baseline"});
  } else if (report.too_many_pixels) {
    notes.reject("P02", {fmt::format("{} x {} pixels are far too many", report.width, report.height),
                         fmt::format("{} x {} điểm ảnh là quá lớn", report.width, report.height)});
  } else if (!report.decoded) {
    notes.reject("P01", {"the JPEG is damaged or cut short: its image data cannot be decoded whole",
                         "ảnh JPEG bị hỏng hoặc bị cắt: không giải mã được toàn bộ"});
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
    notes.reject("P02", {fmt::format("{} x {} pixels; at least {} x {} are wanted", portrait.width, portrait.height,
                                     limits.min_width, limits.min_height),
                         fmt::format("{} x {} điểm ảnh; cần ít nhất {} x {}", portrait.width, portrait.height,
                                     limits.min_width, limits.min_height)});
  }
  if (!has_ratio(portrait.width, portrait.height, 3, 4) && !has_ratio(portrait.width, portrait.height, 2, 3)) {
    notes.reject("P02",
                 {fmt::format("{} x {} pixels are neither 3:4 nor 2:3", portrait.width, portrait.height),
                  fmt::format("{} x {} điểm ảnh không theo tỷ lệ 3:4 hoặc 2:3", portrait.width, portrait.height)});
  }
  if (portrait.jpeg.size() > limits.max_size) {
    notes.reject(
        "P02",
        {fmt::format("{} octets without metadata; {} are allowed", portrait.jpeg.size(), limits.max_size),
         fmt::format("{} byte sau khi bỏ siêu dữ liệu; chỉ được {} byte", portrait.jpeg.size(), limits.max_size)});
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
    notes.reject("P01",
                 {"the JPEG is damaged or cut short: " + stripped.error().describe(), "ảnh JPEG bị hỏng hoặc bị cắt"});
    return {};
  }
  const auto report = decode_jpeg(stripped->jpeg, kMaxPortraitPixels);
  if (!check_kind(report, notes)) return {};
  if (stripped->turned) {
    // Without its EXIF the picture would lie on its side on every reader.
    notes.reject("P01", {"EXIF says that the picture is to be turned; turn the picture itself",
                         "EXIF yêu cầu xoay ảnh; hãy xoay chính bức ảnh"});
  }
  if (const auto removed = what_was_removed(*stripped); !removed.en.empty()) {
    notes.warn("P01", {"removed from the portrait: " + removed.en, "đã bỏ khỏi ảnh: " + removed.vi});
  }
  Portrait portrait{.jpeg = std::move(stripped->jpeg),
                    .width = report.width,
                    .height = report.height,
                    .grey = report.components == 1};
  if (const auto digest = sha256(portrait.jpeg)) {
    portrait.digest = *digest;
  } else {
    notes.reject("P01", {"the portrait cannot be hashed", "không tính được mã băm của ảnh"});
  }
  check_size(portrait, limits, notes);
  return portrait;
}

base::Result<Portrait> reload_portrait(const std::filesystem::path& file, const Digest& digest) {
  CICADA_TRY(const auto octets, base::read_file(file, kMaxPortraitFile));
  CICADA_TRY(auto stripped, read_segments(octets));
  CICADA_TRY(const auto now, sha256(stripped.jpeg));
  if (now != digest) {
    return base::fail({.fault = base::Fault::security, .what = "the portrait is not the one that was checked"});
  }
  const auto header = read_jpeg_header(stripped.jpeg);
  return Portrait{.jpeg = std::move(stripped.jpeg),
                  .width = header.width,
                  .height = header.height,
                  .grey = header.components == 1,
                  .digest = now};
}

}  // namespace cicada::host::issuance
