// DG5, DG7, DG16, and the groups that nobody takes apart.
#include "biometric_maker.h"
#include "cicada/host/lds/dg16.h"
#include "cicada/host/lds/displayed_images.h"
#include "cicada/host/lds/opaque_group.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Bytes;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

void check_deviations(std::initializer_list<std::string> expected, const std::vector<std::string>& found) {
  CHECK(std::vector<std::string>(expected) == found);
}

}  // namespace

TEST_GROUP(DisplayedImages){};

TEST(DisplayedImages, dg5_begins_as_the_standard_says) {
  const auto vector = vectors::data("lds_files.json", "dg5-header");
  const auto image = test::image_of("FFD8FFE0"_hex, vector.at("image_len").get<std::size_t>());
  const auto file = build_dg5({.images = {image}, .unknown = {}, .deviations = {}});
  CHECK_OK(file);
  const auto prefix = vectors::octets(vector, "prefix_hex");
  CHECK_BYTES(prefix, base::ByteView{*file}.first(prefix.size()));
  const auto dg5 = parse_dg5(*file);
  CHECK_OK(dg5);
  check_deviations({}, dg5->deviations);
  CHECK_BYTES(image, dg5->images.at(0));
}

TEST(DisplayedImages, dg7_of_several_images_comes_back_as_it_was) {
  const DisplayedImages group{
      .images = {"FFD8FFE0"_hex, "FF4FFF51"_hex}, .unknown = {{0x53, {0x01}}}, .deviations = {}};
  const auto file = build_dg7(group).value();
  CHECK_BYTES("67 14 020102 5F4304FFD8FFE0 5F4304FF4FFF51 530101"_hex, file);
  const auto dg7 = parse_dg7(file);
  CHECK_OK(dg7);
  CHECK(dg7->images == group.images);
  CHECK(dg7->unknown == group.unknown);
  CHECK_BYTES(file, build_dg7(*dg7).value());
}

TEST(DisplayedImages, wrong_counts_tags_and_empty_images_are_tolerated_and_named) {
  const auto dg5 = parse_dg5("65 0A 020103 5F4301AA 5F4000"_hex);
  CHECK_OK(dg5);
  LONGS_EQUAL(2, dg5->images.size());
  check_deviations({"dg5-image-tag", "dg5-empty-object", "dg5-image-count"}, dg5->deviations);
}

