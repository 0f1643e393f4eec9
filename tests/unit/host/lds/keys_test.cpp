// DG14 and DG15: frames around what asn1 understands.
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Fault;
using cicada::base::literals::operator""_hex;

TEST_GROUP(Dg14){};

TEST(Dg14, of_two_specimens_is_taken_out_of_its_frame_and_put_back) {
  for (const auto& file : {vectors::octets("lds_files.json", "dg14-sample", "hex"),
                           vectors::octets("lds_files.json", "bsi2008-sod", "dg14")}) {
    const auto dg14 = parse_dg14(file);
    CHECK_OK(dg14);
    LONGS_EQUAL(0x31, dg14->security_infos[0]);
    LONGS_EQUAL(file.size() - 4, dg14->security_infos.size());
    CHECK(dg14->unknown.empty());
    CHECK_BYTES(file, build_dg14(*dg14).value());
    CHECK_BYTES(file, build_dg14(dg14->security_infos).value());
  }
}

TEST(Dg14, keeps_what_stands_behind_the_infos) {
  const auto file = "6E 07 3100 53 03 AABBCC"_hex;
  const auto dg14 = parse_dg14(file);
  CHECK_OK(dg14);
  LONGS_EQUAL(0x53, dg14->unknown.at(0).tag);
  CHECK_BYTES(file, build_dg14(*dg14).value());
}

TEST(Dg14, without_a_set_is_refused_on_both_ways) {
  CHECK_FAULT(Fault::malformed, parse_dg14({}));
  CHECK_FAULT(Fault::malformed, parse_dg14("6E00"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg14("6E023000"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg14("6F023100"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg14("6E02310000"_hex));
  CHECK_FAULT(Fault::bad_input, build_dg14("3000"_hex));
  CHECK_FAULT(Fault::bad_input, build_dg14("310000"_hex));
  CHECK_FAULT(Fault::bad_input, build_dg14(base::ByteView{}));
}

TEST_GROUP(Dg15){};

TEST(Dg15, of_the_specimen_holds_its_rsa_key_and_is_built_again) {
  const auto file = vectors::octets("lds_files.json", "bsi2008-sod", "dg15");
  const auto dg15 = parse_dg15(file);
  CHECK_OK(dg15);
  const auto info = asn1::parse_public_key_info(dg15->public_key_info);
  CHECK_OK(info);
  const auto key = asn1::parse_rsa_public_key(*info);
  CHECK_OK(key);
  LONGS_EQUAL(128, key->modulus.size());
  CHECK_BYTES("010001"_hex, key->exponent);
  CHECK_BYTES(file, build_dg15(*dg15).value());
  CHECK_BYTES(file, build_dg15(dg15->public_key_info).value());
}

TEST(Dg15, is_built_around_a_new_key) {
  const auto key = asn1::encode_rsa_public_key_info(base::Bytes(256, 0xC1), "010001"_hex);
  const auto file = build_dg15(key);
  CHECK_OK(file);
  CHECK_BYTES(key, parse_dg15(*file).value().public_key_info);
}

TEST(Dg15, without_a_key_is_refused_on_both_ways) {
  CHECK_FAULT(Fault::malformed, parse_dg15({}));
  CHECK_FAULT(Fault::malformed, parse_dg15("6F00"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg15("6F023000"_hex));
  CHECK_FAULT(Fault::malformed, parse_dg15("6F023100"_hex));
  CHECK_FAULT(Fault::bad_input, build_dg15("3000"_hex));
  const auto key = asn1::encode_rsa_public_key_info(base::Bytes(256, 0xC1), "010001"_hex);
  CHECK_FAULT(Fault::bad_input, build_dg15(base::concat({key, "00"_hex})));
}
