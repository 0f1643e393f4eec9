// LDS_C, LDS_G, LDS_H: which rules DG2, DG3 and DG4 have.
#include <array>

#include "biometric_frame.h"
#include "face.h"
#include "lists.h"

namespace cicada::conformance::lds {
namespace {

using ModalityRule = Verdict (*)(const Evidence&, const Modality&);

template <ModalityRule Rule, const Modality& Of>
Finding check_of(const Evidence& evidence) {
  return check<[](const Evidence& e) { return Rule(e, Of); }>(evidence);
}

template <const Modality& Of>
Finding tag_of(const Evidence& evidence) {
  return check<[](const Evidence& e) { return template_tag(e, Of.file, Of.tag); }>(evidence);
}

template <const Modality& Of>
Finding length_of(const Evidence& evidence) {
  return check<[](const Evidence& e) { return template_length(e, Of.file); }>(evidence);
}

constexpr std::array<Entry, 25> kFaceChecks = {{
    {"dg2-template-tag", tag_of<kFace>},
    {"dg2-length", length_of<kFace>},
    {"dg2-group-template", check_of<group_template, kFace>},
    {"dg2-instances", check_of<instances, kFace>},
    {"dg2-information-templates", check_of<information_template_rule, kFace>},
    {"dg2-header-templates", check_of<header_templates, kFace>},
    {"dg2-format-owner", check_of<format_owner, kFace>},
    {"dg2-format-type-19794", check_of<format_type_19794, kFace>},
    {"dg2-data-block-19794", check_of<data_block_19794, kFace>},
    {"dg2-facial-record-header", check<facial_record_header>},
    {"dg2-facial-information", check<facial_information>},
    {"dg2-feature-points", check<feature_points>},
    {"dg2-image-information", check<image_information>},
    {"dg2-format-type-39794", check_of<format_type_39794, kFace>},
    {"dg2-data-block-39794", check_of<data_block_39794, kFace>},
    {"dg2-standardized-format", check_of<standardized_format, kFace>},
    {"dg2-face-block", check_of<block_39794, kFace>},
    {"dg2-version-block", check<version_block>},
    {"dg2-representation-blocks", check<representation_blocks>},
    {"dg2-representation", check<representation_block>},
    {"dg2-gender", check<gender>},
    {"dg2-image-representation", check<image_representation>},
    {"dg2-image-2d", check<image_2d>},
    {"dg2-image-data-format", check<image_data_format>},
    {"dg2-face-image-kind", check<face_image_kind>},
}};

template <const Modality& Of>
constexpr std::array<Check, 15> kOthers = {
    {tag_of<Of>, length_of<Of>, check_of<group_template, Of>, check_of<instances, Of>,
     check_of<information_template_rule, Of>, check_of<header_templates, Of>, check_of<format_owner, Of>,
     check_of<format_type_19794, Of>, check_of<subtype, Of>, check_of<data_block_19794, Of>,
     check_of<record_identifier, Of>, check_of<format_type_39794, Of>, check_of<data_block_39794, Of>,
     check_of<standardized_format, Of>, check_of<block_39794, Of>}};

constexpr std::array<std::string_view, 15> kFingerNames = {"dg3-template-tag",
                                                           "dg3-length",
                                                           "dg3-group-template",
                                                           "dg3-instances",
                                                           "dg3-information-templates",
                                                           "dg3-header-templates",
                                                           "dg3-format-owner",
                                                           "dg3-format-type-19794",
                                                           "dg3-subtype",
                                                           "dg3-data-block-19794",
                                                           "dg3-record-identifier",
                                                           "dg3-format-type-39794",
                                                           "dg3-data-block-39794",
                                                           "dg3-standardized-format",
                                                           "dg3-finger-block"};
constexpr std::array<std::string_view, 15> kIrisNames = {"dg4-template-tag",
                                                         "dg4-length",
                                                         "dg4-group-template",
                                                         "dg4-instances",
                                                         "dg4-information-templates",
                                                         "dg4-header-templates",
                                                         "dg4-format-owner",
                                                         "dg4-format-type-19794",
                                                         "dg4-subtype",
                                                         "dg4-data-block-19794",
                                                         "dg4-record-identifier",
                                                         "dg4-format-type-39794",
                                                         "dg4-data-block-39794",
                                                         "dg4-standardized-format",
                                                         "dg4-iris-block"};

constexpr std::array<Entry, 15> named(const std::array<std::string_view, 15>& names,
                                      const std::array<Check, 15>& checks) {
  std::array<Entry, 15> entries{};
  for (std::size_t i = 0; i < entries.size(); ++i) entries.at(i) = {names.at(i), checks.at(i)};
  return entries;
}
constexpr auto kFingerChecks = named(kFingerNames, kOthers<kFinger>);
constexpr auto kIrisChecks = named(kIrisNames, kOthers<kIris>);

}  // namespace

std::span<const Entry> dg2_checks() noexcept {
  return kFaceChecks;
}
std::span<const Entry> dg3_checks() noexcept {
  return kFingerChecks;
}
std::span<const Entry> dg4_checks() noexcept {
  return kIrisChecks;
}

}  // namespace cicada::conformance::lds
