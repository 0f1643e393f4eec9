// Headers of biometric templates (9303-10 §4.7.2.1, ISO/IEC 7816-11) and the numbers of a facial record (ISO/IEC
// 19794-5:2005 §5.5 to §5.7).
#include <algorithm>
#include <array>
#include <span>

#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "notes.h"
#include "structure.h"

namespace cicada::host::lds {
namespace {

constexpr std::uint32_t kType = 0x81;
constexpr std::uint32_t kSubtype = 0x82;
constexpr std::uint32_t kOwner = 0x87;
constexpr std::uint32_t kFormat = 0x88;
constexpr std::uint32_t kOwnerSc37 = 0x0101;  ///< ISO/IEC JTC 1/SC 37
constexpr std::uint8_t kNotKnown = 0xFF;      ///< of gender, eyes and hair

/// What one group's headers say.
struct HeaderRules {
  std::string_view prefix;
  std::uint8_t type;
  std::span<const std::uint16_t> formats;       ///< of ISO/IEC 19794
  std::uint16_t format_39794;                   ///< of ISO/IEC 39794
  bool (*is_subtype)(std::uint32_t) = nullptr;  ///< null: none is demanded
};

constexpr std::array<std::uint16_t, 1> kFaceFormats{biometric::kFaceRecord};
constexpr std::array<std::uint16_t, 1> kFingerFormats{biometric::kFingerRecord};
/// Rectilinear and polar images.
constexpr std::array<std::uint16_t, 2> kIrisFormats{biometric::kIrisRecord, 0x000B};

bool is_finger(std::uint32_t subtype) {
  constexpr std::uint8_t kFingers = 10;
  for (std::uint8_t position = 1; position <= kFingers; ++position) {
    if (finger_subtype(position) == subtype) return true;
  }
  return false;
}

bool is_eye(std::uint32_t subtype) {
  return subtype == 1 || subtype == 2;
}

constexpr HeaderRules kFace{.prefix = "dg2-", .type = biometric::kFace, .formats = kFaceFormats, .format_39794 = 0x2A};
constexpr HeaderRules kFinger{.prefix = "dg3-",
                              .type = biometric::kFinger,
                              .formats = kFingerFormats,
                              .format_39794 = 0x28,
                              .is_subtype = is_finger};
constexpr HeaderRules kIris{
    .prefix = "dg4-", .type = biometric::kIris, .formats = kIrisFormats, .format_39794 = 0x2C, .is_subtype = is_eye};

void examine_header(const BiometricTemplate& one, const HeaderRules& rules, std::vector<std::string>& deviations) {
  const auto want = [&](bool fine, std::string_view name) {
    if (!fine) note(deviations, std::string{rules.prefix} + std::string{name});
  };
  const auto type = one.header_number(kType);
  const bool has_type =
      std::ranges::any_of(one.header, [](const UnknownObject& object) { return object.tag == kType; });
  want(!has_type || type == rules.type, "biometric-type");
  if (rules.is_subtype != nullptr) {
    const auto subtype = one.header_number(kSubtype);
    want(subtype && rules.is_subtype(*subtype), "subtype");
  }
  want(one.header_number(kOwner) == kOwnerSc37, "format-owner");
  const auto format = one.header_number(kFormat);
  const bool known = format && (one.iso39794 ? *format == rules.format_39794
                                             : std::ranges::find(rules.formats, *format) != rules.formats.end());
  want(known, "format-type");
}

/// Three angles of one octet each, 1 to `most`; 0 is "not given".
bool are_angles(std::uint32_t angles) {
  constexpr std::uint32_t kMost = 181;
  return (angles >> 16U & 0xFFU) <= kMost && (angles >> 8U & 0xFFU) <= kMost && (angles & 0xFFU) <= kMost;
}

bool is_face_information(const FaceImage& face) {
  constexpr std::uint8_t kGenders = 2;
  constexpr std::uint8_t kEyeColours = 7;
  constexpr std::uint8_t kHairColours = 9;
  const auto among = [](std::uint8_t value, std::uint8_t most) { return value <= most || value == kNotKnown; };
  return among(face.gender, kGenders) && among(face.eye_colour, kEyeColours) && among(face.hair_colour, kHairColours) &&
         are_angles(face.pose) && are_angles(face.pose_uncertainty);
}

/// A portrait of Doc 9303 is full frontal or token frontal, in one of two formats; some write "basic".
bool is_image_information(const FaceImage& face) {
  constexpr std::uint8_t kTokenFrontal = 2;
  const bool as_claimed = face.format == ImageFormat::unknown ||
                          face.data_type == (face.format == ImageFormat::jpeg ? std::uint8_t{0} : std::uint8_t{1});
  return face.image_type <= kTokenFrontal && face.data_type <= 1 && as_claimed;
}

template <typename Group>
Structure examine_headers(const base::Result<Group>& group, const HeaderRules& rules) {
  if (!group) return {.unreadable = group.error()};
  Structure found{.unreadable = {}, .deviations = group->deviations};
  for (const auto& one : group->templates) examine_header(one, rules, found.deviations);
  return found;
}

}  // namespace

Structure examine_face(base::ByteView file) {
  const auto dg2 = parse_dg2(file);
  auto found = examine_headers(dg2, kFace);
  if (!dg2) return found;
  for (const auto& one : dg2->templates) {
    if (one.iso39794) continue;
    for (const auto& face : one.faces) {
      if (!is_face_information(face)) note(found.deviations, "dg2-face-information");
      if (!is_image_information(face)) note(found.deviations, "dg2-image-information");
    }
  }
  return found;
}

Structure examine_fingers(base::ByteView file) {
  return examine_headers(parse_dg3(file), kFinger);
}

Structure examine_irises(base::ByteView file) {
  return examine_headers(parse_dg4(file), kIris);
}

}  // namespace cicada::host::lds
