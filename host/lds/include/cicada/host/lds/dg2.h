// DG2: the face.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/biometric_template.h"

namespace cicada::host::lds {

/// One feature point of ISO/IEC 19794-5 §5.6.3, eight octets as they stood.
using FeaturePoint = std::array<std::uint8_t, 8>;

/// One face with its image. Numbers as in ISO/IEC 19794-5:2005 §5.5 to §5.7.
struct FaceImage {
  std::uint8_t gender = 0;  ///< 0 unspecified, 1 male, 2 female
  std::uint8_t eye_colour = 0;
  std::uint8_t hair_colour = 0;
  std::uint32_t feature_mask = 0;  ///< 24 bits
  std::uint16_t expression = 0;
  std::uint32_t pose = 0;              ///< 24 bits
  std::uint32_t pose_uncertainty = 0;  ///< 24 bits
  std::vector<FeaturePoint> feature_points;
  std::uint8_t image_type = 1;  ///< 0 basic, 1 full frontal, 2 token frontal
  std::uint8_t data_type = 0;   ///< 0 JPEG, 1 JPEG 2000, as the record claims
  std::uint16_t width = 0;      ///< pixels, as the record claims
  std::uint16_t height = 0;
  std::uint8_t colour_space = 1;  ///< 1 is 24 bit RGB
  std::uint8_t source_type = 0;
  std::uint16_t device_type = 0;
  std::uint16_t quality = 0;
  std::string captured;                       ///< ISO/IEC 39794-5 only: as much of YYYY-MM-DDThh:mm:ss as is there
  ImageFormat format = ImageFormat::unknown;  ///< what the octets are
  base::Bytes image;
};

struct FaceTemplate : BiometricTemplate {
  std::vector<FaceImage> faces;  ///< empty when the block is in a format that is kept as it is. Of ISO/IEC 39794-5 the
                                 ///< image, its size, the gender and `captured` are read
};

/// 75 { 7F61 { 02 number; templates } }. @clause 9303-10 §4.7.2
struct Dg2 {
  std::vector<FaceTemplate> templates;
  std::vector<UnknownObject> unknown;  ///< what stands beside the templates
  /// Tolerated departures, by name: "dg2-raw-image" (an image in 5F2E without a facial record), "dg2-record-length"
  /// (the record's own length fields are wrong but the octets are there), "dg2-instance-count", "dg2-no-group"
  /// (templates without 7F61), "dg2-no-header" (no A1), "dg2-block-tag" (a block under another tag than its own),
  /// "dg2-39794-form" (7F2E without an image that can be found) and "dg2-unknown-block" (neither record nor image; both
  /// are kept as they are).
  std::vector<std::string> deviations;
  /// The first image there is; nullptr when none was found.
  [[nodiscard]] const FaceImage* portrait() const noexcept;
};

/// No chip holds more instances (9303-10 §4.7.2 allows 9), images in a record, or feature points in an image.
inline constexpr std::size_t kMaxFaceTemplates = 9;
inline constexpr std::size_t kMaxFaceImages = 16;

/// Reads the whole file content. Fails with malformed or limit.
[[nodiscard]] base::Result<Dg2> parse_dg2(base::ByteView file);

/// One template with one face. Fails with bad_input on an empty image or one that is not JPEG or JPEG 2000.
[[nodiscard]] base::Result<base::Bytes> build_dg2(const FaceImage& face);
/// A template with faces (and not of ISO/IEC 39794) is written as a facial record of them, any other from its block. A
/// template without a header gets the standard's. Fails with bad_input as above, on more than kMaxFaceTemplates
/// templates or kMaxFaceImages faces in one, on none, or on a template with neither faces nor block.
[[nodiscard]] base::Result<base::Bytes> build_dg2(const Dg2& dg2);

}  // namespace cicada::host::lds
