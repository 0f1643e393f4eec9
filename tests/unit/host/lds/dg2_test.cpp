#include "cicada/host/lds/dg2.h"

#include "biometric_maker.h"
#include "cicada/asn1/tlv.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Bytes;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

Bytes jpeg(std::size_t size = 300) {
  return base::concat({"FFD8FFE000104A464946"_hex, Bytes(size, 0x5A)});
}

FaceImage face() {
  FaceImage image;
  image.gender = 2;
  image.feature_mask = 0x010203;
  image.pose = 0x0A0B0C;
  image.width = 480;
  image.height = 640;
  image.quality = 7;
  image.image = jpeg();
  return image;
}

Bytes with_block(asn1::Tag tag, base::ByteView block) {
  const auto content = base::concat({"A10E 810102 820100 87020101 88020008"_hex, asn1::encode_tlv(tag, block)});
  return asn1::encode_tlv(0x75, asn1::encode_tlv(0x7F61, {"020101"_hex, asn1::encode_tlv(0x7F60, content)}));
}

/// A facial record of these images (each whole, with its own length field), lengths right.
Bytes record(std::initializer_list<base::ByteView> images) {
  Bytes joined = base::concat(images);
  Bytes start = "4641430030313000"_hex;
  for (const int shift : {24, 16, 8, 0}) start.push_back(static_cast<std::uint8_t>((joined.size() + 14) >> shift));
  start.push_back(0);
  start.push_back(static_cast<std::uint8_t>(images.size()));
  return base::concat({start, joined});
}

/// 36 octets: 20 + 12 + 4 of image.
const Bytes kTinyFace = "00000024 0000 00 00 00 000000 0000 000000 000000 01 00 01E0 0280 01 00 0000 0000 FFD8FFE0"_hex;

}  // namespace

TEST_GROUP(Dg2){};

TEST(Dg2, that_was_built_is_read_back) {
  const auto file = build_dg2(face());
  CHECK_OK(file);
  const auto dg2 = parse_dg2(*file);
  CHECK_OK(dg2);
  LONGS_EQUAL(1, dg2->templates.size());
  LONGS_EQUAL(0, dg2->deviations.size());
  const auto* const portrait = dg2->portrait();
  CHECK(portrait != nullptr);
  CHECK_BYTES(jpeg(), portrait->image);
  CHECK(portrait->format == ImageFormat::jpeg);
  LONGS_EQUAL(480, portrait->width);
  LONGS_EQUAL(640, portrait->height);
  LONGS_EQUAL(2, portrait->gender);
  LONGS_EQUAL(0x010203, portrait->feature_mask);
  LONGS_EQUAL(0x0A0B0C, portrait->pose);
  LONGS_EQUAL(7, portrait->quality);
}

TEST(Dg2, begins_exactly_as_the_specimen_does) {
  // The specimen's image is JPEG 2000 of 15,083 octets in all; same size, same header fields, so the same first octets.
  const auto vector = vectors::data("lds_files.json", "bsi2008-dg2-header");
  const auto expected = vectors::octets(vector, "first_90_bytes");
  FaceImage image;
  image.width = 0x0151;
  image.height = 0x01C1;
  image.colour_space = 0;
  image.image = "0000000C6A502020"_hex;
  image.image.resize(0x3AB7 - 32);
  const auto file = build_dg2(image);
  CHECK_OK(file);
  LONGS_EQUAL(vector.at("len").get<std::size_t>(), file->size());
  CHECK_BYTES(expected, base::ByteView{*file}.first(expected.size()));
}

TEST(Dg2, feature_points_stand_between_the_header_and_the_image) {
  auto image = face();
  image.feature_points = {{1, 2, 3, 4, 5, 6, 7, 8}, {9, 9, 9, 9, 9, 9, 9, 9}};
  const auto file = build_dg2(image);
  CHECK_OK(file);
  const auto dg2 = parse_dg2(*file);
  CHECK_OK(dg2);
  LONGS_EQUAL(2, dg2->portrait()->feature_points.size());
  CHECK(dg2->portrait()->feature_points == image.feature_points);
  CHECK_BYTES(image.image, dg2->portrait()->image);
  CHECK(dg2->deviations.empty());
}

TEST(Dg2, header_objects_are_kept_in_order) {
  // The header of the standard's example: 80, 81, 83, 85, 86, 87, 88.
  const auto header = vectors::octets("lds_files.json", "dg2-cbeff-header", "bht_hex");
  const auto content = base::concat({header, asn1::encode_tlv(0x5F2E, record({kTinyFace})), "5301AA"_hex});
  const auto file = asn1::encode_tlv(0x75, asn1::encode_tlv(0x7F61, {"020101"_hex, asn1::encode_tlv(0x7F60, content)}));
  const auto dg2 = parse_dg2(file);
  CHECK_OK(dg2);
  const auto& objects = dg2->templates[0].header;
  LONGS_EQUAL(7, objects.size());
  LONGS_EQUAL(0x83, objects[2].tag);
  CHECK_BYTES("20020315133000"_hex, objects[2].value);
  LONGS_EQUAL(0x53, dg2->templates[0].unknown.at(0).tag);
}

