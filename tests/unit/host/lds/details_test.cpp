// DG11 and DG12.
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Bytes;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

namespace {

/// 6B { 5C tags; objects }
Bytes dg11_of(base::ByteView tags, base::ByteView objects) {
  return asn1::encode_tlv(0x6B, {asn1::encode_tlv(0x5C, tags), objects});
}

Dg11 full_dg11() {
  Dg11 dg11;
  dg11.full_name = "NGUYEN<<VAN<MAU";
  dg11.other_names = {"NGUYEN<<V<M", "MAU"};
  dg11.personal_number = "001099000019";
  dg11.birth_date = DetailDate{.digits = "19990605"};
  dg11.birth_place = "HA NOI";
  dg11.address = "12 PHỐ HUẾ<HÀ NỘI";
  dg11.telephone = "";
  dg11.profession = "KY SU";
  dg11.title = "ONG";
  dg11.summary = "…";
  dg11.citizenship_proof = "FFD8FFE0"_hex;
  dg11.other_documents = "C1234567<B7654321";
  dg11.custody = "KHONG";
  return dg11;
}

Dg12 full_dg12() {
  Dg12 dg12;
  dg12.issuing_authority = "CỤC CẢNH SÁT";
  dg12.issue_date = DetailDate{.digits = "20210500", .bcd = true};
  dg12.other_persons = {"NGUYEN<<THI<HAI"};
  dg12.endorsements = "NONE";
  dg12.tax_or_exit = "";
  dg12.front_image = "FFD8FFE0"_hex;
  dg12.rear_image = Bytes(300, 0x55);
  dg12.personalization_time = DetailDate{.digits = "20210501235959"};
  dg12.personalization_system = "LINE-7";
  return dg12;
}

void check_deviations(std::initializer_list<std::string> expected, const std::vector<std::string>& found) {
  CHECK(std::vector<std::string>(expected) == found);
}

}  // namespace

TEST_GROUP(Dg11){};

TEST(Dg11, of_the_standard_is_read_and_built_again) {
  const auto vector = vectors::data("lds_files.json", "dg11-example");
  const auto file = vectors::octets(vector, "hex");
  const auto dg11 = parse_dg11(file);
  CHECK_OK(dg11);
  CHECK_STRING("SMITH<<JOHN<J", dg11->full_name.value());
  CHECK_STRING("ANYTOWN<MN", dg11->birth_place.value());
  CHECK_STRING("123 MAPLE RD<ANYTOWN<MN", dg11->address.value());
  CHECK_STRING("16125551212", dg11->telephone.value());
  CHECK_STRING("TRAVEL<AGENT", dg11->profession.value());
  CHECK_FALSE(dg11->birth_date.has_value());
  CHECK(dg11->deviations.empty());
  const auto lines = to_lines(*dg11);
  LONGS_EQUAL(vector.at("elements").size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK_STRING(vector.at("elements").at(i).at("value").get<std::string>(), lines[i].text);
  }
  CHECK_BYTES(file, build_dg11(*dg11).value());
}

TEST(Dg11, with_every_detail_comes_back_as_it_was) {
  const auto dg11 = full_dg11();
  const auto file = build_dg11(dg11);
  CHECK_OK(file);
  const auto back = parse_dg11(*file);
  CHECK_OK(back);
  CHECK(back->full_name == dg11.full_name);
  CHECK(back->other_names == dg11.other_names);
  CHECK(back->birth_date == dg11.birth_date);
  CHECK(back->address == dg11.address);
  CHECK(back->telephone == dg11.telephone);
  CHECK(back->citizenship_proof == dg11.citizenship_proof);
  CHECK(back->custody == dg11.custody);
  LONGS_EQUAL(13, back->listed.size());
  LONGS_EQUAL(14, to_lines(*back).size());
  check_deviations({"dg11-empty-object"}, back->deviations);
  CHECK_BYTES(*file, build_dg11(*back).value());
}

