#include "finger_record.h"

#include <algorithm>
#include <array>

#include "cicada/base/cursor.h"

namespace cicada::host::lds {
namespace {

using base::ByteView;
using base::Cursor;
using base::fail;
using base::Fault;

constexpr std::array<std::uint8_t, 8> kMagic{'F', 'I', 'R', 0, '0', '1', '0', 0};
constexpr std::size_t kLengthSize = 6;     ///< octets of the record's length field
constexpr std::size_t kRecordHeader = 32;  ///< ISO/IEC 19794-4 §8.2
constexpr std::size_t kImageHeader = 14;   ///< §8.3

base::Result<void> read_record_header(Cursor& cursor, FingerRecord& record, std::size_t& fingers) {
  CICADA_TRY(record.device, cursor.take_u16());
  CICADA_TRY(record.level, cursor.take_u16());
  CICADA_TRY(fingers, cursor.take_u8());
  CICADA_TRY(record.scale_unit, cursor.take_u8());
  CICADA_TRY(record.scan_x, cursor.take_u16());
  CICADA_TRY(record.scan_y, cursor.take_u16());
  CICADA_TRY(record.image_x, cursor.take_u16());
  CICADA_TRY(record.image_y, cursor.take_u16());
  CICADA_TRY(record.depth, cursor.take_u8());
  CICADA_TRY(record.compression, cursor.take_u8());
  CICADA_TRY(record.reserved, cursor.take_u16());
  return {};
}

/// One picture. `last`: nothing follows, so a wrong length field can be seen through.
base::Result<FingerImage> read_image(Cursor& cursor, bool last, bool& length_is_wrong) {
  FingerImage finger;
  const auto available = cursor.remaining();
  CICADA_TRY(const std::size_t claimed, cursor.take_u32());
  CICADA_TRY(finger.position, cursor.take_u8());
  CICADA_TRY(finger.views, cursor.take_u8());
  CICADA_TRY(finger.view, cursor.take_u8());
  CICADA_TRY(finger.quality, cursor.take_u8());
  CICADA_TRY(finger.impression, cursor.take_u8());
  CICADA_TRY(finger.width, cursor.take_u16());
  CICADA_TRY(finger.height, cursor.take_u16());
  CICADA_TRY(finger.reserved, cursor.take_u8());
  const bool plausible = claimed >= kImageHeader && claimed <= available;
  if (!plausible && !last) {
    return fail({.fault = Fault::malformed,
                 .what = "the length of a finger image is wrong",
                 .clause = "ISO/IEC 19794-4 §8.3",
                 .at = cursor.position()});
  }
  if (!plausible || (last && claimed != available)) length_is_wrong = true;
  CICADA_TRY(const auto image, cursor.take(plausible ? claimed - kImageHeader : cursor.remaining()));
  finger.image = base::to_bytes(image);
  finger.format = image_format_of(image);
  return finger;
}

}  // namespace

bool is_finger_record(ByteView block) noexcept {
  return block.size() >= kMagic.size() && base::equal(block.first(kMagic.size()), kMagic);
}

base::Result<FingerRecord> parse_finger_record(ByteView block, bool& length_is_wrong) {
  Cursor cursor{block};
  CICADA_CHECK(cursor.take(kMagic.size()));
  CICADA_TRY(const auto claimed, cursor.take_unsigned(kLengthSize));
  if (claimed != block.size()) length_is_wrong = true;
  FingerRecord record;
  std::size_t fingers = 0;
  CICADA_CHECK(read_record_header(cursor, record, fingers));
  if (fingers == 0) {
    return fail(
        {.fault = Fault::malformed, .what = "the finger record has no finger", .clause = "ISO/IEC 19794-4 §8.2"});
  }
  for (std::size_t finger = 0; finger < fingers; ++finger) {
    std::size_t views = 1;
    for (std::size_t view = 0; view < views; ++view) {
      if (record.fingers.size() == kMaxFingerImages) {
        return fail({.fault = Fault::limit, .what = "the finger record has more images than any chip"});
      }
      // How many pictures there are of this finger stands in its first one.
      constexpr std::size_t kViewsOffset = 5;
      const auto rest = cursor.rest();
      if (view == 0 && rest.size() > kViewsOffset) views = std::max<std::size_t>(1, rest[kViewsOffset]);
      const bool last = finger + 1 == fingers && view + 1 == views;
      CICADA_TRY(auto image, read_image(cursor, last, length_is_wrong));
      record.fingers.push_back(std::move(image));
    }
  }
  return record;
}

base::Result<base::Bytes> build_finger_record(const FingerRecord& record) {
  const auto is_first_view = [](const FingerImage& finger) { return finger.view <= 1; };
  const auto fingers = static_cast<std::size_t>(std::ranges::count_if(record.fingers, is_first_view));
  const auto is_empty = [](const FingerImage& finger) { return finger.image.empty(); };
  if (record.fingers.size() > kMaxFingerImages || fingers == 0 || std::ranges::any_of(record.fingers, is_empty)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a finger record needs its images, and not more than a chip holds",
                 .clause = "ISO/IEC 19794-4 §8.2"});
  }
  std::size_t size = kRecordHeader;
  for (const auto& finger : record.fingers) size += kImageHeader + finger.image.size();
  base::Bytes octets{kMagic.begin(), kMagic.end()};
  octets.reserve(size);
  base::append_unsigned(octets, size, kLengthSize);
  base::append_unsigned(octets, record.device, 2);
  base::append_unsigned(octets, record.level, 2);
  octets.insert(octets.end(), {static_cast<std::uint8_t>(fingers), record.scale_unit});
  for (const auto resolution : {record.scan_x, record.scan_y, record.image_x, record.image_y}) {
    base::append_unsigned(octets, resolution, 2);
  }
  octets.insert(octets.end(), {record.depth, record.compression});
  base::append_unsigned(octets, record.reserved, 2);
  for (const auto& finger : record.fingers) {
    base::append_unsigned(octets, kImageHeader + finger.image.size(), 4);
    octets.insert(octets.end(), {finger.position, finger.views, finger.view, finger.quality, finger.impression});
    base::append_unsigned(octets, finger.width, 2);
    base::append_unsigned(octets, finger.height, 2);
    octets.push_back(finger.reserved);
    base::append(octets, finger.image);
  }
  return octets;
}

}  // namespace cicada::host::lds
