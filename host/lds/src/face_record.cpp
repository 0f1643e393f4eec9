#include "face_record.h"

#include <algorithm>
#include <array>
#include <limits>

#include "cicada/base/cursor.h"

namespace cicada::host::lds {
namespace {

using base::ByteView;
using base::Cursor;
using base::fail;
using base::Fault;

constexpr std::array<std::uint8_t, 8> kMagic{'F', 'A', 'C', 0, '0', '1', '0', 0};
constexpr std::size_t kRecordHeader = 14;       ///< magic, length, number of images
constexpr std::size_t kFacialInformation = 20;  ///< ISO/IEC 19794-5 §5.5
constexpr std::size_t kFeaturePoint = 8;        ///< §5.6
constexpr std::size_t kImageInformation = 12;   ///< §5.7

base::Result<void> read_image_information(Cursor& cursor, FaceImage& face) {
  CICADA_TRY(face.image_type, cursor.take_u8());
  CICADA_TRY(face.data_type, cursor.take_u8());
  CICADA_TRY(face.width, cursor.take_u16());
  CICADA_TRY(face.height, cursor.take_u16());
  CICADA_TRY(face.colour_space, cursor.take_u8());
  CICADA_TRY(face.source_type, cursor.take_u8());
  CICADA_TRY(face.device_type, cursor.take_u16());
  CICADA_TRY(face.quality, cursor.take_u16());
  return {};
}

base::Result<std::uint32_t> take_u24(Cursor& cursor) {
  CICADA_TRY(const auto value, cursor.take_unsigned(3));
  return static_cast<std::uint32_t>(value);
}

/// One image with its descriptions. `last`: nothing follows, so a wrong length field can be seen through.
base::Result<FaceImage> read_face(Cursor& cursor, bool last, bool& length_is_wrong) {
  FaceImage face;
  const auto available = cursor.remaining();
  CICADA_TRY(const std::size_t claimed, cursor.take_u32());
  CICADA_TRY(const std::size_t points, cursor.take_u16());
  CICADA_TRY(face.gender, cursor.take_u8());
  CICADA_TRY(face.eye_colour, cursor.take_u8());
  CICADA_TRY(face.hair_colour, cursor.take_u8());
  CICADA_TRY(face.feature_mask, take_u24(cursor));
  CICADA_TRY(face.expression, cursor.take_u16());
  CICADA_TRY(face.pose, take_u24(cursor));
  CICADA_TRY(face.pose_uncertainty, take_u24(cursor));
  CICADA_TRY(const auto point_octets, cursor.take(points * kFeaturePoint));
  face.feature_points.resize(points);
  for (std::size_t i = 0; i < points; ++i) {
    std::ranges::copy(point_octets.subspan(i * kFeaturePoint, kFeaturePoint), face.feature_points[i].begin());
  }
  CICADA_CHECK(read_image_information(cursor, face));

  const auto before_image = kFacialInformation + points * kFeaturePoint + kImageInformation;
  const bool plausible = claimed >= before_image && claimed <= available;
  if (!plausible && !last) {
    return fail({.fault = Fault::malformed,
                 .what = "the length of a facial image is wrong",
                 .clause = "ISO/IEC 19794-5 §5.5",
                 .at = cursor.position()});
  }
  if (!plausible || (last && claimed != available)) length_is_wrong = true;
  CICADA_TRY(const auto image, cursor.take(plausible ? claimed - before_image : cursor.remaining()));
  face.image = base::to_bytes(image);
  face.format = image_format_of(image);
  return face;
}

base::Result<void> append_face(base::Bytes& to, const FaceImage& face) {
  const auto format = image_format_of(face.image);
  if (format != ImageFormat::jpeg && format != ImageFormat::jpeg2000) {
    return fail(
        {.fault = Fault::bad_input, .what = "the portrait is neither JPEG nor JPEG 2000", .clause = "9303-10 §4.7.2"});
  }
  if (face.feature_points.size() > std::numeric_limits<std::uint16_t>::max()) {
    return fail({.fault = Fault::bad_input, .what = "too many feature points"});
  }
  const auto size =
      kFacialInformation + face.feature_points.size() * kFeaturePoint + kImageInformation + face.image.size();
  base::append_unsigned(to, size, 4);
  base::append_unsigned(to, face.feature_points.size(), 2);
  to.insert(to.end(), {face.gender, face.eye_colour, face.hair_colour});
  base::append_unsigned(to, face.feature_mask, 3);
  base::append_unsigned(to, face.expression, 2);
  base::append_unsigned(to, face.pose, 3);
  base::append_unsigned(to, face.pose_uncertainty, 3);
  for (const auto& point : face.feature_points) base::append(to, point);
  to.push_back(face.image_type);
  to.push_back(format == ImageFormat::jpeg ? 0 : 1);
  base::append_unsigned(to, face.width, 2);
  base::append_unsigned(to, face.height, 2);
  to.insert(to.end(), {face.colour_space, face.source_type});
  base::append_unsigned(to, face.device_type, 2);
  base::append_unsigned(to, face.quality, 2);
  base::append(to, face.image);
  return {};
}

}  // namespace

bool is_face_record(ByteView block) noexcept {
  return block.size() >= kMagic.size() && base::equal(block.first(kMagic.size()), kMagic);
}

base::Result<std::vector<FaceImage>> parse_face_record(ByteView block, bool& length_is_wrong) {
  Cursor cursor{block};
  CICADA_CHECK(cursor.take(kMagic.size()));
  CICADA_TRY(const std::size_t claimed, cursor.take_u32());
  CICADA_TRY(const std::size_t count, cursor.take_u16());
  if (claimed != block.size()) length_is_wrong = true;
  if (count == 0 || count > kMaxFaceImages) {
    return fail({.fault = count == 0 ? Fault::malformed : Fault::limit,
                 .what = "the facial record has no image or too many",
                 .clause = "ISO/IEC 19794-5 §5.4"});
  }
  std::vector<FaceImage> faces;
  for (std::size_t i = 0; i < count; ++i) {
    CICADA_TRY(auto face, read_face(cursor, i + 1 == count, length_is_wrong));
    faces.push_back(std::move(face));
  }
  return faces;
}

base::Result<base::Bytes> build_face_record(std::span<const FaceImage> faces) {
  if (faces.empty() || faces.size() > kMaxFaceImages) {
    return fail({.fault = Fault::bad_input,
                 .what = "a facial record needs an image, and not more than a chip holds",
                 .clause = "ISO/IEC 19794-5 §5.4"});
  }
  base::Bytes images;
  for (const auto& face : faces) CICADA_CHECK(append_face(images, face));
  base::Bytes record{kMagic.begin(), kMagic.end()};
  record.reserve(kRecordHeader + images.size());
  base::append_unsigned(record, kRecordHeader + images.size(), 4);
  base::append_unsigned(record, faces.size(), 2);
  base::append(record, images);
  return record;
}

}  // namespace cicada::host::lds
