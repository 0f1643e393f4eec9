// DG3: fingers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/biometric_template.h"

namespace cicada::host::lds {

/// One picture of a finger. Numbers as in ISO/IEC 19794-4:2005 §8.3.
struct FingerImage {
  std::uint8_t position = 0;    ///< 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left
  std::uint8_t views = 1;       ///< pictures of this finger in the record
  std::uint8_t view = 1;        ///< which of them this is
  std::uint8_t quality = 0xFE;  ///< 254: not given
  std::uint8_t impression = 0;  ///< 0 live-scan plain
  std::uint16_t width = 0;      ///< pixels, as the record claims; 0 in ISO/IEC 39794-4, which does not say
  std::uint16_t height = 0;
  std::uint8_t reserved = 0;
  std::string captured;                       ///< ISO/IEC 39794-4 only: as much of YYYY-MM-DDThh:mm:ss as is there
  ImageFormat format = ImageFormat::unknown;  ///< what the octets are
  base::Bytes image;
};

/// A finger image record. Numbers as in ISO/IEC 19794-4:2005 §8.2.
struct FingerRecord {
  std::uint16_t device = 0;
  std::uint16_t level = 0x1F;   ///< image acquisition level
  std::uint8_t scale_unit = 1;  ///< 1 pixels an inch, 2 pixels a centimetre
  std::uint16_t scan_x = 500;   ///< scanner resolution
  std::uint16_t scan_y = 500;
  std::uint16_t image_x = 500;  ///< image resolution
  std::uint16_t image_y = 500;
  std::uint8_t depth = 8;        ///< bits a pixel
  std::uint8_t compression = 2;  ///< 0 raw, 1 packed, 2 WSQ, 3 JPEG, 4 JPEG 2000, 5 PNG, as the record claims
  std::uint16_t reserved = 0;
  std::vector<FingerImage> fingers;
};

struct FingerTemplate : BiometricTemplate {
  FingerRecord record;  ///< without fingers when the block is in a format that is kept as it is; of ISO/IEC 39794-4
                        ///< only the fingers
};

/// 63 { 7F61 { 02 number; templates } }; one finger a template. @clause 9303-10 §4.7.3
struct Dg3 {
  std::vector<FingerTemplate> templates;  ///< may be empty: a chip without fingers says so
  /// What stands beside the templates. In an empty DG3 a 53 with random octets, so that the hash in EF.SOD does not
  /// tell that it is empty.
  std::vector<UnknownObject> unknown;
  /// Tolerated departures, by name: "dg3-no-group", "dg3-instance-count", "dg3-no-header", "dg3-block-tag",
  /// "dg3-record-length", "dg3-raw-image" (an image without a record), "dg3-39794-form" and "dg3-unknown-block" (kept
  /// as they are).
  std::vector<std::string> deviations;
};

/// No chip holds more templates, or pictures in a record.
inline constexpr std::size_t kMaxFingerTemplates = 20;
inline constexpr std::size_t kMaxFingerImages = 20;

/// Reads the whole file content. Fails with malformed or limit.
[[nodiscard]] base::Result<Dg3> parse_dg3(base::ByteView file);

/// A template whose record has fingers (and is not ISO/IEC 39794) is written from the record, any other from its
/// block. A template without a header gets the standard's, with the subtype of its first finger. Fails with bad_input
/// on more than kMaxFingerTemplates templates, a finger without image, or a template with neither record nor block.
[[nodiscard]] base::Result<base::Bytes> build_dg3(const Dg3& dg3);

/// A DG3 that says that there are no fingers, with these random octets. @clause 9303-10 §4.7.3
[[nodiscard]] base::Bytes build_empty_dg3(base::ByteView random);

/// DO 82 of a finger position: 1 (right thumb) is 05, 7 (left pointer) is 0A; 0 of what is no position.
/// @clause 9303-10 §4.7.3.1
[[nodiscard]] std::uint8_t finger_subtype(std::uint8_t position) noexcept;

}  // namespace cicada::host::lds
