// LDS_C_10 to LDS_C_13: the facial record of ISO/IEC 19794-5:2005 §5.
#include <array>

#include <fmt/format.h>

#include "biometric_frame.h"
#include "cicada/base/cursor.h"
#include "face.h"
#include "text_rules.h"

namespace cicada::conformance::lds {

using base::ByteView;

namespace {

constexpr std::size_t kHeader = 14;
constexpr std::size_t kInformation = 20;
constexpr std::size_t kPoint = 8;
constexpr std::size_t kImageInformation = 12;
constexpr std::size_t kMaxFaces = 255;

std::uint32_t number(ByteView octets, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (const auto octet : octets.subspan(at, size)) value = (value << 8U) | octet;
  return value;
}

/// One face of a record, its parts as they stand; offsets are the file's.
struct Face {
  ByteView information;  ///< 20 octets
  ByteView points;       ///< 8 octets each
  ByteView image_information;
  ByteView image;
  std::size_t at = 0;

  [[nodiscard]] std::size_t points_at() const noexcept { return at + kInformation; }
  [[nodiscard]] std::size_t image_information_at() const noexcept { return points_at() + points.size(); }
};

/// The faces by their lengths, which have to fill the record.
Judged<std::vector<Face>> faces_of(const Object& block) {
  if (block.value.size() < kHeader) return undecided("not reached: the record is shorter than its header", block.at);
  const std::size_t count = number(block.value, 12, 2);
  if (count == 0 || count > kMaxFaces)
    return undecided(fmt::format("not reached: {} faces", count), block.value_at() + 12);
  std::vector<Face> faces;
  auto rest = block.value.subspan(kHeader);
  auto at = block.value_at() + kHeader;
  for (std::size_t i = 0; i < count; ++i) {
    if (rest.size() < kInformation) return breaks("the record ends within a facial information block", at);
    const std::size_t length = number(rest, 0, 4);
    const std::size_t points = number(rest, 4, 2) * kPoint;
    if (length > rest.size() || length < kInformation + points + kImageInformation) {
      return breaks(fmt::format("the face says {} octets and {} feature points; {} octets are there", length,
                                points / kPoint, rest.size()),
                    at);
    }
    faces.push_back({.information = rest.first(kInformation),
                     .points = rest.subspan(kInformation, points),
                     .image_information = rest.subspan(kInformation + points, kImageInformation),
                     .image = rest.subspan(kInformation + points + kImageInformation,
                                           length - kInformation - points - kImageInformation),
                     .at = at});
    rest = rest.subspan(length);
    at += length;
  }
  if (!rest.empty()) return breaks(fmt::format("{} octets follow the last face", rest.size()), at);
  return faces;
}

template <typename Rule>
Judged<std::size_t> each_face(const Evidence& evidence, Rule rule, bool lengths_are_judged) {
  CICADA_TRY(const auto templates, information_templates(evidence, kFace));
  std::size_t count = 0;
  for (const auto& one : templates) {
    CICADA_TRY(const auto block, data_block(one));
    auto faces = faces_of(block);
    if (!lengths_are_judged) faces = reached(std::move(faces));
    if (!faces) return std::unexpected(faces.error());
    for (const auto& face : *faces) {
      CICADA_CHECK(rule(face));
      ++count;
    }
  }
  return count;
}

bool is_code(std::uint8_t value, std::uint8_t last) {
  return value <= last || value == 0xFF;
}

constexpr std::uint8_t kLastGender = 2;
constexpr std::uint8_t kLastEyeColour = 7;
constexpr std::uint8_t kLastHairColour = 9;
constexpr std::uint32_t kPropertiesSpecified = 0x000001;
constexpr std::uint32_t kReservedProperties = 0xFFF000;
constexpr std::uint32_t kLastExpression = 7;
constexpr std::uint32_t kVendorExpression = 0x8000;
constexpr std::uint8_t kLastAngle = 180;
constexpr std::uint8_t kLastUncertainty = 91;  // 180 degrees

Judged<void> information_rules(const Face& face) {
  const auto info = face.information;
  const auto bad = [&](std::string_view what, std::size_t at, std::size_t size) {
    return breaks(
        fmt::format("{} is {}, which ISO/IEC 19794-5 does not define", what, octets_text(info.subspan(at, size))),
        face.at + at);
  };
  if (!is_code(info[6], kLastGender)) return bad("gender", 6, 1);
  if (!is_code(info[7], kLastEyeColour)) return bad("eye colour", 7, 1);
  if (!is_code(info[8], kLastHairColour)) return bad("hair colour", 8, 1);
  const auto properties = number(info, 9, 3);
  const bool unspecified = (properties & kPropertiesSpecified) == 0;
  if ((properties & kReservedProperties) != 0 || (unspecified && properties != 0))
    return bad("the property mask", 9, 3);
  const auto expression = number(info, 12, 2);
  if (expression > kLastExpression && expression < kVendorExpression) return bad("the expression", 12, 2);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (info[14 + axis] > kLastAngle) return bad("a pose angle", 14 + axis, 1);
    if (info[17 + axis] > kLastUncertainty) return bad("the uncertainty of a pose angle", 17 + axis, 1);
  }
  return {};
}

/// Feature points of MPEG-4 by group (ISO/IEC 14496-2 Annex C), and group 12: eyes and nostrils of ISO/IEC 19794-5.
constexpr std::array<std::uint8_t, 13> kPointsInGroup{0, 0, 14, 14, 6, 4, 4, 1, 10, 15, 10, 6, 4};
constexpr std::uint8_t kMpeg4Point = 1;

Judged<void> point_rules(const Face& face) {
  const auto width = number(face.image_information, 2, 2);
  const auto height = number(face.image_information, 4, 2);
  for (std::size_t at = 0; at < face.points.size(); at += kPoint) {
    const auto point = face.points.subspan(at, kPoint);
    const auto place = face.points_at() + at;
    if (point[0] != kMpeg4Point)
      return breaks(fmt::format("a feature point has type {}, 1 is wanted", point[0]), place);
    const std::size_t group = point[1] >> 4U;
    const auto index = point[1] & 0x0FU;
    if (group >= kPointsInGroup.size() || index == 0 || index > kPointsInGroup.at(group)) {
      return breaks(fmt::format("{}.{} is no feature point", group, index), place + 1);
    }
    const auto x = number(point, 2, 2);
    const auto y = number(point, 4, 2);
    if (x >= width || y >= height) {
      return breaks(fmt::format("the feature point at {}, {} lies outside of {} by {} pixels", x, y, width, height),
                    place + 2);
    }
    if (number(point, 6, 2) != 0) return breaks("the reserved octets of a feature point are not 0", place + 6);
  }
  return {};
}

constexpr std::uint8_t kLastImageType = 2;
constexpr std::uint8_t kLastColourSpace = 4;
constexpr std::uint8_t kLastSource = 7;
constexpr std::uint8_t kVendor = 0x80;

Judged<void> image_rules(const Face& face) {
  const auto info = face.image_information;
  const auto at = face.image_information_at();
  if (info[0] > kLastImageType) return breaks(fmt::format("image type {}, 0 to 2 are defined", info[0]), at);
  if (info[1] > 1)
    return breaks(fmt::format("image data type {}, JPEG (0) or JPEG 2000 (1) is wanted", info[1]), at + 1);
  const auto kind = image_kind(face.image);
  const auto wanted = info[1] == 0 ? ImageKind::jpeg : ImageKind::jpeg2000;
  if (kind != wanted) {
    return breaks(fmt::format("the image begins with {}, which is not {}",
                              octets_text(face.image.first(std::min<std::size_t>(face.image.size(), 4))),
                              info[1] == 0 ? "JPEG" : "JPEG 2000"),
                  at + kImageInformation);
  }
  const ImageSize said{number(info, 2, 2), number(info, 4, 2)};
  if (said.width == 0 || said.height == 0) return breaks("the image has no width or no height", at + 2);
  const auto own = image_size(face.image);
  if (own && *own != said) {
    return breaks(fmt::format("the block says {} by {} pixels, the image {} by {}", said.width, said.height, own->width,
                              own->height),
                  at + 2);
  }
  if (info[6] > kLastColourSpace && info[6] < kVendor) return breaks(fmt::format("colour space {}", info[6]), at + 6);
  if (info[7] > kLastSource && info[7] < kVendor) return breaks(fmt::format("source type {}", info[7]), at + 7);
  return {};
}

Judged<void> header_rules(const Object& block) {
  static constexpr std::array<std::uint8_t, 8> kIdentity{'F', 'A', 'C', 0, '0', '1', '0', 0};
  const auto record = block.value;
  const auto at = block.value_at();
  if (record.size() < kHeader) return breaks(fmt::format("a record of {} octets", record.size()), at);
  if (!base::equal(record.first(kIdentity.size()), kIdentity)) {
    return breaks(
        fmt::format("the record begins with {}, \"FAC\" 00 \"010\" 00 is wanted", octets_text(record.first(8))), at);
  }
  const std::size_t length = number(record, 8, 4);
  if (length != record.size()) {
    return breaks(fmt::format("the record says {} octets, there are {}", length, record.size()), at + 8);
  }
  if (number(record, 12, 2) == 0) return breaks("the record says that it has no face", at + 12);
  return {};
}

}  // namespace

Verdict facial_record_header(const Evidence& evidence) {
  CICADA_TRY(const auto templates, information_templates(evidence, kFace));
  for (const auto& one : templates) {
    CICADA_TRY(const auto block, data_block(one));
    CICADA_CHECK(header_rules(block));
  }
  return std::string{"identifier, version, length and number of faces"};
}

Verdict facial_information(const Evidence& evidence) {
  CICADA_TRY(const auto count, each_face(evidence, information_rules, true));
  return fmt::format("{} face(s)", count);
}

Verdict feature_points(const Evidence& evidence) {
  std::size_t points = 0;
  const auto rule = [&](const Face& face) {
    points += face.points.size() / kPoint;
    return point_rules(face);
  };
  CICADA_CHECK(each_face(evidence, rule, false));
  if (points == 0) return absent("there are no feature points");
  return fmt::format("{} feature points", points);
}

Verdict image_information(const Evidence& evidence) {
  CICADA_TRY(const auto count, each_face(evidence, image_rules, false));
  return fmt::format("{} image(s)", count);
}

}  // namespace cicada::conformance::lds