TEST(Dg2, several_templates_and_several_images_are_all_there) {
  const auto one = asn1::encode_tlv(0x7F60, {"A100"_hex, asn1::encode_tlv(0x5F2E, record({kTinyFace, kTinyFace}))});
  const auto file = asn1::encode_tlv(0x75, asn1::encode_tlv(0x7F61, {"020102"_hex, one, one}));
  const auto dg2 = parse_dg2(file);
  CHECK_OK(dg2);
  LONGS_EQUAL(2, dg2->templates.size());
  LONGS_EQUAL(2, dg2->templates[1].faces.size());
  CHECK_BYTES("FFD8FFE0"_hex, dg2->templates[1].faces[1].image);
  CHECK(dg2->deviations.empty());
}

TEST(Dg2, a_wrong_count_is_tolerated_and_named) {
  const auto one = asn1::encode_tlv(0x7F60, {"A100"_hex, asn1::encode_tlv(0x5F2E, record({kTinyFace}))});
  const auto dg2 = parse_dg2(asn1::encode_tlv(0x75, asn1::encode_tlv(0x7F61, {"020103"_hex, one})));
  CHECK_OK(dg2);
  LONGS_EQUAL(1, dg2->deviations.size());
  CHECK_STRING("dg2-instance-count", dg2->deviations[0]);
}

TEST(Dg2, an_image_without_a_facial_record_is_tolerated_and_named) {
  const auto dg2 = parse_dg2(with_block(0x5F2E, jpeg()));
  CHECK_OK(dg2);
  CHECK_STRING("dg2-raw-image", dg2->deviations.at(0));
  CHECK_BYTES(jpeg(), dg2->portrait()->image);
  CHECK(dg2->portrait()->format == ImageFormat::jpeg);
}

TEST(Dg2, wrong_length_fields_of_the_record_are_tolerated_and_named) {
  auto block = record({kTinyFace});
  block[11] = 0xFF;  // the record's length
  const auto outer = parse_dg2(with_block(0x5F2E, block));
  CHECK_OK(outer);
  CHECK_STRING("dg2-record-length", outer->deviations.at(0));
  CHECK_BYTES("FFD8FFE0"_hex, outer->portrait()->image);
  block = record({kTinyFace});
  block[16] = 0xFF;  // the image's length
  const auto inner = parse_dg2(with_block(0x5F2E, block));
  CHECK_OK(inner);
  CHECK_STRING("dg2-record-length", inner->deviations.at(0));
  CHECK_BYTES("FFD8FFE0"_hex, inner->portrait()->image);
}

TEST(Dg2, of_iso_39794_gives_its_image_and_what_is_said_of_it) {
  const auto about = "A003800102 A1023000 A70880020150810201C0 A903800102"_hex;
  const auto face =
      test::iso39794_face(jpeg(), about, "A20D 800207E8 810103 820104 830105 A805A003800103 BF6401FF"_hex);
  const auto file = with_block(0x7F2E, test::iso39794_of(0x65, {face}));
  const auto dg2 = parse_dg2(file);
  CHECK_OK(dg2);
  CHECK(dg2->deviations.empty());
  CHECK(dg2->templates[0].iso39794);
  const auto* const portrait = dg2->portrait();
  CHECK(portrait != nullptr);
  CHECK_BYTES(jpeg(), portrait->image);
  CHECK(portrait->format == ImageFormat::jpeg);
  LONGS_EQUAL(0x150, portrait->width);
  LONGS_EQUAL(0x1C0, portrait->height);
  CHECK_STRING("2024-03-04T05", portrait->captured);
  LONGS_EQUAL(2, portrait->gender);
  CHECK_BYTES(file, build_dg2(*dg2).value());
}

TEST(Dg2, of_iso_39794_with_the_mandatory_fields_alone_is_as_the_published_sample) {
  // The sample's image is JPEG 2000 of 0x3A98 octets; same size, so the same octets up to it.
  const auto vector = vectors::data("lds_files.json", "icao-39794-5-ICAO_39794_5_AP_DG2_MandFields.dat");
  const auto expected = vectors::octets(vector, "first_96");
  const auto image = test::image_of("0000000C6A5020200D0A870A0000001466747970"_hex, 0x3A98);
  const auto block = test::iso39794_of(0x65, {test::iso39794_face(image, "A003800103"_hex, {})});
  const auto file = test::group_of(0x75, "87020101 8802002A"_hex, 0x7F2E, block);
  CHECK_BYTES(expected, base::ByteView{file}.first(expected.size()));
  LONGS_EQUAL(vector.at("len").get<std::size_t>(), file.size());
  const auto dg2 = parse_dg2(file);
  CHECK_OK(dg2);
  CHECK(dg2->deviations.empty());
  LONGS_EQUAL(0x002A, dg2->templates[0].header_number(0x88).value());
  CHECK(dg2->portrait()->format == ImageFormat::jpeg2000);
  CHECK_BYTES(image, dg2->portrait()->image);
  LONGS_EQUAL(0, dg2->portrait()->width);
  CHECK_STRING("", dg2->portrait()->captured);
}

