#include "cicada/host/lds/dg3.h"

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

const Bytes kHeader = "810108 820109 87020101 88020007"_hex;

FingerImage finger(std::uint8_t position, std::size_t size = 100) {
  FingerImage image;
  image.position = position;
  image.quality = 0x64;
  image.width = image.height = 0x26C;
  image.format = ImageFormat::wsq;
  image.image = test::image_of("FFA0FFA4003A"_hex, size);
  return image;
}

FingerTemplate template_of(FingerImage image) {
  FingerTemplate made;
  made.record.fingers.push_back(std::move(image));
  return made;
}

Dg3 two_fingers() {
  Dg3 dg3;
  dg3.templates = {template_of(finger(2, 0x4013 - 14)), template_of(finger(7, 15'977 - 32 - 14))};
  return dg3;
}

/// A record of one finger, as octets.
Bytes record() {
  Dg3 dg3;
  dg3.templates = {template_of(finger(2))};
  return parse_dg3(build_dg3(dg3).value()).value().templates[0].block;
}

Bytes with_block(asn1::Tag tag, ByteView block) {
  return test::group_of(0x63, kHeader, tag, block);
}

void check_deviations(std::initializer_list<std::string> expected, const std::vector<std::string>& found) {
  CHECK(std::vector<std::string>(expected) == found);
}

}  // namespace

TEST_GROUP(Dg3){};

TEST(Dg3, begins_exactly_as_the_specimen_does) {
  // The specimen has two pointer fingers as WSQ; images of the same size and the same first octets.
  const auto vector = vectors::data("lds_files.json", "bsi2008-dg3-header");
  const auto file = build_dg3(two_fingers());
  CHECK_OK(file);
  LONGS_EQUAL(vector.at("len").get<std::size_t>(), file->size());
  CHECK_BYTES(vectors::octets(vector, "first_90_bytes"), ByteView{*file}.first(90));
}

TEST(Dg3, that_was_built_is_read_back) {
  const auto file = build_dg3(two_fingers()).value();
  const auto dg3 = parse_dg3(file);
  CHECK_OK(dg3);
  check_deviations({}, dg3->deviations);
  LONGS_EQUAL(2, dg3->templates.size());
  LONGS_EQUAL(0x09, dg3->templates[0].header_number(0x82).value());
  LONGS_EQUAL(0x0A, dg3->templates[1].header_number(0x82).value());
  LONGS_EQUAL(0x0007, dg3->templates[1].header_number(0x88).value());
  CHECK_FALSE(dg3->templates[1].header_number(0x80).has_value());
  const auto& image = dg3->templates[1].record.fingers.at(0);
  LONGS_EQUAL(7, image.position);
  LONGS_EQUAL(0x26C, image.height);
  CHECK(image.format == ImageFormat::wsq);
  CHECK_BYTES(two_fingers().templates[1].record.fingers[0].image, image.image);
  CHECK_BYTES(file, build_dg3(*dg3).value());
}

TEST(Dg3, several_views_of_several_fingers_in_one_record_are_all_there) {
  FingerTemplate made;
  auto first = finger(1, 20);
  first.views = 2;
  auto second = first;
  second.view = 2;
  made.record.fingers = {first, second, finger(6, 30)};
  Dg3 dg3;
  dg3.templates = {made};
  const auto file = build_dg3(dg3).value();
  const auto back = parse_dg3(file);
  CHECK_OK(back);
  check_deviations({}, back->deviations);
  const auto& fingers = back->templates[0].record.fingers;
  LONGS_EQUAL(3, fingers.size());
  LONGS_EQUAL(2, fingers[1].view);
  LONGS_EQUAL(6, fingers[2].position);
  CHECK_BYTES(file, build_dg3(*back).value());
}

TEST(Dg3, without_fingers_says_so_with_random_octets) {
  const auto file = build_empty_dg3("0011223344556677"_hex);
  CHECK_BYTES("63 10 7F6103 020100 53 08 0011223344556677"_hex, file);
  const auto dg3 = parse_dg3(file);
  CHECK_OK(dg3);
  CHECK(dg3->templates.empty());
  check_deviations({}, dg3->deviations);
  CHECK_BYTES("0011223344556677"_hex, dg3->unknown.at(0).value);
  CHECK_BYTES(file, build_dg3(*dg3).value());
  // Some put the random octets inside.
  const auto inside = parse_dg3("63 0A 7F6107 020100 5302AABB"_hex);
  CHECK_OK(inside);
  LONGS_EQUAL(0x53, inside->unknown.at(0).tag);
}

TEST(Dg3, that_lost_its_fingers_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg3("63 06 7F6103 020101"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg3("63 03 7F6100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg3("6300"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg3({}));
  CHECK_FAULT(Fault::malformed, parse_dg3("75 06 7F6103 020100"_hex));
}

TEST(Dg3, subtypes_follow_the_hand_and_the_finger) {
  // Right thumb to little finger, left thumb to little finger.
  const Bytes expected = "05 09 0D 11 15 06 0A 0E 12 16"_hex;
  for (std::uint8_t position = 1; position <= 10; ++position) {
    LONGS_EQUAL(expected[position - 1U], finger_subtype(position));
  }
  LONGS_EQUAL(0, finger_subtype(0));
  LONGS_EQUAL(0, finger_subtype(11));
}

TEST(Dg3, wrong_length_fields_are_tolerated_and_named) {
  for (const std::size_t at : {13U, 35U}) {  // last octets of the record's and of the image's length
    auto block = record();
    block[at] ^= 0xFF;
    const auto dg3 = parse_dg3(with_block(0x5F2E, block));
    CHECK_OK(dg3);
    check_deviations({"dg3-record-length"}, dg3->deviations);
    CHECK(dg3->templates[0].record.fingers.at(0).image.size() >= 50);
    CHECK_BYTES(block, dg3->templates[0].block);
  }
}

TEST(Dg3, frames_that_are_wrong_are_tolerated_and_named) {
  const auto block = record();
  const auto wrong_tag = parse_dg3(with_block(0x7F2E, block));
  CHECK_OK(wrong_tag);
  check_deviations({"dg3-block-tag"}, wrong_tag->deviations);
  LONGS_EQUAL(1, wrong_tag->templates[0].record.fingers.size());
  const auto no_tag = parse_dg3(with_block(0x5F2D, block));
  CHECK_OK(no_tag);
  check_deviations({"dg3-block-tag"}, no_tag->deviations);
  LONGS_EQUAL(1, no_tag->templates[0].record.fingers.size());
  const auto bare = asn1::encode_tlv(0x7F60, asn1::encode_tlv(0x5F2E, block));
  const auto no_group = parse_dg3(asn1::encode_tlv(0x63, bare));
  CHECK_OK(no_group);
  check_deviations({"dg3-no-group", "dg3-no-header", "dg3-instance-count"}, no_group->deviations);
  LONGS_EQUAL(1, no_group->templates[0].record.fingers.size());
}

TEST(Dg3, blocks_of_another_form_are_kept) {
  const auto raw = parse_dg3(with_block(0x5F2E, "FFA0FFA40000"_hex));
  CHECK_OK(raw);
  check_deviations({"dg3-raw-image"}, raw->deviations);
  CHECK_BYTES("FFA0FFA40000"_hex, raw->templates[0].record.fingers.at(0).image);
  const auto file = with_block(0x5F2E, "0102030405060708"_hex);
  const auto unknown = parse_dg3(file);
  CHECK_OK(unknown);
  check_deviations({"dg3-unknown-block"}, unknown->deviations);
  CHECK_BYTES(file, build_dg3(*unknown).value());
}

TEST(Dg3, of_iso_39794_gives_its_images) {
  // As the published sample begins: position, impression and format as codes, then the image.
  const auto head = vectors::octets("lds_files.json", "iso39794-4-sample-head", "first_64");
  const auto png = test::image_of("89504E470D0A1A0A"_hex, 0x2B1);
  const auto sized = base::concat(
      {"A003800102 A103800101 A203800104"_hex, asn1::encode_tlv(0x83, png), "A40A 800207E7 81010C 820118 AF00"_hex});
  CHECK_BYTES(ByteView{sized}.first(27), ByteView{head}.subspan(21, 27));
  const auto fallback =
      base::concat({"A005 A103 800107 A103800100 A203800101"_hex, asn1::encode_tlv(0x83, "FFA0FFA4"_hex)});
  const auto file = with_block(0x7F2E, test::iso39794_of(0x64, {sized, fallback}));
  const auto dg3 = parse_dg3(file);
  CHECK_OK(dg3);
  check_deviations({}, dg3->deviations);
  CHECK(dg3->templates[0].iso39794);
  const auto& fingers = dg3->templates[0].record.fingers;
  LONGS_EQUAL(2, fingers.size());
  LONGS_EQUAL(2, fingers[0].position);
  CHECK_STRING("2023-12-24", fingers[0].captured);
  CHECK(fingers[0].format == ImageFormat::png);
  CHECK_BYTES(png, fingers[0].image);
  LONGS_EQUAL(7, fingers[1].position);
  CHECK(fingers[1].format == ImageFormat::wsq);
  CHECK_BYTES(file, build_dg3(*dg3).value());
  const auto broken = parse_dg3(with_block(0x7F2E, test::iso39794_of(0x64, {"A003800102"_hex})));
  CHECK_OK(broken);
  check_deviations({"dg3-39794-form"}, broken->deviations);
  CHECK(broken->templates[0].iso39794);
}

TEST(Dg3, with_more_than_a_chip_holds_is_refused) {
  Dg3 many;
  many.templates.resize(kMaxFingerTemplates + 1, template_of(finger(1)));
  CHECK_FAULT(Fault::bad_input, build_dg3(many));
  const auto one = asn1::encode_tlv(0x7F60, {"A100"_hex, asn1::encode_tlv(0x5F2E, record())});
  Bytes content = "020115"_hex;
  for (std::size_t i = 0; i <= kMaxFingerTemplates; ++i) base::append(content, one);
  CHECK_FAULT(Fault::limit, parse_dg3(asn1::encode_tlv(0x63, asn1::encode_tlv(0x7F61, content))));
  Bytes views = "46495200 30313000 000000000000 0000 001F 01 01 01F4 01F4 01F4 01F4 08 02 0000"_hex;
  for (int i = 0; i < 30; ++i) base::append(views, "0000000E 01 FF 01 64 00 0000 0000 00"_hex);
  CHECK_FAULT(Fault::limit, parse_dg3(with_block(0x5F2E, views)));
}

TEST(Dg3, whose_record_is_broken_is_refused) {
  auto block = record();
  block[18] = 0;  // no finger
  CHECK_FAULT(Fault::malformed, parse_dg3(with_block(0x5F2E, block)));
  block[18] = 2;  // two, and the first one's length runs over the end
  block[32] = 0x7F;
  CHECK_FAULT(Fault::malformed, parse_dg3(with_block(0x5F2E, block)));
  CHECK_FAULT(Fault::malformed, parse_dg3(with_block(0x5F2E, ByteView{record()}.first(40))));
}

TEST(Dg3, is_not_built_without_images) {
  Dg3 dg3;
  dg3.templates.emplace_back();
  CHECK_FAULT(Fault::bad_input, build_dg3(dg3));
  dg3.templates[0].record.fingers.emplace_back();
  CHECK_FAULT(Fault::bad_input, build_dg3(dg3));
}
