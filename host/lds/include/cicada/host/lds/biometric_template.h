// What DG2, DG3 and DG4 are made of: biometric information templates (CBEFF, ISO/IEC 7816-11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// One biometric information template: 7F60 { A1 header; 5F2E or 7F2E block }. @clause 9303-10 §4.7.2.1
struct BiometricTemplate {
  /// The objects of A1, in order, as they stood; what is built without any gets those that the standard demands.
  std::vector<UnknownObject> header;
  base::Bytes block;      ///< the biometric data block (5F2E or 7F2E content) as it stood
  bool iso39794 = false;  ///< the block is of ISO/IEC 39794 (a 7F2E), not of ISO/IEC 19794 (a 5F2E)
  std::vector<UnknownObject> unknown;

  /// The value of a header object of one to four octets (81: type, 82: subtype, 88: format); nothing when absent.
  [[nodiscard]] std::optional<std::uint32_t> header_number(std::uint32_t tag) const noexcept;
};

/// Values of header objects. @clause 9303-10 §4.7.2.1, ISO/IEC 7816-11 §4.2, ISO/IEC 19785-3
namespace biometric {
inline constexpr std::uint8_t kFace = 0x02;             ///< 81
inline constexpr std::uint8_t kFinger = 0x08;           ///< 81
inline constexpr std::uint8_t kIris = 0x10;             ///< 81
inline constexpr std::uint16_t kFingerRecord = 0x0007;  ///< 88: ISO/IEC 19794-4
inline constexpr std::uint16_t kFaceRecord = 0x0008;    ///< 88: ISO/IEC 19794-5
inline constexpr std::uint16_t kIrisRecord = 0x0009;    ///< 88: ISO/IEC 19794-6
}  // namespace biometric

/// What the image octets say they are, by their first octets (a file's own fields may lie).
enum class ImageFormat : std::uint8_t { jpeg, jpeg2000, wsq, png, unknown };
[[nodiscard]] std::string_view to_string(ImageFormat format) noexcept;
/// ".jpg", ".jp2", ".wsq", ".png" or ".bin"
[[nodiscard]] std::string_view file_extension(ImageFormat format) noexcept;
[[nodiscard]] ImageFormat image_format_of(base::ByteView image) noexcept;

}  // namespace cicada::host::lds
