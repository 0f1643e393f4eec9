#include "cicada/host/lds/dg4.h"

#include "biometric_maker.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Bytes;
using cicada::base::ByteView;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

IrisTemplate eye(std::uint8_t which, std::size_t size) {
  IrisTemplate made;
  auto& record = made.record;
  record.diameter = 0x96;
  record.image_format = 0x10;
  record.width = 0xA3;
  record.height = 0x95;
  record.depth = 0x18;
  IrisImage image;
  image.format = ImageFormat::jpeg2000;
  image.image = test::image_of("0000000C6A502020"_hex, size);
  record.eyes.push_back({.eye = which, .images = {std::move(image)}});
  return made;
}

/// Two eyes, with the version object that the specimen has in its headers.
Dg4 two_eyes() {
  Dg4 dg4;
  dg4.templates = {eye(1, 0x192D - 45 - 3 - 11), eye(2, 6777 - 45 - 3 - 11)};
  for (auto& one : dg4.templates) {
    const auto which = one.record.eyes[0].eye;
    one.header = {{0x80, "0101"_hex}, {0x81, {0x10}}, {0x82, {which}}, {0x87, "0101"_hex}, {0x88, "0009"_hex}};
  }
  return dg4;
}

Bytes record() {
  Dg4 dg4;
  dg4.templates = {eye(1, 40)};
  return parse_dg4(build_dg4(dg4).value()).value().templates[0].block;
}

Bytes with_block(asn1::Tag tag, ByteView block) {
  return test::group_of(0x76, "810110 820101 87020101 88020009"_hex, tag, block);
}

void check_deviations(std::initializer_list<std::string> expected, const std::vector<std::string>& found) {
  CHECK(std::vector<std::string>(expected) == found);
}

}  // namespace

TEST_GROUP(Dg4){};

TEST(Dg4, begins_exactly_as_the_specimen_does) {
  const auto vector = vectors::data("lds_files.json", "bsi2008-dg4-header");
  const auto file = build_dg4(two_eyes());
  CHECK_OK(file);
  CHECK_BYTES(vectors::octets(vector, "first_90_bytes"), ByteView{*file}.first(90));
  LONGS_EQUAL(vector.at("len").get<std::size_t>(), file->size());
}

TEST(Dg4, that_was_built_is_read_back) {
  const auto file = build_dg4(two_eyes()).value();
  const auto dg4 = parse_dg4(file);
  CHECK_OK(dg4);
  check_deviations({}, dg4->deviations);
  LONGS_EQUAL(2, dg4->templates.size());
  LONGS_EQUAL(0x0101, dg4->templates[0].header_number(0x80).value());
  const auto& record = dg4->templates[1].record;
  LONGS_EQUAL(0xA3, record.width);
  LONGS_EQUAL(2, record.eyes.at(0).eye);
  CHECK(record.eyes[0].images.at(0).format == ImageFormat::jpeg2000);
  CHECK_BYTES(two_eyes().templates[1].record.eyes[0].images[0].image, record.eyes[0].images[0].image);
  CHECK_BYTES(file, build_dg4(*dg4).value());
}

TEST(Dg4, several_eyes_and_images_in_one_record_are_all_there) {
  auto both = eye(1, 20);
  both.record.unit = {1, 2, 3};
  auto second = both.record.eyes[0].images[0];
  second.number = 2;
  second.image.push_back(0x77);
  both.record.eyes[0].images.push_back(second);
  both.record.eyes.push_back({.eye = 2, .images = {second}});
  Dg4 dg4;
  dg4.templates = {both};
  const auto file = build_dg4(dg4).value();
  const auto back = parse_dg4(file);
  CHECK_OK(back);
  check_deviations({}, back->deviations);
  const auto& eyes = back->templates[0].record.eyes;
  LONGS_EQUAL(2, eyes.size());
  LONGS_EQUAL(2, eyes[0].images.at(1).number);
  CHECK_BYTES(second.image, eyes[1].images.at(0).image);
  LONGS_EQUAL(3, back->templates[0].record.unit[2]);
  LONGS_EQUAL(0, back->templates[0].header_number(0x82).value());  // both eyes: no subtype
  CHECK_BYTES(file, build_dg4(*back).value());
}

