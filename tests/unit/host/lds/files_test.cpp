// EF.COM, DG1 and the frame of EF.SOD.
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/sod.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

TEST_GROUP(EfCom){};

TEST(EfCom, of_the_standard_is_read_and_built_again) {
  for (const auto* const id : {"ef-com-lds17", "ef-com-lds1599"}) {
    const auto vector = vectors::data("lds_files.json", id);
    const auto file = vectors::octets(vector, "hex");
    const auto com = parse_com(file);
    CHECK_OK(com);
    CHECK_STRING(vectors::text(vector, "lds"), com->lds_version);
    CHECK_STRING("040000", com->unicode_version);
    CHECK(com->data_groups() == (std::vector{Ef::dg1, Ef::dg2, Ef::dg4, Ef::dg12}));
    CHECK_BYTES(file, build_com(*com));
  }
}

TEST(EfCom, of_the_specimen_passport_lists_its_groups) {
  const auto com = parse_com(vectors::octets("lds_files.json", "bsi2008-sod", "ef_com"));
  CHECK_OK(com);
  CHECK(com->data_groups() == (std::vector{Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg14}));
}

TEST(EfCom, keeps_unknown_objects_and_unknown_tags) {
  const auto file = "60 11 5F01 04 30313037 5C 03 617F75 53 03 AABBCC"_hex;
  const auto com = parse_com(file);
  CHECK_OK(com);
  LONGS_EQUAL(1, com->unknown.size());
  LONGS_EQUAL(0x53, com->unknown[0].tag);
  CHECK_BYTES("AABBCC"_hex, com->unknown[0].value);
  CHECK_BYTES("617F75"_hex, com->tags);
  CHECK(com->data_groups() == (std::vector{Ef::dg1, Ef::dg2}));
}

TEST(EfCom, that_is_broken_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_com({}));
  CHECK_FAULT(Fault::malformed, parse_com("61 02 5C00"_hex));
  CHECK_FAULT(Fault::malformed, parse_com("60 03 5C0261"_hex));
  CHECK_FAULT(Fault::malformed, parse_com("60 07 5F010430313037"_hex));
  CHECK_FAULT(Fault::malformed, parse_com("60 03 5C016100"_hex));
}

TEST_GROUP(Dg1){};

TEST(Dg1, of_the_standard_is_read_although_its_composite_digit_is_an_erratum) {
  const auto vector = vectors::data("lds_files.json", "dg1-td1");
  const auto dg1 = parse_dg1(vectors::octets(vector, "hex"));
  CHECK_OK(dg1);
  CHECK_STRING(vectors::text(vector, "mrz"), dg1->mrz.text);
  CHECK_STRING("XI85935F8", dg1->mrz.fields.document_number);
  CHECK_STRING("VAN DER STEEN", dg1->mrz.fields.primary_identifier);
  CHECK_STRING("MARIANNE LOUISE", dg1->mrz.fields.secondary_identifier);
  CHECK_FALSE(dg1->mrz.checks_ok());
  const auto& composite = dg1->mrz.checks.back();
  CHECK(composite.what == MrzCheck::What::composite);
  CHECK_STRING("4", std::string(1, composite.printed));
  CHECK_STRING("8", std::string(1, composite.computed));
}

TEST(Dg1, of_the_specimen_passport_is_built_again_octet_for_octet) {
  const auto file = vectors::octets("lds_files.json", "bsi2008-sod", "dg1");
  const auto dg1 = parse_dg1(file);
  CHECK_OK(dg1);
  CHECK(dg1->mrz.checks_ok());
  CHECK_STRING("MUSTERMANN", dg1->mrz.fields.primary_identifier);
  CHECK_STRING("D", dg1->mrz.fields.nationality);
  const auto built = build_dg1(dg1->mrz.fields);
  CHECK_OK(built);
  auto expected = file;
  expected[expected.size() - 2] = '0';  // the specimen writes '<' for the digit of an empty optional field
  CHECK_BYTES(expected, *built);
}

TEST(Dg1, with_text_of_81_characters_is_malformed) {
  const auto printed = vectors::text(vectors::data("lds_files.json", "dg1-td2"), "printed_mrz");
  const auto file = asn1::encode_tlv(0x61, asn1::encode_tlv(0x5F1F, base::as_bytes(printed)));
  CHECK_FAULT(Fault::malformed, parse_dg1(file));
}

TEST(Dg1, without_a_zone_or_in_another_frame_is_malformed) {
  CHECK_FAULT(Fault::malformed, parse_dg1("61 00"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg1("61 03 530100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg1("75 00"_hex));
}

TEST_GROUP(Sod){};

TEST(Sod, is_taken_out_of_its_frame_and_put_back) {
  const auto file = vectors::octets("lds_files.json", "bsi2008-sod", "ef_sod");
  const auto sod = unwrap_sod(file);
  CHECK_OK(sod);
  LONGS_EQUAL(file.size() - 4, sod->cms.size());
  LONGS_EQUAL(0x30, sod->cms[0]);
  CHECK(sod->trailing.empty());
  CHECK_BYTES(file, wrap_sod(sod->cms));
}

TEST(Sod, with_padding_behind_it_says_so) {
  const auto file = "77 02 3000 0000"_hex;
  const auto sod = unwrap_sod(file);
  CHECK_OK(sod);
  CHECK_BYTES("3000"_hex, sod->cms);
  CHECK_BYTES("0000"_hex, sod->trailing);
}

TEST(Sod, may_have_indefinite_lengths_inside_or_outside) {
  // 30 80 { 06 01 2A, A0 80 { 04 01 FF } }
  const auto definite = "77 0E 3080 06012A A080 0401FF 0000 0000"_hex;
  const auto inside = unwrap_sod(definite);
  CHECK_OK(inside);
  CHECK_BYTES("3080 06012A A080 0401FF 0000 0000"_hex, inside->cms);
  const auto indefinite = "7780 3080 06012A 0000 0000 FFFF"_hex;
  const auto outside = unwrap_sod(indefinite);
  CHECK_OK(outside);
  CHECK_BYTES("3080 06012A 0000"_hex, outside->cms);
  CHECK_BYTES("FFFF"_hex, outside->trailing);
}

TEST(Sod, that_is_broken_is_refused) {
  CHECK_FAULT(Fault::malformed, unwrap_sod({}));
  CHECK_FAULT(Fault::malformed, unwrap_sod("77"_hex));
  CHECK_FAULT(Fault::malformed, unwrap_sod("7700"_hex));
  CHECK_FAULT(Fault::malformed, unwrap_sod("30023000"_hex));
  CHECK_FAULT(Fault::malformed, unwrap_sod("77033000"_hex));
  CHECK_FAULT(Fault::malformed, unwrap_sod("770430003000"_hex));
  CHECK_FAULT(Fault::malformed, unwrap_sod("7780 3080 0000"_hex));
  base::Bytes deep{0x77, 0x80};
  for (int i = 0; i < 100; ++i) base::append(deep, "3080"_hex);
  CHECK_FAULT(Fault::limit, unwrap_sod(deep));
  base::Bytes wide{0x77, 0x80};
  for (int i = 0; i < 20'000; ++i) base::append(wide, "0500"_hex);
  CHECK_FAULT(Fault::limit, unwrap_sod(wide));
}
