#include "iris_record.h"

#include <algorithm>

#include "cicada/base/cursor.h"

namespace cicada::host::lds {
namespace {

using base::ByteView;
using base::Cursor;
using base::fail;
using base::Fault;

constexpr std::array<std::uint8_t, 8> kMagic{'I', 'I', 'R', 0, '0', '1', '0', 0};
constexpr std::size_t kRecordHeader = 45;  ///< ISO/IEC 19794-6 §6.5.1
constexpr std::size_t kFeatureHeader = 3;  ///< §6.5.2
constexpr std::size_t kImageHeader = 11;   ///< §6.5.3

base::Result<void> read_record_header(Cursor& cursor, IrisRecord& record, std::size_t& eyes, bool& length_is_wrong) {
  CICADA_TRY(record.device, cursor.take_u16());
  CICADA_TRY(eyes, cursor.take_u8());
  CICADA_TRY(const std::size_t header, cursor.take_u16());
  if (header != kRecordHeader) length_is_wrong = true;
  CICADA_TRY(record.properties, cursor.take_u16());
  CICADA_TRY(record.diameter, cursor.take_u16());
  CICADA_TRY(record.image_format, cursor.take_u16());
  CICADA_TRY(record.width, cursor.take_u16());
  CICADA_TRY(record.height, cursor.take_u16());
  CICADA_TRY(record.depth, cursor.take_u8());
  CICADA_TRY(record.transformation, cursor.take_u8());
  CICADA_TRY(const auto unit, cursor.take(record.unit.size()));
  std::ranges::copy(unit, record.unit.begin());
  return {};
}

/// One picture. `last`: nothing follows, so a wrong length field can be seen through.
base::Result<IrisImage> read_image(Cursor& cursor, bool last, bool& length_is_wrong) {
  IrisImage iris;
  CICADA_TRY(iris.number, cursor.take_u16());
  CICADA_TRY(iris.quality, cursor.take_u8());
  CICADA_TRY(iris.rotation, cursor.take_u16());
  CICADA_TRY(iris.rotation_uncertainty, cursor.take_u16());
  CICADA_TRY(const std::size_t claimed, cursor.take_u32());
  const auto available = cursor.remaining();
  if (claimed > available && !last) {
    return fail({.fault = Fault::malformed,
                 .what = "the length of an iris image is wrong",
                 .clause = "ISO/IEC 19794-6 §6.5.3",
                 .at = cursor.position()});
  }
  if (claimed > available || (last && claimed != available)) length_is_wrong = true;
  CICADA_TRY(const auto image, cursor.take(std::min(claimed, available)));
  iris.image = base::to_bytes(image);
  iris.format = image_format_of(image);
  return iris;
}

}  // namespace

bool is_iris_record(ByteView block) noexcept {
  return block.size() >= kMagic.size() && base::equal(block.first(kMagic.size()), kMagic);
}

base::Result<IrisRecord> parse_iris_record(ByteView block, bool& length_is_wrong) {
  Cursor cursor{block};
  CICADA_CHECK(cursor.take(kMagic.size()));
  CICADA_TRY(const std::size_t claimed, cursor.take_u32());
  if (claimed != block.size()) length_is_wrong = true;
  IrisRecord record;
  std::size_t eyes = 0;
  CICADA_CHECK(read_record_header(cursor, record, eyes, length_is_wrong));
  if (eyes == 0) {
    return fail({.fault = Fault::malformed, .what = "the iris record has no eye", .clause = "ISO/IEC 19794-6 §6.5.1"});
  }
  std::size_t total = 0;
  for (std::size_t eye = 0; eye < eyes; ++eye) {
    IrisFeature feature;
    CICADA_TRY(feature.eye, cursor.take_u8());
    CICADA_TRY(const std::size_t images, cursor.take_u16());
    total += images;
    // An eye without images is one of those that never end.
    if (images == 0 || total > kMaxIrisImages) {
      return fail({.fault = images == 0 ? Fault::malformed : Fault::limit,
                   .what = "an eye has no image, or the iris record more than any chip",
                   .clause = "ISO/IEC 19794-6 §6.5.2"});
    }
    for (std::size_t i = 0; i < images; ++i) {
      CICADA_TRY(auto image, read_image(cursor, eye + 1 == eyes && i + 1 == images, length_is_wrong));
      feature.images.push_back(std::move(image));
    }
    record.eyes.push_back(std::move(feature));
  }
  return record;
}

base::Result<base::Bytes> build_iris_record(const IrisRecord& record) {
  std::size_t size = kRecordHeader;
  std::size_t total = 0;
  bool complete = !record.eyes.empty();
  for (const auto& eye : record.eyes) {
    size += kFeatureHeader;
    total += eye.images.size();
    complete = complete && !eye.images.empty();
    for (const auto& iris : eye.images) {
      size += kImageHeader + iris.image.size();
      complete = complete && !iris.image.empty();
    }
  }
  if (!complete || total > kMaxIrisImages) {
    return fail({.fault = Fault::bad_input,
                 .what = "an iris record needs its images, and not more than a chip holds",
                 .clause = "ISO/IEC 19794-6 §6.5"});
  }
  base::Bytes octets{kMagic.begin(), kMagic.end()};
  octets.reserve(size);
  base::append_unsigned(octets, size, 4);
  base::append_unsigned(octets, record.device, 2);
  octets.push_back(static_cast<std::uint8_t>(record.eyes.size()));
  base::append_unsigned(octets, kRecordHeader, 2);
  for (const auto value : {record.properties, record.diameter, record.image_format, record.width, record.height}) {
    base::append_unsigned(octets, value, 2);
  }
  octets.insert(octets.end(), {record.depth, record.transformation});
  base::append(octets, record.unit);
  for (const auto& eye : record.eyes) {
    octets.push_back(eye.eye);
    base::append_unsigned(octets, eye.images.size(), 2);
    for (const auto& iris : eye.images) {
      base::append_unsigned(octets, iris.number, 2);
      octets.push_back(iris.quality);
      base::append_unsigned(octets, iris.rotation, 2);
      base::append_unsigned(octets, iris.rotation_uncertainty, 2);
      base::append_unsigned(octets, iris.image.size(), 4);
      base::append(octets, iris.image);
    }
  }
  return octets;
}

}  // namespace cicada::host::lds
