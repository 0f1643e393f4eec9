// DG2 (9303-10 §4.7.2, ISO/IEC 19794-5:2005): faces in every form that is allowed, and records that are none. All are
// signed.
#include <algorithm>

#include "biometrics.h"
#include "cicada/base/cursor.h"
#include "cicada/host/lds/dg2.h"
#include "pictures.h"

namespace cicada::host::misissue {

using base::Bytes;

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr std::string_view kGroup = "9303-10 §4.7.2";
constexpr std::string_view kRecord = "ISO/IEC 19794-5 §5";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kDg2 = 2;

// Octets of a facial record with one image and no feature points.
constexpr std::size_t kMagic = 0;
constexpr std::size_t kVersion = 4;
constexpr std::size_t kImageLength = 14;
constexpr std::size_t kGender = 20;
constexpr std::size_t kEyes = 21;
constexpr std::size_t kHair = 22;
constexpr std::size_t kPose = 28;         ///< yaw, pitch, roll
constexpr std::size_t kUncertainty = 31;  ///< of the same
constexpr std::size_t kImageType = 34;
constexpr std::size_t kDataType = 35;

lds::FaceImage portrait(base::ByteView image) {
  lds::FaceImage face;
  face.image_type = 1;  // full frontal
  face.data_type = lds::image_format_of(image) == lds::ImageFormat::jpeg ? 0 : 1;
  face.width = kPictureWidth;
  face.height = kPictureHeight;
  face.image = base::to_bytes(image);
  return face;
}

void put_face(Scene& scene, const lds::FaceImage& face) {
  scene.groups[kDg2] = must(lds::build_dg2(face));
}

lds::FaceImage with_points() {
  auto face = portrait(jpeg2000_picture());
  // MPEG4 points 3.7 and 3.8, the corners of the eyes.
  face.feature_points = {{1, 0x37, 0, 20, 0, 25, 0, 0}, {1, 0x38, 0, 28, 0, 25, 0, 0}};
  return face;
}

/// The document's own face again, in a record without feature points, with one octet that says something else.
template <std::size_t at, std::uint8_t value>
void say(Scene& scene) {
  put_face(scene, portrait(jpeg_picture()));
  change_block(scene, kDg2, 0, [](Bytes& record) { record.at(at) = value; });
}

/// The length of the image as if there were no points.
void forget_points(Scene& scene) {
  const auto face = with_points();
  put_face(scene, face);
  constexpr std::size_t kPointSize = 8;
  change_block(scene, kDg2, 0, [&face](Bytes& record) {
    Bytes length;
    std::size_t claimed = 0;
    for (std::size_t i = 0; i < 4; ++i) claimed = claimed << 8U | record.at(kImageLength + i);
    base::append_unsigned(length, claimed - kPointSize * face.feature_points.size(), 4);
    std::ranges::copy(length, record.begin() + kImageLength);
  });
}

Fault row(std::string_view name, std::string_view title, Outcome outcome, std::string_view reason,
          void (*commit)(Scene&), std::string_view clause = kGroup) {
  return {name, title, clause, kCheck, outcome, reason, commit, kCountry, {}, kDg2};
}

std::vector<Fault> unusual_faces() {
  return {
      row("face-jpeg2000", "The face is in JPEG 2000, full frontal.", kSound, "",
          [](Scene& s) { put_face(s, portrait(jpeg2000_picture())); }),
      row("face-jpeg", "The face is in JPEG, full frontal.", kSound, "",
          [](Scene& s) { put_face(s, portrait(jpeg_picture())); }),
      row("face-with-feature-points", "The face is in JPEG 2000, and has feature points.", kSound, "",
          [](Scene& s) { put_face(s, with_points()); }),
  };
}

std::vector<Fault> wrong_templates() {
  return {
      row("face-tag-wrong", "DG2 begins with tag 76.", kTolerated, "dg2-unreadable",
          [](Scene& s) { set_tag(s, kDg2, 0x76); }),
      row("face-length-short", "The length of DG2 is one too small.", kTolerated, "dg2-unreadable",
          [](Scene& s) { shorten_length(s, kDg2); }),
      row("face-length-long", "The length of DG2 is one too large.", kTolerated, "dg2-unreadable",
          [](Scene& s) { lengthen_length(s, kDg2); }),
      row("face-count-missing", "DG2 does not say how many faces there are.", kTolerated, "dg2-instance-count",
          [](Scene& s) {
            change_group(s, kDg2, {{kGroupTag}}, [](Objects& objects) { take_out(objects, kCountTag); });
          }),
      row("face-owner-wrong", "The face's format is of an owner that is not allowed.", kTolerated, "dg2-format-owner",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { first(o, kOwnerTag).value = {0x01, 0xFF}; }); }),
      row("face-owner-missing", "The face's format has no owner.", kTolerated, "dg2-format-owner",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { take_out(o, kOwnerTag); }); }),
      row("face-format-wrong", "The face is said to be in a format that is not allowed.", kTolerated, "dg2-format-type",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { first(o, kFormatTag).value = {0x00, 0xFF}; }); }),
      row("face-format-missing", "The face's format is not said.", kTolerated, "dg2-format-type",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { take_out(o, kFormatTag); }); }),
      row("face-type-deprecated", "The biometric type is in the form of three octets that was given up.", kTolerated,
          "dg2-biometric-type",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { first(o, kTypeTag).value = {0x00, 0x00, 0x01}; }); }),
      row("face-type-wrong", "The face is said to be a finger.", kTolerated, "dg2-biometric-type",
          [](Scene& s) { change_header(s, kDg2, [](Objects& o) { first(o, kTypeTag).value = {0x08}; }); }),
      row("face-image-missing", "The template has no face.", kTolerated, "dg2-unreadable",
          [](Scene& s) { take_block_out(s, kDg2, 0); }),
  };
}