TEST(Dg4, wrong_length_fields_are_tolerated_and_named) {
  for (const std::size_t at : {11U, 16U, 58U}) {  // last octets of the record's, the header's and the image's length
    auto block = record();
    block[at] ^= 0xFF;
    const auto dg4 = parse_dg4(with_block(0x5F2E, block));
    CHECK_OK(dg4);
    check_deviations({"dg4-record-length"}, dg4->deviations);
    LONGS_EQUAL(40, dg4->templates[0].record.eyes.at(0).images.at(0).image.size());
  }
}

TEST(Dg4, of_iso_39794_gives_its_images) {
  // As the published sample goes: eye, kind, depth, format, orientations, history, the moment of capture, the image.
  const auto head = vectors::octets("lds_files.json", "iso39794-6-sample-head", "first_64");
  const auto iris = base::concat({"800101 A103800102 820108 A303800102 840101 850101 860100"_hex,
                                  "A70D 800207E3 810109 820112 83010D"_hex,
                                  asn1::encode_tlv(0x88, "89504E470D0A1A0A00"_hex), "BF2A0500FFFFFFFF"_hex});
  CHECK_BYTES(ByteView{iris}.first(40), ByteView{head}.last(40));
  const auto file = with_block(0x7F2E, test::iso39794_of(0x66, {iris}));
  const auto dg4 = parse_dg4(file);
  CHECK_OK(dg4);
  check_deviations({}, dg4->deviations);
  const auto& found = dg4->templates[0].record.eyes.at(0);
  LONGS_EQUAL(1, found.eye);
  CHECK_STRING("2019-09-18T13", found.images.at(0).captured);
  CHECK(found.images[0].format == ImageFormat::png);
  CHECK_BYTES("89504E470D0A1A0A00"_hex, found.images[0].image);
  CHECK_BYTES(file, build_dg4(*dg4).value());
}

TEST(Dg4, without_eyes_says_so) {
  const auto file = "76 0A 7F6103 020100 53 02 AABB"_hex;
  const auto dg4 = parse_dg4(file);
  CHECK_OK(dg4);
  CHECK(dg4->templates.empty());
  CHECK_BYTES(file, build_dg4(*dg4).value());
}

TEST(Dg4, blocks_of_another_form_are_kept) {
  const auto raw = parse_dg4(with_block(0x5F2E, "FF4FFF510000"_hex));
  CHECK_OK(raw);
  check_deviations({"dg4-raw-image"}, raw->deviations);
  CHECK_BYTES("FF4FFF510000"_hex, raw->templates[0].record.eyes.at(0).images.at(0).image);
  const auto unknown = parse_dg4(with_block(0x5F2E, "0102"_hex));
  CHECK_OK(unknown);
  check_deviations({"dg4-unknown-block"}, unknown->deviations);
  const auto empty = parse_dg4(with_block(0x7F2E, {}));
  CHECK_OK(empty);
  check_deviations({"dg4-39794-form"}, empty->deviations);
}

TEST(Dg4, that_is_broken_or_too_large_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg4({}));
  CHECK_FAULT(Fault::malformed, parse_dg4("76 06 7F6103 020101"_hex));
  auto block = record();
  block[14] = 0;  // no eye
  CHECK_FAULT(Fault::malformed, parse_dg4(with_block(0x5F2E, block)));
  block = record();
  block[46] = 0xFF;  // an eye with 65,281 images
  CHECK_FAULT(Fault::limit, parse_dg4(with_block(0x5F2E, block)));
  block = record();
  block[47] = 0;  // an eye without images
  CHECK_FAULT(Fault::malformed, parse_dg4(with_block(0x5F2E, block)));
  CHECK_FAULT(Fault::malformed, parse_dg4(with_block(0x5F2E, ByteView{record()}.first(50))));
}

TEST(Dg4, is_not_built_without_images) {
  Dg4 dg4;
  dg4.templates.emplace_back();
  CHECK_FAULT(Fault::bad_input, build_dg4(dg4));
  dg4.templates[0].record.eyes.emplace_back();
  CHECK_FAULT(Fault::bad_input, build_dg4(dg4));
  dg4.templates.assign(kMaxIrisTemplates + 1, eye(1, 20));
  CHECK_FAULT(Fault::bad_input, build_dg4(dg4));
}
