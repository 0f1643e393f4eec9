#include "cicada/asn1/extensions.h"

#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "exact.h"
#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using cicada::test::Exact;

TEST_GROUP(Extensions){};

TEST(Extensions, write_key_usage_as_a_named_bit_list) {
  CHECK_BYTES("03020780"_hex, make_key_usage({KeyUsage::digital_signature}).value);
  CHECK_BYTES("03020106"_hex, make_key_usage({KeyUsage::key_cert_sign, KeyUsage::crl_sign}).value);
  CHECK_BYTES("0303070080"_hex, make_key_usage({KeyUsage::decipher_only}).value);
  CHECK_BYTES("030100"_hex, make_key_usage({}).value);
  for (std::uint16_t bits = 0; bits < 512; ++bits) {
    const auto read = parse_key_usage(make_key_usage(KeyUsages{bits}).value);
    CHECK_OK(read);
    LONGS_EQUAL(bits, read->bits());
  }
}

TEST(Extensions, refuse_broken_key_usage) {
  for (const auto& value :
       {""_hex, "0300"_hex, "030101"_hex, "03020880"_hex, "030400808080"_hex, "0402 0780"_hex, "0302078000"_hex}) {
    CHECK_FAULT(Fault::malformed, parse_key_usage(Exact{value}.view()));
  }
}

TEST(Extensions, leave_defaults_out_and_read_them_back) {
  CHECK_BYTES("3000"_hex, make_basic_constraints({}).value);
  const auto none = parse_basic_constraints("3000"_hex);
  CHECK_OK(none);
  CHECK_FALSE(none->ca);
  CHECK_FALSE(none->path_length.has_value());
  CHECK_BYTES("30060101FF020100"_hex, make_basic_constraints({.ca = true, .path_length = 0}).value);
  CHECK_FAULT(Fault::malformed, parse_basic_constraints("300301FF00"_hex));
  CHECK_FAULT(Fault::malformed, parse_basic_constraints("3005020100 0500"_hex));
  // critical FALSE is not written
  CHECK_BYTES("300B 3009 0603551D0E 0402 0400"_hex,
              encode_extensions(std::array{Extension{.oid = oids::kSubjectKeyIdentifier, .value = "0400"_hex}}));
  // An explicit FALSE is not DER, but it is clear.
  const auto explicit_false = parse_extensions("300E 300C 0603551D0E 010100 0402 0400"_hex);
  CHECK_OK(explicit_false);
  CHECK_FALSE(explicit_false->at(0).critical);
}

TEST(Extensions, refuse_broken_lists) {
  for (const auto& list : {""_hex, "3080"_hex, "30023000"_hex, "300730050603551D0E"_hex,
                           "300C300A0603551D0E010100 0500"_hex, "300F 300D 0603551D0E 01020000 0402 0400"_hex}) {
    CHECK_FAULT(Fault::malformed, parse_extensions(Exact{list}.view()));
  }
  std::vector<Extension> many;
  for (std::size_t i = 0; i <= kMaxExtensions; ++i) {
    many.push_back({.oid = Oid::from_dotted("1.2." + std::to_string(i)).value(), .value = {}});
  }
  CHECK_FAULT(Fault::limit, parse_extensions(encode_extensions(many)));
  many.pop_back();
  CHECK_OK(parse_extensions(encode_extensions(many)));
}

TEST(Extensions, hold_a_private_key_usage_period_with_either_end) {
  const Instant moment = std::chrono::sys_days{std::chrono::year{2060} / 2 / 3};
  const auto only_end = make_private_key_usage_period({.not_before = std::nullopt, .not_after = moment});
  CHECK_OK(only_end);
  CHECK_BYTES("3011 810F 32303630303230333030303030305A"_hex, only_end->value);
  const auto read = parse_private_key_usage_period(only_end->value).value();
  CHECK_FALSE(read.not_before.has_value());
  CHECK(read.not_after.value() == moment);
  CHECK_FAULT(Fault::bad_input, make_private_key_usage_period({}));
  CHECK_FAULT(Fault::malformed, parse_private_key_usage_period("3004 8002 3030"_hex));
}

TEST(Extensions, refuse_general_names_that_are_none) {
  for (const auto& value :
       {"3002 8900"_hex, "3002 0400"_hex, "3004 A402 3100"_hex, "3003 9F1F00"_hex, "3002 C600"_hex}) {
    CHECK_FAULT(Fault::malformed, parse_general_names(Exact{value}.view()));
  }
  const auto other = parse_general_names("3006 8704 7F000001"_hex);
  CHECK_OK(other);
  CHECK_STRING("7F000001", other->at(0).text());
  CHECK(other->at(0).kind == GeneralName::Kind::ip_address);
}

TEST(Extensions, find_uris_in_distribution_points_only) {
  // A point with reasons only, one with a relative name, one with a DNS name and a URI.
  const auto value = "301F 3004 8102 0780 3004 A002 A100 3011 A00F A00D 8203 612E62 8606 687474703A61"_hex;
  const auto uris = parse_crl_distribution_points(value);
  CHECK_OK(uris);
  LONGS_EQUAL(1, uris->size());
  CHECK_STRING("http:a", uris->at(0));
  CHECK_FAULT(Fault::malformed, parse_crl_distribution_points("3004 3002 0500"_hex));
}

TEST(Extensions, hold_document_types_of_one_or_two_letters) {
  const std::array good{std::string{"ID"}, std::string{"P"}};
  CHECK_BYTES("300C 020100 3107 130150 13024944"_hex, make_document_type_list(good)->value);
  for (const auto* bad : {"", "ABC", "@", "\u00FC"}) {
    CHECK_FAULT(Fault::bad_input, make_document_type_list(std::array{std::string{bad}}));
  }
  CHECK_FAULT(Fault::malformed, parse_document_type_list("3007 020100 31020C00"_hex));
}

TEST(Extensions, hold_key_identifiers_and_crl_numbers) {
  CHECK_BYTES("3004 8002 AABB"_hex, make_authority_key_identifier("AABB"_hex).value);
  const auto full = parse_authority_key_identifier("300F 8002AABB A105 8703 010203 8202 0267"_hex);
  CHECK_OK(full);
  CHECK_BYTES("8703010203"_hex, full->issuer);
  CHECK_BYTES("0267"_hex, full->serial);
  CHECK_BYTES("0402AABB"_hex, make_subject_key_identifier("AABB"_hex).value);
  CHECK_FAULT(Fault::malformed, parse_subject_key_identifier("0302AABB"_hex));
  CHECK_BYTES("02020080"_hex, make_crl_number("80"_hex).value);
  CHECK_BYTES("0080"_hex, parse_crl_number("02020080"_hex).value());
  CHECK_FAULT(Fault::malformed, parse_crl_number("0200"_hex));
}

TEST(Extensions, hold_extended_key_usages) {
  const std::array usages{oids::kMasterListSigningKey, oids::kDeviationListSigningKey};
  const auto extension = make_extended_key_usage(usages);
  CHECK(extension.critical);
  const auto read = parse_extended_key_usage(extension.value);
  CHECK_OK(read);
  LONGS_EQUAL(2, read->size());
  CHECK(read->at(1) == oids::kDeviationListSigningKey);
  CHECK_FAULT(Fault::malformed, parse_extended_key_usage("3002 0500"_hex));
}
