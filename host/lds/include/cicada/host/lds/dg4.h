// DG4: irises.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/biometric_template.h"

namespace cicada::host::lds {

/// One picture of an iris. Numbers as in ISO/IEC 19794-6:2005 §6.5.3.
struct IrisImage {
  std::uint16_t number = 1;
  std::uint8_t quality = 0xFE;      ///< 254: not given
  std::uint16_t rotation = 0xFFFF;  ///< 65535: not given
  std::uint16_t rotation_uncertainty = 0xFFFF;
  std::string captured;                       ///< ISO/IEC 39794-6 only: as much of YYYY-MM-DDThh:mm:ss as is there
  ImageFormat format = ImageFormat::unknown;  ///< what the octets are
  base::Bytes image;
};

/// One eye.
struct IrisFeature {
  std::uint8_t eye = 0;  ///< 0 unknown, 1 right, 2 left
  std::vector<IrisImage> images;
};

/// An iris image record. Numbers as in ISO/IEC 19794-6:2005 §6.5.1.
struct IrisRecord {
  std::uint16_t device = 0;
  std::uint16_t properties = 0;  ///< orientation, scan type, occlusions
  std::uint16_t diameter = 0;    ///< expected, in pixels
  std::uint16_t image_format = 0;
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  std::uint8_t depth = 8;  ///< bits a pixel
  std::uint8_t transformation = 0;
  std::array<std::uint8_t, 16> unit{};  ///< the device's identifier
  std::vector<IrisFeature> eyes;
};

struct IrisTemplate : BiometricTemplate {
  IrisRecord record;  ///< without eyes when the block is in a format that is kept as it is; of ISO/IEC 39794-6 only the
                      ///< eyes
};

/// 76 { 7F61 { 02 number; templates } }. @clause 9303-10 §4.7.4
struct Dg4 {
  std::vector<IrisTemplate> templates;  ///< may be empty, as in DG3
  std::vector<UnknownObject> unknown;
  /// Tolerated departures: the names of Dg3 with "dg4-" in front.
  std::vector<std::string> deviations;
};

/// No chip holds more templates, or pictures in a record.
inline constexpr std::size_t kMaxIrisTemplates = 9;
inline constexpr std::size_t kMaxIrisImages = 16;

/// Reads the whole file content. Fails with malformed or limit.
[[nodiscard]] base::Result<Dg4> parse_dg4(base::ByteView file);

/// As build_dg3. Fails with bad_input on more than kMaxIrisTemplates templates, an eye without image, or a template
/// with neither record nor block.
[[nodiscard]] base::Result<base::Bytes> build_dg4(const Dg4& dg4);

}  // namespace cicada::host::lds