TEST(Dg11, names_are_listed_by_their_own_tag_or_by_a0) {
  const auto names = "A0 0E 020102 5F0F 03 412C42 5F0F 02 4344"_hex;
  for (const auto& list : {"5F0F"_hex, "A0"_hex}) {
    const auto dg11 = parse_dg11(dg11_of(list, names));
    CHECK_OK(dg11);
    CHECK(dg11->other_names == (std::vector<std::string>{"A,B", "CD"}));
    check_deviations({}, dg11->deviations);
  }
}

TEST(Dg11, a_wrong_number_of_names_and_names_without_a_wrapper_are_tolerated_and_named) {
  const auto counted = parse_dg11(dg11_of("5F0F"_hex, "A0 07 020103 5F0F 01 41"_hex));
  CHECK_OK(counted);
  check_deviations({"dg11-name-count"}, counted->deviations);
  const auto bare = parse_dg11(dg11_of("5F0F"_hex, "5F0F 01 41 5F0F 01 42"_hex));
  CHECK_OK(bare);
  LONGS_EQUAL(2, bare->other_names.size());
  check_deviations({"dg11-names-unwrapped"}, bare->deviations);
}

TEST(Dg11, names_among_something_else_are_kept_as_they_are_and_named) {
  const auto file = dg11_of("A0"_hex, "A0 0B 020101 5F0F 01 41 5F0E 01 42"_hex);
  const auto dg11 = parse_dg11(file);
  CHECK_OK(dg11);
  CHECK(dg11->other_names.empty() && !dg11->full_name);
  LONGS_EQUAL(0xA0, dg11->unknown.at(0).tag);
  check_deviations({"dg11-names-form"}, dg11->deviations);
  CHECK_BYTES(file, build_dg11(*dg11).value());
}

TEST(Dg11, a_birth_date_may_be_packed_and_may_have_unknown_parts) {
  const auto ascii = parse_dg11(dg11_of("5F2B"_hex, "5F2B 08 3139373030303030"_hex));
  CHECK_STRING("19700000", ascii.value().birth_date->digits);
  CHECK_FALSE(ascii->birth_date->bcd);
  const auto packed = parse_dg11(dg11_of("5F2B"_hex, "5F2B 04 19700000"_hex));
  CHECK_STRING("19700000", packed.value().birth_date->digits);
  CHECK(packed->birth_date->bcd);
  CHECK_BYTES(dg11_of("5F2B"_hex, "5F2B 04 19700000"_hex), build_dg11(*packed).value());
}

TEST(Dg11, a_date_of_another_form_is_kept_and_named) {
  for (const auto& object : {"5F2B 06 373030353036"_hex, "5F2B 04 19AA0000"_hex, "5F2B 00"_hex}) {
    const auto dg11 = parse_dg11(dg11_of("5F2B"_hex, object));
    CHECK_OK(dg11);
    CHECK_FALSE(dg11->birth_date.has_value());
    LONGS_EQUAL(0x5F2B, dg11->unknown.at(0).tag);
    CHECK_BYTES(base::ByteView{object}.subspan(3), dg11->unknown[0].value);
    check_deviations({"dg11-date-form"}, dg11->deviations);
  }
}

TEST(Dg11, octets_that_are_not_utf8_are_taken_for_latin1_and_named) {
  const auto dg11 = parse_dg11(dg11_of("5F0E"_hex, "5F0E 06 4DDC4C4C4552"_hex));
  CHECK_OK(dg11);
  CHECK_STRING("MÜLLER", dg11->full_name.value());
  check_deviations({"dg11-latin1"}, dg11->deviations);
}

TEST(Dg11, whose_list_and_objects_differ_is_read_whole) {
  const auto dg11 = parse_dg11(dg11_of("5F0E5F13"_hex, "5F0E 01 41 5F14 01 42"_hex));
  CHECK_OK(dg11);
  CHECK_STRING("A", dg11->full_name.value());
  CHECK_STRING("B", dg11->title.value());
  CHECK(dg11->listed == (std::vector<std::uint32_t>{0x5F0E, 0x5F13}));
  check_deviations({"dg11-listed-missing", "dg11-unlisted"}, dg11->deviations);
  const auto unlisted = parse_dg11("6B 04 5F0E 01 41"_hex);
  CHECK_OK(unlisted);
  check_deviations({"dg11-no-tag-list"}, unlisted->deviations);
  const auto broken = parse_dg11(dg11_of("5F0E5F"_hex, "5F0E 01 41"_hex));
  CHECK_OK(broken);
  check_deviations({"dg11-tag-list-form"}, broken->deviations);
}

