// What stands out in a file: each rule is broken once, and the sound file beside it says nothing.
#include "cicada/host/lds/structure.h"

#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::host::lds;

namespace {

constexpr std::string_view kZone =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";

Bytes dg1_of(std::string_view zone) {
  return asn1::encode_tlv(0x61, asn1::encode_tlv(0x5F1F, as_bytes(zone)));
}

std::string zone_with(std::size_t at, std::string_view text) {
  std::string zone{kZone};
  zone.replace(at, text.size(), text);
  return zone;
}

bool says(const Structure& found, std::string_view name) {
  return std::ranges::find(found.deviations, name) != found.deviations.end();
}

FaceImage face() {
  FaceImage made;
  made.image = {0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3};
  return made;
}

Dg3 fingers() {
  FingerTemplate finger;
  FingerImage image;
  image.position = 7;
  image.image = {0xFF, 0xA0, 0xFF, 1, 2, 3};
  finger.record.fingers = {image};
  Dg3 dg3;
  dg3.templates = {finger};
  return dg3;
}

}  // namespace

TEST_GROUP(Structure){};

TEST(Structure, OfSoundFilesHasNothingToSay) {
  CHECK(examine(Ef::dg1, dg1_of(kZone)).sound());
  CHECK(examine(Ef::dg2, build_dg2(face()).value()).sound());
  CHECK(examine(Ef::dg3, build_dg3(fingers()).value()).sound());
  CHECK(examine(Ef::dg3, build_empty_dg3(Bytes(20, 7))).sound());
  CHECK(examine(Ef::com, build_com({.tags = {0x61, 0x75}, .unknown = {}})).sound());
  CHECK(examine(Ef::com, build_com({.lds_version = "0109", .tags = {0x61, 0x75}, .unknown = {}})).sound());
  CHECK(examine(Ef::dg11, Bytes{0x6B, 0x00}).sound());  // nothing is known of that one
}