std::vector<Fault> wrong_records() {
  constexpr std::string_view kInformation = "dg2-face-information";
  constexpr std::string_view kImage = "dg2-image-information";
  const auto told = [](std::string_view name, std::string_view title, std::string_view reason, void (*commit)(Scene&)) {
    return row(name, title, kTolerated, reason, commit, kRecord);
  };
  return {
      told("face-record-wrong", "The record begins with FIR, as those of fingers do.", "dg2-unknown-block",
           say<kMagic + 1, 'I'>),
      told("face-record-version-wrong", "The record is of version 999.", "dg2-unknown-block",
           [](Scene& s) {
             put_face(s, portrait(jpeg_picture()));
             change_block(s, kDg2, 0, [](Bytes& r) { std::fill_n(r.begin() + kVersion, 3, std::uint8_t{'9'}); });
           }),
      told("face-length-without-points", "The length of the image does not count its feature points.",
           "dg2-record-length", forget_points),
      told("face-gender-wrong", "The gender is one that does not exist.", kInformation, say<kGender, 0x05>),
      told("face-eyes-wrong", "The colour of the eyes is one that does not exist.", kInformation, say<kEyes, 0x1F>),
      told("face-hair-wrong", "The colour of the hair is one that does not exist.", kInformation, say<kHair, 0x1F>),
      told("face-yaw-wrong", "The head is turned by more than half a turn.", kInformation, say<kPose, 0xFF>),
      told("face-pitch-wrong", "The head nods by more than half a turn.", kInformation, say<kPose + 1, 0xFF>),
      told("face-roll-wrong", "The head is tilted by more than half a turn.", kInformation, say<kPose + 2, 0xFF>),
      told("face-yaw-uncertainty-wrong", "How sure the turn is cannot be said so.", kInformation,
           say<kUncertainty, 0xFF>),
      told("face-pitch-uncertainty-wrong", "How sure the nod is cannot be said so.", kInformation,
           say<kUncertainty + 1, 0xFF>),
      told("face-roll-uncertainty-wrong", "How sure the tilt is cannot be said so.", kInformation,
           say<kUncertainty + 2, 0xFF>),
      told("face-image-type-wrong", "The image is of a type that does not exist.", kImage, say<kImageType, 0x0F>),
      told("face-data-type-wrong", "The image is in a format that does not exist.", kImage, say<kDataType, 0x0F>),
  };
}

}  // namespace

std::vector<Fault> faults_of_the_face() {
  auto all = unusual_faces();
  for (auto part : {wrong_templates(), wrong_records()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace cicada::host::misissue