TEST(Dg11, keeps_what_it_does_not_know_and_what_stands_there_twice) {
  const auto file = dg11_of("5F0E5F7F5F0E"_hex, "5F0E 01 41 5F7F 02 0102 5F0E 01 42"_hex);
  const auto dg11 = parse_dg11(file);
  CHECK_OK(dg11);
  CHECK_STRING("A", dg11->full_name.value());
  LONGS_EQUAL(2, dg11->unknown.size());
  CHECK_BYTES("0102"_hex, dg11->unknown[0].value);
  CHECK_BYTES("42"_hex, dg11->unknown[1].value);
  check_deviations({"dg11-object-twice"}, dg11->deviations);
  CHECK_BYTES(file, build_dg11(*dg11).value());
}

TEST(Dg11, that_is_broken_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg11({}));
  CHECK_FAULT(Fault::malformed, parse_dg11("6C 02 5C00"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg11("6B 03 5C025F"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg11("6B 02 5C00 00"_hex));
}

TEST(Dg11, with_too_many_names_or_a_bad_date_is_refused) {
  Bytes names = "0201FF"_hex;
  for (int i = 0; i < 256; ++i) base::append(names, "5F0F0141"_hex);
  CHECK_FAULT(Fault::limit, parse_dg11(dg11_of("5F0F"_hex, asn1::encode_tlv(0xA0, names))));
  Dg11 dg11;
  dg11.other_names.resize(256, "A");
  CHECK_FAULT(Fault::bad_input, build_dg11(dg11));
  for (const auto* const digits : {"", "1970", "1970050A", "19700506120000"}) {
    Dg11 dated;
    dated.birth_date = DetailDate{.digits = digits};
    CHECK_FAULT(Fault::bad_input, build_dg11(dated));
  }
}

TEST_GROUP(Dg12){};

TEST(Dg12, with_every_detail_comes_back_as_it_was) {
  const auto dg12 = full_dg12();
  const auto file = build_dg12(dg12);
  CHECK_OK(file);
  const auto back = parse_dg12(*file);
  CHECK_OK(back);
  CHECK(back->issuing_authority == dg12.issuing_authority);
  CHECK(back->issue_date == dg12.issue_date);
  CHECK(back->other_persons == dg12.other_persons);
  CHECK(back->tax_or_exit == dg12.tax_or_exit);
  CHECK(back->rear_image == dg12.rear_image);
  CHECK(back->personalization_time == dg12.personalization_time);
  CHECK(back->personalization_system == dg12.personalization_system);
  check_deviations({"dg12-empty-object"}, back->deviations);
  CHECK_BYTES(*file, build_dg12(*back).value());
}

TEST(Dg12, a_moment_may_be_packed) {
  const auto file = "6C 0E 5C 02 5F55 5F55 07 20210501235959"_hex;
  const auto dg12 = parse_dg12(file);
  CHECK_OK(dg12);
  CHECK_STRING("20210501235959", dg12->personalization_time->digits);
  CHECK(dg12->personalization_time->bcd);
  CHECK_BYTES(file, build_dg12(*dg12).value());
}

TEST(Dg12, of_no_details_is_a_list_of_none) {
  const auto file = build_dg12({});
  CHECK_BYTES("6C025C00"_hex, file.value());
  const auto dg12 = parse_dg12(*file);
  CHECK_OK(dg12);
  CHECK(to_lines(*dg12).empty());
  check_deviations({}, dg12->deviations);
}

TEST(Dg12, that_is_broken_is_refused) {
  CHECK_FAULT(Fault::malformed, parse_dg12({}));
  CHECK_FAULT(Fault::malformed, parse_dg12("6B 02 5C00"_hex));
  Dg12 dg12;
  dg12.personalization_time = DetailDate{.digits = "20210501"};
  CHECK_FAULT(Fault::bad_input, build_dg12(dg12));
}
