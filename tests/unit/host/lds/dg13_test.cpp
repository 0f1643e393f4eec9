#include "cicada/host/lds/dg13.h"

#include <algorithm>

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

Bytes sample(const char* name) {
  return vectors::octets(vectors::load("cccd_invented_samples.json"), name);
}

/// A DG13 whose SET holds these elements.
Bytes dg13_of(std::initializer_list<base::ByteView> elements) {
  return asn1::encode_tlv(
      0x6D, asn1::encode_tlv(0x30, {"020101 060628D316010008"_hex, asn1::encode_tlv(0x31, base::concat(elements))}));
}

bool has(const Dg13& dg13, std::string_view deviation) {
  return std::ranges::find(dg13.deviations, deviation) != dg13.deviations.end();
}

}  // namespace

TEST_GROUP(Dg13){};

TEST(Dg13, of_the_sample_is_read_field_by_field) {
  const auto dg13 = parse_dg13(sample("dg13_field13_unwrapped_no_spouse_hex"));
  CHECK_OK(dg13);
  CHECK(dg13->cccd.has_value());
  const auto& data = *dg13->cccd;
  LONGS_EQUAL(1, dg13->version);
  CHECK_STRING("001099000019", data.number);
  CHECK_STRING("Nguyễn Văn Mẫu", data.name);
  CHECK_STRING("05/06/1999", data.birth_date);
  CHECK_STRING("Nam", data.sex);
  CHECK_STRING("Việt Nam", data.nationality);
  CHECK_STRING("Kinh", data.ethnic_group);
  CHECK_STRING("Không", data.religion);
  CHECK_STRING("Phường Mẫu, Quận Mẫu, Hà Nội", data.place_of_origin);
  CHECK_STRING("Số 1 Phố Mẫu, Phường Mẫu, Quận Mẫu, Hà Nội", data.residence);
  CHECK_STRING("Nốt ruồi C:1cm dưới mép trái", data.identifying_marks);
  CHECK_STRING("10/05/2021", data.issue_date);
  CHECK_STRING("05/06/2024", data.expiry_date);
  CHECK_STRING("Nguyễn Văn Cha", data.father);
  CHECK_STRING("Trần Thị Mẹ", data.mother);
  LONGS_EQUAL(0, data.spouses.size());
  CHECK_STRING("012345678", data.old_number);
  CHECK_STRING("0123456789ABCDEF", data.chip_id);
  LONGS_EQUAL(0, dg13->unknown.size());
  LONGS_EQUAL(0, dg13->deviations.size());
}

TEST(Dg13, with_both_parents_in_one_wrapper_reads_the_same_and_says_so) {
  const auto dg13 = parse_dg13(sample("dg13_field13_wrapped_hex"));
  CHECK_OK(dg13);
  CHECK_STRING("Nguyễn Văn Cha", dg13->cccd->father);
  CHECK_STRING("Trần Thị Mẹ", dg13->cccd->mother);
  LONGS_EQUAL(1, dg13->deviations.size());
  CHECK(has(*dg13, "dg13-parents-wrapped"));
}

TEST(Dg13, with_a_spouse_and_without_an_old_number) {
  const auto dg13 = parse_dg13(sample("dg13_spouse_present_no_old_id_hex"));
  CHECK_OK(dg13);
  LONGS_EQUAL(1, dg13->cccd->spouses.size());
  CHECK_STRING("Lê Thị Bạn", dg13->cccd->spouses[0]);
  CHECK_STRING("", dg13->cccd->old_number);
  CHECK_STRING("0123456789ABCDEF", dg13->cccd->chip_id);
  CHECK(dg13->deviations.empty());
}

TEST(Dg13, is_built_again_octet_for_octet) {
  for (const auto* const name : {"dg13_field13_unwrapped_no_spouse_hex", "dg13_spouse_present_no_old_id_hex"}) {
    const auto file = sample(name);
    const auto dg13 = parse_dg13(file);
    CHECK_OK(dg13);
    const auto built = build_dg13(*dg13->cccd);
    CHECK_OK(built);
    CHECK_BYTES(file, *built);
  }
}