TEST(Dg2, of_iso_39794_without_an_image_is_kept_as_it_is) {
  const auto dg2 = parse_dg2(with_block(0x7F2E, "A1026500"_hex));
  CHECK_OK(dg2);
  CHECK(dg2->templates[0].iso39794);
  CHECK_BYTES("A1026500"_hex, dg2->templates[0].block);
  CHECK(dg2->portrait() == nullptr);
  CHECK_STRING("dg2-39794-form", dg2->deviations.at(0));
}

TEST(Dg2, blocks_under_the_tag_of_the_other_standard_are_tolerated_and_named) {
  const auto face = test::iso39794_face(jpeg(), "A003800102"_hex, {});
  const auto iso = parse_dg2(with_block(0x5F2E, test::iso39794_of(0x65, {face})));
  CHECK_OK(iso);
  CHECK(iso->deviations == std::vector<std::string>{"dg2-block-tag"});
  CHECK_BYTES(jpeg(), iso->portrait()->image);
  const auto old = parse_dg2(with_block(0x7F2E, record({kTinyFace})));
  CHECK_OK(old);
  CHECK(old->deviations == std::vector<std::string>{"dg2-block-tag"});
  CHECK_FALSE(old->templates[0].iso39794);
  CHECK_BYTES("FFD8FFE0"_hex, old->portrait()->image);
}

TEST(Dg2, of_several_templates_is_built_again_octet_for_octet) {
  Dg2 dg2;
  dg2.templates.resize(2);
  dg2.templates[0].faces = {face(), face()};
  dg2.templates[1].faces = {face()};
  dg2.templates[1].header = {{0x81, {0x02}}, {0x82, {0x00}}, {0x83, "20020315133000"_hex}};
  dg2.templates[1].unknown = {{0x53, {0xAA}}};
  dg2.unknown = {{0x53, {0xBB}}};
  const auto file = build_dg2(dg2);
  CHECK_OK(file);
  const auto back = parse_dg2(*file);
  CHECK_OK(back);
  CHECK(back->deviations.empty());
  LONGS_EQUAL(2, back->templates[0].faces.size());
  LONGS_EQUAL(3, back->templates[1].header.size());
  CHECK_BYTES(*file, build_dg2(*back).value());
}

TEST(Dg2, with_a_block_of_another_form_is_kept_as_it_is) {
  const auto dg2 = parse_dg2(with_block(0x5F2E, "00112233"_hex));
  CHECK_OK(dg2);
  CHECK_STRING("dg2-unknown-block", dg2->deviations.at(0));
  CHECK_BYTES("00112233"_hex, dg2->templates[0].block);
}

TEST(Dg2, that_is_broken_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg2({}));
  CHECK_FAULT(Fault::malformed, parse_dg2("7500"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg2("7506 7F6103 020100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg2("7509 7F6106 020101 7F6000"_hex));
  // Two images, the first one's length runs over the end of the record.
  auto first = kTinyFace;
  first[2] = 0x7F;
  CHECK_FAULT(Fault::malformed, parse_dg2(with_block(0x5F2E, record({first, kTinyFace}))));
  // A record that ends inside the header, and one with more feature points than octets.
  CHECK_FAULT(Fault::malformed, parse_dg2(with_block(0x5F2E, base::ByteView{record({kTinyFace})}.first(30))));
  auto points = kTinyFace;
  points[4] = 0xFF;
  CHECK_FAULT(Fault::malformed, parse_dg2(with_block(0x5F2E, record({points}))));
}

TEST(Dg2, with_more_instances_than_allowed_is_refused) {
  const auto one = asn1::encode_tlv(0x7F60, {"A100"_hex, asn1::encode_tlv(0x5F2E, record({kTinyFace}))});
  Bytes ten = "02010A"_hex;
  for (int i = 0; i < 10; ++i) base::append(ten, one);
  CHECK_FAULT(Fault::limit, parse_dg2(asn1::encode_tlv(0x75, asn1::encode_tlv(0x7F61, ten))));
  auto many = record({kTinyFace});
  many[13] = 17;
  CHECK_FAULT(Fault::limit, parse_dg2(with_block(0x5F2E, many)));
}

TEST(Dg2, is_not_built_around_what_is_no_image) {
  auto image = face();
  image.image = "89504E470D0A1A0A"_hex;
  CHECK_FAULT(Fault::bad_input, build_dg2(image));
  image.image.clear();
  CHECK_FAULT(Fault::bad_input, build_dg2(image));
}

TEST(Dg2, image_formats_are_told_by_their_first_octets) {
  CHECK(image_format_of("FFD8FFDB"_hex) == ImageFormat::jpeg);
  CHECK(image_format_of("0000000C6A5020200D0A870A"_hex) == ImageFormat::jpeg2000);
  CHECK(image_format_of("FF4FFF51"_hex) == ImageFormat::jpeg2000);
  CHECK(image_format_of("FFD8"_hex) == ImageFormat::unknown);
  CHECK(image_format_of({}) == ImageFormat::unknown);
  CHECK_STRING(".jp2", file_extension(ImageFormat::jpeg2000));
}
