// DG4 (9303-10 §4.7.4, ISO/IEC 19794-6:2005). All are signed. Sound irises are put there first.
#include "biometrics.h"
#include "cicada/host/lds/dg4.h"
#include "pictures.h"

namespace cicada::host::misissue {

using base::Bytes;

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr std::string_view kGroup = "9303-10 §4.7.4";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kDg4 = 4;

/// Of an image in the record: monochrome, raw or JPEG 2000 (ISO/IEC 19794-6 §6.4).
enum Format : std::uint16_t { raw = 2, jpeg2000 = 6 };

void put_irises(Scene& scene, Format format) {
  lds::Dg4 dg4;
  for (const std::uint8_t eye : {std::uint8_t{1}, std::uint8_t{2}}) {
    lds::IrisTemplate iris;
    iris.record.image_format = format;
    iris.record.width = kPictureWidth;
    iris.record.height = kPictureHeight;
    lds::IrisFeature feature;
    feature.eye = eye;
    feature.images.emplace_back();
    feature.images.back().image = format == raw ? raw_picture() : base::to_bytes(jpeg2000_picture());
    iris.record.eyes.push_back(std::move(feature));
    dg4.templates.push_back(std::move(iris));
  }
  scene.groups[kDg4] = must(lds::build_dg4(dg4));
}

void two_irises(Scene& scene) {
  put_irises(scene, raw);
}

template <typename Change>
void with_header(Scene& scene, Change change) {
  two_irises(scene);
  change_header(scene, kDg4, change);
}

Fault row(std::string_view name, std::string_view title, Outcome outcome, std::string_view reason,
          void (*commit)(Scene&), std::string_view clause = kGroup) {
  return {name, title, clause, kCheck, outcome, reason, commit, kCountry, {}, kDg4};
}

}  // namespace

std::vector<Fault> faults_of_the_irises() {
  return {
      row("irises-jpeg2000", "Two irises in JPEG 2000.", kSound, "", [](Scene& s) { put_irises(s, jpeg2000); }),
      row("irises-raw", "Two irises, not compressed.", kSound, "", two_irises),
      row("irises-tag-wrong", "DG4 begins with tag 77.", kTolerated, "dg4-unreadable",
          [](Scene& s) {
            two_irises(s);
            set_tag(s, kDg4, 0x77);
          }),
      row("irises-length-short", "The length of DG4 is one too small.", kTolerated, "dg4-unreadable",
          [](Scene& s) {
            two_irises(s);
            shorten_length(s, kDg4);
          }),
      row("irises-length-long", "The length of DG4 is one too large.", kTolerated, "dg4-unreadable",
          [](Scene& s) {
            two_irises(s);
            lengthen_length(s, kDg4);
          }),
      row("irises-count-missing", "DG4 does not say how many irises there are.", kTolerated, "dg4-instance-count",
          [](Scene& s) {
            two_irises(s);
            change_group(s, kDg4, {{kGroupTag}}, [](Objects& objects) { take_out(objects, kCountTag); });
          }),
      row("irises-owner-wrong", "The iris's format is of an owner that is not allowed.", kTolerated, "dg4-format-owner",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kOwnerTag).value = {0x01, 0xFF}; }); }),
      row("irises-owner-missing", "The iris's format has no owner.", kTolerated, "dg4-format-owner",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kOwnerTag); }); }),
      row("irises-format-wrong", "The iris is said to be in a format that is not allowed.", kTolerated,
          "dg4-format-type",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kFormatTag).value = {0x00, 0xFF}; }); }),
      row("irises-format-missing", "The iris's format is not said.", kTolerated, "dg4-format-type",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kFormatTag); }); }),
      row("irises-subtype-wrong", "The eye is neither the right nor the left.", kTolerated, "dg4-subtype",
          [](Scene& s) { with_header(s, [](Objects& o) { first(o, kSubtypeTag).value = {0x1F}; }); }),
      row("irises-subtype-missing", "Which eye it is, is not said.", kTolerated, "dg4-subtype",
          [](Scene& s) { with_header(s, [](Objects& o) { take_out(o, kSubtypeTag); }); }),
      row(
          "irises-record-wrong", "The record begins with FIS.", kTolerated, "dg4-unknown-block",
          [](Scene& s) {
            two_irises(s);
            change_block(s, kDg4, 0, [](Bytes& record) {
              record.at(0) = 'F';
              record.at(2) = 'S';
            });
          },
          "ISO/IEC 19794-6 §6.5"),
      row("irises-second-image-missing", "The second template has no iris.", kTolerated, "dg4-unreadable",
          [](Scene& s) {
            two_irises(s);
            take_block_out(s, kDg4, 1);
          }),
  };
}

}  // namespace cicada::host::misissue
