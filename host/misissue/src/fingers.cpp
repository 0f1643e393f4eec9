// DG3 (9303-10 §4.7.3, ISO/IEC 19794-4:2005). All are signed. Sound fingers are put there first: what the document had
// may be none at all.
#include <array>

#include "biometrics.h"
#include "cicada/host/lds/dg3.h"
#include "pictures.h"

namespace cicada::host::misissue {

using base::Bytes;

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr std::string_view kGroup = "9303-10 §4.7.3";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kDg3 = 3;

enum Compression : std::uint8_t { raw = 0, wsq = 2, jpeg2000 = 4 };

/// Right and left pointer, then the right middle finger.
constexpr std::array<std::uint8_t, 3> kPositions = {2, 7, 3};

void put_fingers(Scene& scene, std::size_t count, Compression compression) {
  lds::Dg3 dg3;
  for (std::size_t i = 0; i < count; ++i) {
    lds::FingerTemplate finger;
    finger.record.compression = compression;
    lds::FingerImage image;
    image.position = kPositions.at(i);
    image.width = kPictureWidth;
    image.height = kPictureHeight;
    image.image = compression == raw        ? raw_picture()
                  : compression == jpeg2000 ? base::to_bytes(jpeg2000_picture())
                                            : base::to_bytes(wsq_picture());
    finger.record.fingers.push_back(std::move(image));
    dg3.templates.push_back(std::move(finger));
  }
  scene.groups[kDg3] = must(lds::build_dg3(dg3));
}

void two_fingers(Scene& scene) {
  put_fingers(scene, 2, wsq);
}

template <typename Change>
void with_header(Scene& scene, Change change) {
  two_fingers(scene);
  change_header(scene, kDg3, change);
}

Fault row(std::string_view name, std::string_view title, Outcome outcome, std::string_view reason,
          void (*commit)(Scene&), std::string_view clause = kGroup) {
  return {name, title, clause, kCheck, outcome, reason, commit, kCountry, {}, kDg3};
}

}  // namespace

std::vector<Fault> faults_of_the_fingers() {
  return {
      row("fingers-jpeg2000", "Two fingers in JPEG 2000.", kSound, "", [](Scene& s) { put_fingers(s, 2, jpeg2000); }),
      row("fingers-wsq", "Two fingers in WSQ.", kSound, "", two_fingers),
      row("fingers-wsq-three", "Three fingers in WSQ.", kSound, "", [](Scene& s) { put_fingers(s, 3, wsq); }),
      row("fingers-raw", "Two fingers, not compressed.", kSound, "", [](Scene& s) { put_fingers(s, 2, raw); }),
      row("fingers-tag-wrong", "DG3 begins with tag 64.", kTolerated, "dg3-unreadable",
          [](Scene& s) {
            two_fingers(s);
            set_tag(s, kDg3, 0x64);
          }),
      row("fingers-length-short", "The length of DG3 is one too small.", kTolerated, "dg3-unreadable",
          [](Scene& s) {
            two_fingers(s);
            shorten_length(s, kDg3);
          }),
      row("fingers-length-long", "The length of DG3 is one too large.", kTolerated, "dg3-unreadable",
          [](Scene& s) {
            two_fingers(s);
            lengthen_length(s, kDg3);
          }),
      row("fingers-count-missing", "DG3 does not say how many fingers there are.", kTolerated, "dg3-instance-count",
          [](Scene& s) {
            two_fingers(s);
            change_group(s, kDg3, {{kGroupTag}}, [](Objects& objects) { take_out(objects, kCountTag); });
          }),
      row("fingers-owner-wrong", "The finger's format is of an owner that is not allowed.", kTolerated,
          "dg3-format-owner",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kOwnerTag).value = {0x01, 0xFF}; }); }),
      row("fingers-owner-missing", "The finger's format has no owner.", kTolerated, "dg3-format-owner",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kOwnerTag); }); }),
      row("fingers-format-wrong", "The finger is said to be in a format that is not allowed.", kTolerated,
          "dg3-format-type",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kFormatTag).value = {0x00, 0xFF}; }); }),
      row("fingers-format-missing", "The finger's format is not said.", kTolerated, "dg3-format-type",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kFormatTag); }); }),
      row("fingers-subtype-wrong", "The finger is one that no hand has.", kTolerated, "dg3-subtype",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kSubtypeTag).value = {0x1F}; }); }),
      row("fingers-subtype-missing", "Which finger it is, is not said.", kTolerated, "dg3-subtype",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kSubtypeTag); }); }),
      row(
          "fingers-record-wrong", "The record begins with FAC, as those of faces do.", kTolerated, "dg3-unknown-block",
          [](Scene& s) {
            two_fingers(s);
            change_block(s, kDg3, 0, [](Bytes& record) {
              record.at(1) = 'A';
              record.at(2) = 'C';
            });
          },
          "ISO/IEC 19794-4 §8.2"),
      row("fingers-second-image-missing", "The second template has no finger.", kTolerated, "dg3-unreadable",
          [](Scene& s) {
            two_fingers(s);
            take_block_out(s, kDg3, 1);
          }),
  };
}

}  // namespace cicada::host::misissue
