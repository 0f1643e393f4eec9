#include "groups.h"

#include <array>
#include <string>

#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/dg16.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "cicada/host/lds/dir.h"
#include "cicada/host/lds/displayed_images.h"
#include "cicada/host/lds/opaque_group.h"
#include "cicada/host/misissue/authority.h"
#include "picture.h"

namespace cicada::tools::lower_tester {

namespace lds = host::lds;
using base::Bytes;
using host::misissue::must;
using lds::Ef;

namespace {

constexpr std::uint16_t kFaceWidth = 240;
constexpr std::uint16_t kFaceHeight = 320;
constexpr std::size_t kFingerSize = 1200;
constexpr std::uint16_t kIrisWidth = 40;
constexpr std::uint16_t kIrisHeight = 30;

Bytes face(const Plan& plan) {
  lds::FaceImage face;
  face.gender = 1;
  face.width = kFaceWidth;
  face.height = kFaceHeight;
  face.source_type = 2;  // a still camera
  face.image = make_picture(kFaceWidth, kFaceHeight, plan.portrait);
  return must(lds::build_dg2(face));
}

Bytes fingers() {
  lds::Dg3 dg3;
  for (const auto position : std::array<std::uint8_t, 2>{2, 7}) {  // both pointers
    lds::FingerImage finger;
    finger.position = position;
    finger.width = 300;
    finger.height = 400;
    finger.image = make_fingerprint(kFingerSize + position);
    lds::FingerTemplate one;
    one.record.fingers.push_back(std::move(finger));
    dg3.templates.push_back(std::move(one));
  }
  return must(lds::build_dg3(dg3));
}

Bytes irises() {
  lds::Dg4 dg4;
  for (const auto eye : std::array<std::uint8_t, 2>{1, 2}) {
    lds::IrisImage image;
    image.image = make_iris(kIrisWidth, kIrisHeight);
    lds::IrisTemplate one;
    one.record.image_format = 2;  // grey, uncompressed (ISO/IEC 19794-6:2005 table 4)
    one.record.width = kIrisWidth;
    one.record.height = kIrisHeight;
    one.record.eyes.push_back({.eye = eye, .images = {image}});
    dg4.templates.push_back(std::move(one));
  }
  return must(lds::build_dg4(dg4));
}

Bytes details_of_holder() {
  lds::Dg11 dg11;
  dg11.full_name = "NGUYEN<<VAN<MAU";
  dg11.other_names = {"NGUYEN<<MAU"};
  dg11.personal_number = "001099000019";
  dg11.birth_date = lds::DetailDate{.digits = "19990605"};
  dg11.birth_place = "HA NOI<VIET NAM";
  dg11.address = "1 PHO MAU<HA NOI";
  dg11.telephone = "+84240000000";
  dg11.profession = "TESTER";
  dg11.title = "DR";
  dg11.summary = "INVENTED";
  dg11.citizenship_proof = make_picture(48, 32);
  dg11.other_documents = "099000018";
  dg11.custody = "NONE";
  return must(lds::build_dg11(dg11));
}

Bytes details_of_document() {
  lds::Dg12 dg12;
  dg12.issuing_authority = "TEST AUTHORITY";
  dg12.issue_date = lds::DetailDate{.digits = "20240605"};
  dg12.other_persons = {"NGUYEN<<THI<MAU"};
  dg12.endorsements = "NONE";
  dg12.tax_or_exit = "NONE";
  dg12.front_image = make_picture(48, 32);
  dg12.rear_image = make_picture(48, 32);
  dg12.personalization_time = lds::DetailDate{.digits = "20240605120000"};
  dg12.personalization_system = "TEST-0001";
  return must(lds::build_dg12(dg12));
}

Bytes details_of_state(Holder holder) {
  if (holder == Holder::passport) {
    return lds::build_opaque_group(Bytes{0x04, 0x04, 't', 'e', 's', 't'}, Ef::dg13);
  }
  return must(lds::build_dg13({.number = "001099000019",
                               .name = "Nguyễn Văn Mẫu",
                               .birth_date = "05/06/1999",
                               .sex = "Nam",
                               .nationality = "Việt Nam",
                               .ethnic_group = "Kinh",
                               .religion = "Không",
                               .place_of_origin = "Hà Nội",
                               .residence = "1 Phố Mẫu, Hà Nội",
                               .identifying_marks = "Không",
                               .issue_date = "05/06/2024",
                               .expiry_date = "05/06/2039",
                               .father = "Nguyễn Văn Cha",
                               .mother = "Trần Thị Mẹ",
                               .spouses = {},
                               .old_number = "",
                               .chip_id = "0123456789ABCDEF"}));
}

Bytes notify() {
  return must(lds::build_dg16({.persons = {{.recorded = lds::DetailDate{.digits = "20240605"},
                                            .name = "NGUYEN<<THI<MAU",
                                            .telephone = "+84240000001",
                                            .address = "1 PHO MAU<HA NOI",
                                            .unknown = {}}},
                               .unknown = {},
                               .deviations = {}}));
}

Bytes picture_group(Ef ef) {
  lds::DisplayedImages shown;
  shown.images.push_back(make_picture(64, 80));
  return must(ef == Ef::dg5 ? lds::build_dg5(shown) : lds::build_dg7(shown));
}

/// 9303-10 §3.11.1: data objects in records may be chained, extended lengths, and how long they may be.
Bytes lengths() {
  return lds::build_atr_info({.capabilities = std::array<std::uint8_t, 3>{0x86, 0x01, 0xE0},
                              .extended_lengths = lds::ExtendedLengths{.max_command = 4096, .max_response = 4096},
                              .unknown = {}});
}

Bytes directory() {
  const auto aid = lds::lds1_aid();
  const std::array entries{lds::DirEntry{.aid = Bytes{aid.begin(), aid.end()}, .unknown = {}}};
  return must(lds::build_dir(entries));
}

}  // namespace

lds::Mrz holder_of(Holder holder) {
  const bool citizen = holder == Holder::citizen;
  return {.format = citizen ? lds::MrzFormat::td1 : lds::MrzFormat::td3,
          .document_code = citizen ? "ID" : "P",
          .issuing_state = "VNM",
          .document_number = "099000019",
          .nationality = "VNM",
          .birth_date = "990605",
          .sex = 'M',
          .expiry_date = "390605",
          .optional_data = citizen ? "0010990000194" : "",
          .optional_data_2 = "",
          .primary_identifier = "NGUYEN",
          .secondary_identifier = "VAN MAU"};
}

Bytes content_of(Ef ef, const Plan& plan) {
  switch (ef) {
    case Ef::dg1: return must(lds::build_dg1(holder_of(plan.holder)));
    case Ef::dg2: return face(plan);
    case Ef::dg3: return fingers();
    case Ef::dg4: return irises();
    case Ef::dg5:
    case Ef::dg7: return picture_group(ef);
    case Ef::dg6: return lds::build_opaque_group(Bytes{0x04, 0x04, 't', 'e', 's', 't'}, ef);
    case Ef::dg8:
    case Ef::dg9:
    case Ef::dg10: return must(lds::build_feature_group({{.tag = 0x04, .value = Bytes{'t', 'e', 's', 't'}}}, ef));
    case Ef::dg11: return details_of_holder();
    case Ef::dg12: return details_of_document();
    case Ef::dg13: return details_of_state(plan.holder);
    case Ef::dg16: return notify();
    case Ef::atr_info: return lengths();
    case Ef::dir: return directory();
    default: break;
  }
  throw host::misissue::Failure{{.fault = base::Fault::bad_input, .what = "a file whose content follows from others"}};
}

}  // namespace cicada::tools::lower_tester