TEST(Dg13, carries_addresses_of_any_length) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 5000U}) {
    CccdData data;
    data.residence = std::string(size, 'x');
    data.spouses = {"A", "B", "C"};
    const auto file = build_dg13(data);
    CHECK_OK(file);
    const auto dg13 = parse_dg13(*file);
    CHECK_OK(dg13);
    CHECK(dg13->cccd->residence == data.residence);
    CHECK(dg13->cccd->spouses == data.spouses);
    CHECK(dg13->unknown.empty());
  }
}

TEST(Dg13, field_14_may_be_absent_and_15_empty) {
  const auto dg13 = parse_dg13(dg13_of({"3003 02010F"_hex, "3011 020101 130C303031303939303030303139"_hex}));
  CHECK_OK(dg13);
  CHECK_STRING("001099000019", dg13->cccd->number);
  CHECK_STRING("", dg13->cccd->old_number);
  CHECK(dg13->cccd->spouses.empty());
  CHECK(dg13->deviations.empty());
}

TEST(Dg13, unknown_fields_are_kept_with_their_octets_and_texts) {
  const auto dg13 = parse_dg13(dg13_of({"3008 020111 0C03412B42"_hex, "300B 02020101 3005 0C03414243"_hex}));
  CHECK_OK(dg13);
  LONGS_EQUAL(2, dg13->unknown.size());
  LONGS_EQUAL(17, dg13->unknown[0].number);
  CHECK_BYTES("0C03412B42"_hex, dg13->unknown[0].content);
  CHECK_STRING("A+B", dg13->unknown[0].texts.at(0));
  LONGS_EQUAL(257, dg13->unknown[1].number);
  CHECK_STRING("ABC", dg13->unknown[1].texts.at(0));
  CHECK(dg13->deviations.empty());
}

TEST(Dg13, a_known_field_in_another_form_is_kept_and_named) {
  // Field 2 with two texts, field 16 with an OCTET STRING, field 1 twice, an element that is no field.
  const auto dg13 = parse_dg13(dg13_of({"3009 020102 0C0141 0C0142"_hex, "3007 020110 0402AABB"_hex,
                                        "3006 020101 130131"_hex, "3006 020101 130132"_hex, "0C0158"_hex}));
  CHECK_OK(dg13);
  CHECK_STRING("", dg13->cccd->name);
  CHECK_STRING("1", dg13->cccd->number);
  LONGS_EQUAL(4, dg13->unknown.size());
  CHECK(has(*dg13, "dg13-field-form"));
  CHECK(has(*dg13, "dg13-field-twice"));
  CHECK_BYTES("0402AABB"_hex, dg13->unknown[1].content);
}

TEST(Dg13, of_another_state_is_opaque) {
  for (const auto& content : {"0401AA"_hex, "3003020101"_hex, "300D 020101 060628D316010007 3100"_hex,
                              "300C 060628D316010008 0202"_hex, Bytes{}, "FFFFFF"_hex}) {
    const auto dg13 = parse_dg13(asn1::encode_tlv(0x6D, content));
    CHECK_OK(dg13);
    CHECK_FALSE(dg13->cccd.has_value());
    CHECK_BYTES(content, dg13->content);
  }
}

TEST(Dg13, that_is_broken_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_dg13({}));
  CHECK_FAULT(Fault::malformed, parse_dg13("6D02 30"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg13("6E00"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg13(dg13_of({"3006 020101 1302 31"_hex})));
  CHECK_FAULT(Fault::malformed, parse_dg13(dg13_of({"3003 0C0141"_hex})));
}

TEST(Dg13, with_endless_fields_is_refused) {
  Bytes fields;
  for (int i = 0; i < 300; ++i) base::append(fields, "3003020120"_hex);
  CHECK_FAULT(Fault::limit, parse_dg13(dg13_of({fields})));
}

TEST(Dg13, is_not_built_with_diacritics_in_a_plain_field) {
  CccdData data;
  data.number = "00109900001٩";
  const auto file = build_dg13(data);
  CHECK_FAULT(Fault::bad_input, file);
  LONGS_EQUAL(1, *file.error().at);
}

TEST(Dg13, is_shown_as_seventeen_lines) {
  CccdData data;
  data.spouses = {"A", "B"};
  const auto lines = to_lines(data);
  LONGS_EQUAL(17, lines.size());
  LONGS_EQUAL(14, lines[14].number);
  CHECK_STRING("A, B", lines[14].text);
  LONGS_EQUAL(16, lines.back().number);
}