TEST(DisplayedImages, none_too_many_or_another_file_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg5({}));
  CHECK_FAULT(Fault::malformed, parse_dg5("65 03 020100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg7("65 07 020101 5F4301AA"_hex));
  Bytes ten = "02010A"_hex;
  for (int i = 0; i < 10; ++i) base::append(ten, "5F4301AA"_hex);
  CHECK_FAULT(Fault::limit, parse_dg7(asn1::encode_tlv(0x67, ten)));
  DisplayedImages group;
  CHECK_FAULT(Fault::bad_input, build_dg5(group));
  group.images.resize(10);
  CHECK_FAULT(Fault::bad_input, build_dg7(group));
}

TEST_GROUP(Dg16){};

TEST(Dg16, of_the_standard_is_read_and_built_again) {
  const auto file = vectors::octets("lds_files.json", "dg16-example", "hex");
  const auto dg16 = parse_dg16(file);
  CHECK_OK(dg16);
  check_deviations({}, dg16->deviations);
  LONGS_EQUAL(2, dg16->persons.size());
  CHECK_STRING("SMITH<<CHARLES<R", dg16->persons[0].name.value());
  CHECK_STRING("20020101", dg16->persons[0].recorded->digits);
  CHECK_STRING("BROWN<<MARY<J", dg16->persons[1].name.value());
  CHECK_STRING("14155551212", dg16->persons[1].telephone.value());
  CHECK_STRING("49 REDWOOD LN<OCEAN BREEZE<CA<94000", dg16->persons[1].address.value());
  LONGS_EQUAL(4, to_lines(dg16->persons[1]).size());
  CHECK_BYTES(file, build_dg16(*dg16).value());
}

TEST(Dg16, departures_are_tolerated_and_named) {
  const auto dg16 = parse_dg16("70 18 020103 A209 5F5104DC4D4C4C 5301AA A305 5F5002AABB 5300"_hex);
  CHECK_FAULT(Fault::malformed, dg16);  // A2 says nine octets and has ten
  const auto kept = parse_dg16("70 18 020103 A20A 5F5104DC4D4C4C 5301AA A305 5F5002AABB 5300"_hex);
  CHECK_OK(kept);
  LONGS_EQUAL(2, kept->persons.size());
  CHECK_STRING("ÜMLL", kept->persons[0].name.value());
  LONGS_EQUAL(0x53, kept->persons[0].unknown.at(0).tag);
  CHECK_BYTES("AABB"_hex, kept->persons[1].unknown.at(0).value);
  LONGS_EQUAL(0x53, kept->unknown.at(0).tag);
  check_deviations({"dg16-person-tag", "dg16-latin1", "dg16-date-form", "dg16-person-count"}, kept->deviations);
}

TEST(Dg16, that_is_broken_or_too_large_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg16({}));
  CHECK_FAULT(Fault::malformed, parse_dg16("6B 03 020100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg16("70 05 A1035F5105"_hex));
  Dg16 dg16;
  dg16.persons.resize(31);
  CHECK_FAULT(Fault::bad_input, build_dg16(dg16));
  dg16.persons.resize(1);
  dg16.persons[0].recorded = DetailDate{.digits = "2002"};
  CHECK_FAULT(Fault::bad_input, build_dg16(dg16));
  Bytes many = "02011F"_hex;
  for (int i = 0; i < 31; ++i) base::append(many, "A100"_hex);
  CHECK_FAULT(Fault::limit, parse_dg16(asn1::encode_tlv(0x70, many)));
}

TEST_GROUP(OpaqueGroup){};

TEST(OpaqueGroup, dg6_keeps_whatever_it_holds) {
  for (const auto& content : {Bytes{}, "5F2E03010203"_hex, "FFFFFFFF"_hex}) {
    const auto file = build_opaque_group(content, Ef::dg6);
    const auto dg6 = parse_opaque_group(file, Ef::dg6);
    CHECK_OK(dg6);
    CHECK_BYTES(content, dg6->content);
    CHECK(dg6->counts_right && !dg6->count);
    CHECK_BYTES(file, build_opaque_group(dg6->content, Ef::dg6));
  }
  const auto objects = parse_opaque_group("66 07 020101 5302AABB"_hex, Ef::dg6);
  LONGS_EQUAL(2, objects.value().objects.size());
}

TEST(OpaqueGroup, features_are_counted) {
  const auto file = build_feature_group({{0x5F44, {1, 2}}, {0x5F44, {3}}}, Ef::dg9).value();
  CHECK_BYTES("69 0C 020102 5F44020102 5F440103"_hex, file);
  const auto dg9 = parse_opaque_group(file, Ef::dg9);
  CHECK_OK(dg9);
  LONGS_EQUAL(2, dg9->count.value());
  LONGS_EQUAL(2, dg9->objects.size());
  CHECK(dg9->counts_right);
  CHECK_FALSE(parse_opaque_group("68 07 020102 5302AABB"_hex, Ef::dg8).value().counts_right);
  CHECK_FALSE(parse_opaque_group("6A 04 5302AABB"_hex, Ef::dg10).value().counts_right);
}

TEST(OpaqueGroup, of_another_tag_or_with_features_out_of_place_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_opaque_group({}, Ef::dg6));
  CHECK_FAULT(Fault::malformed, parse_opaque_group("6800"_hex, Ef::dg9));
  CHECK_FAULT(Fault::malformed, parse_opaque_group("6803FF"_hex, Ef::dg8));
  CHECK_FAULT(Fault::bad_input, build_feature_group({{0x53, {}}}, Ef::dg6));
  CHECK_FAULT(Fault::bad_input, build_feature_group({}, Ef::dg8));
  CHECK_FAULT(Fault::bad_input, build_feature_group(std::vector<UnknownObject>(256), Ef::dg8));
}