TEST(Structure, OfAZoneIsHeldAgainstTheRulesOfItsFields) {
  struct Case {
    std::size_t at;
    std::string_view text, name;
  };
  for (const auto& [at, text, name] :
       {Case{0, "X<", "mrz-document-code"}, Case{2, "1UT", "mrz-issuing-state"}, Case{2, "<UT", "mrz-issuing-state"},
        Case{5, "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "mrz-without-name"}, Case{54, "U0O", "mrz-nationality"},
        Case{57, "7A0812", "mrz-birth-date"}, Case{57, "741312", "mrz-birth-date"},
        Case{57, "740231", "mrz-birth-date"}, Case{65, "12<<15", "mrz-expiry-date"},
        Case{65, "120431", "mrz-expiry-date"}, Case{64, "X", "mrz-sex"}, Case{53, "7", "mrz-check-digit"},
        Case{87, "1", "mrz-check-digit"}}) {
    CHECK_TEXT(says(examine(Ef::dg1, dg1_of(zone_with(at, text))), name), std::string{name}.c_str());
  }
}

TEST(Structure, OfAZoneTakesBirthDatesOfWhichPartsAreNotKnown) {
  for (const auto* date : {"7408<<", "74<<12", "<<0812", "<<<<<<", "<<0229"}) {
    CHECK_TEXT(!says(examine(Ef::dg1, dg1_of(zone_with(57, date))), "mrz-birth-date"), date);
  }
  CHECK(says(examine(Ef::dg1, dg1_of(zone_with(57, "<<0230"))), "mrz-birth-date"));
}

TEST(Structure, OfBiometricHeadersIsThatOfTheStandard) {
  auto dg3 = fingers();
  auto& header = dg3.templates[0].header;
  const std::vector<UnknownObject> sound = {{.tag = 0x81, .value = {8}},
                                            {.tag = 0x82, .value = {0x0A}},
                                            {.tag = 0x87, .value = {1, 1}},
                                            {.tag = 0x88, .value = {0, 7}}};
  const std::array names = {"dg3-biometric-type", "dg3-subtype", "dg3-format-owner", "dg3-format-type"};
  header = sound;
  CHECK(examine(Ef::dg3, build_dg3(dg3).value()).sound());
  for (std::size_t i = 0; i < names.size(); ++i) {
    header = sound;
    header[i].value.back() ^= 0x40;
    CHECK_TEXT(says(examine(Ef::dg3, build_dg3(dg3).value()), names.at(i)), names.at(i));
    header.erase(header.begin() + static_cast<std::ptrdiff_t>(i));
    // The type may be left out, the others not.
    CHECK_TEXT(says(examine(Ef::dg3, build_dg3(dg3).value()), names.at(i)) == (i != 0), names.at(i));
  }
}

TEST(Structure, OfAFacialRecordKnowsTheNumbersThatExist) {
  for (auto change : {+[](FaceImage& f) { f.gender = 3; }, +[](FaceImage& f) { f.eye_colour = 8; },
                      +[](FaceImage& f) { f.hair_colour = 0x0A; }, +[](FaceImage& f) { f.pose = 182U << 16U; },
                      +[](FaceImage& f) { f.pose_uncertainty = 182; }}) {
    auto changed = face();
    change(changed);
    CHECK(says(examine(Ef::dg2, build_dg2(changed).value()), "dg2-face-information"));
  }
  auto changed = face();
  changed.image_type = 3;
  CHECK(says(examine(Ef::dg2, build_dg2(changed).value()), "dg2-image-information"));
}

TEST(Structure, OfChipAuthenticationKnowsItsProtocolsAndItsVersion) {
  const auto dg14 = [](const asn1::Oid& protocol, std::uint32_t version) {
    const std::array infos = {
        asn1::make_security_info(protocol, asn1::ChipAuthenticationInfo{.version = version, .key_id = {}})};
    return build_dg14(asn1::encode_security_infos(infos)).value();
  };
  CHECK(examine(Ef::dg14, dg14(asn1::oids::kCaEcdhAes128, 1)).sound());
  CHECK(says(examine(Ef::dg14, dg14(asn1::oids::kCaEcdhAes128, 2)), "dg14-chip-authentication-version"));
  CHECK(says(examine(Ef::dg14, dg14(asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.5"), 1)), "dg14-protocol-unknown"));
  CHECK(says(examine(Ef::dg14, dg14(asn1::Oid::of("0.4.0.127.0.7.2.2.1.3"), 1)), "dg14-protocol-unknown"));
  const std::array empty = {asn1::make_security_info(asn1::oids::kCaEcdhAes128, asn1::UnknownInfo{})};
  const auto without_version = build_dg14(asn1::encode_security_infos(empty)).value();
  CHECK(says(examine(Ef::dg14, without_version), "dg14-entry-form"));
}

TEST(Structure, OfEfComAndEfAtrInfoIsComplete) {
  const auto com = [](std::string lds, std::string unicode) {
    return examine(
        Ef::com,
        build_com(
            {.lds_version = std::move(lds), .unicode_version = std::move(unicode), .tags = {0x61}, .unknown = {}}));
  };
  CHECK(says(com("0300", "040000"), "com-lds-version"));
  CHECK(says(com("107", "040000"), "com-lds-version"));
  CHECK(says(com("", "040000"), "com-without-lds-version"));
  CHECK(says(com("0107", "050000"), "com-unicode-version"));
  CHECK(says(com("0107", ""), "com-without-unicode-version"));
  AtrInfo atr{.capabilities = {{0xF3, 0x01, 0xE0}}, .extended_lengths = ExtendedLengths{1920, 1920}, .unknown = {}};
  CHECK(examine(Ef::atr_info, build_atr_info(atr)).sound());
  atr.extended_lengths.reset();
  CHECK(says(examine(Ef::atr_info, build_atr_info(atr)), "atr-info-without-lengths"));
}

TEST(Structure, SaysWhyAFileCannotBeRead) {
  for (const auto ef : {Ef::com, Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg4, Ef::dg14, Ef::dg15}) {
    const auto found = examine(ef, Bytes{static_cast<std::uint8_t>(info(ef).tag), 0x02, 0x30, 0x05});
    CHECK_TEXT(found.unreadable.has_value(), std::string{to_string(ef)}.c_str());
    CHECK(!found.sound());
  }
  CHECK(examine(Ef::atr_info, Bytes{0x7F, 0x66, 0x04, 0x02, 0x02, 0x07, 0x80}).unreadable.has_value());
}
