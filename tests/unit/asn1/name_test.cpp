#include "cicada/asn1/name.h"

#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "exact.h"
#include "harness.h"
#include "openssl_cli.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using cicada::test::Exact;

namespace {

Name name_of(std::initializer_list<NamePart> parts) {
  return parse_name(encode_name(std::vector<NamePart>{parts}).value()).value();
}

Name common_name(std::string text, Tag tag = 0) {
  return name_of({{.type = oids::kCommonName, .text = std::move(text), .string_tag = tag}});
}

}  // namespace

TEST_GROUP(Name){};

TEST(Name, shows_its_parts_in_order) {
  const auto name = name_of({{.type = oids::kCountryName, .text = "VN"},
                             {.type = oids::kOrganizationName, .text = "B\u1ED9 C\u00F4ng an"},
                             {.type = oids::kCommonName, .text = "CSCA"}});
  CHECK_STRING("C=VN, O=B\u1ED9 C\u00F4ng an, CN=CSCA", name.to_string());
  CHECK_STRING("VN", name.country().value());
  CHECK_STRING("CSCA", name.common_name().value());
  CHECK_FALSE(name.find(oids::kLocalityName).has_value());
  LONGS_EQUAL(tags::kPrintableString, name.relative_names[0][0].string_tag);
  LONGS_EQUAL(tags::kUtf8String, name.relative_names[1][0].string_tag);
}

TEST(Name, shows_nothing_that_could_pass_for_another_part) {
  CHECK_STRING("CN=A\\, O=B\\+C?", common_name("A, O=B+C\n").to_string());
}

TEST(Name, compares_without_regard_to_string_type_case_and_spaces) {
  const auto a = common_name("Country  Signing CA", tags::kUtf8String);
  CHECK(same_name(a, common_name("country signing ca", tags::kPrintableString)));
  CHECK(same_name(a, common_name("  COUNTRY SIGNING   CA ", tags::kPrintableString)));
  CHECK(same_name(a, a));
  CHECK_FALSE(same_name(a, common_name("CountrySigning CA")));
  CHECK_FALSE(same_name(a, common_name("Country Signing CA2")));
}

TEST(Name, compares_types_numbers_and_order_of_parts) {
  const auto c = NamePart{.type = oids::kCountryName, .text = "VN"};
  const auto cn = NamePart{.type = oids::kCommonName, .text = "VN"};
  CHECK_FALSE(same_name(name_of({c}), name_of({cn})));
  CHECK_FALSE(same_name(name_of({c}), name_of({c, cn})));
  CHECK_FALSE(same_name(name_of({c, cn}), name_of({cn, c})));
}

TEST(Name, compares_attributes_of_one_relative_name_as_a_set) {
  // SET { CN=A, C=VN } and SET { C=vn, CN=a }
  const auto one = parse_name("301A 3118 3009 0603550406 13024156"_hex);
  CHECK_FAULT(Fault::malformed, one);
  const auto a = encode_sequence({oids::kCommonName.der(), encode_string(tags::kPrintableString, "A")});
  const auto b = encode_sequence({oids::kCountryName.der(), encode_string(tags::kPrintableString, "VN")});
  const auto lower = encode_sequence({oids::kCountryName.der(), encode_string(tags::kUtf8String, "vn")});
  const auto left = parse_name(encode_sequence({encode_tlv(tags::kSet, {a, b})}));
  const auto right = parse_name(encode_sequence({encode_tlv(tags::kSet, {lower, a})}));
  CHECK_OK(left);
  CHECK_OK(right);
  CHECK(same_name(*left, *right));
  CHECK_STRING("CN=A+C=VN", left->to_string());
}

TEST(Name, does_not_confuse_values_that_are_no_text) {
  const auto with = [](const Bytes& value) {
    return parse_name(encode_sequence({encode_tlv(tags::kSet, encode_sequence({oids::kCommonName.der(), value}))}))
        .value();
  };
  CHECK_FALSE(same_name(with(encode_tlv(tags::kUtf8String, "FF"_hex)), with(encode_tlv(tags::kUtf8String, "FE"_hex))));
  CHECK_FALSE(
      same_name(with(encode_tlv(tags::kUtf8String, "FF"_hex)), with(encode_tlv(tags::kPrintableString, "FF"_hex))));
  CHECK_FALSE(same_name(with("0201 41"_hex), with(encode_string(tags::kPrintableString, "A"))));
  CHECK(same_name(with(encode_tlv(tags::kUtf8String, "FF"_hex)), with(encode_tlv(tags::kUtf8String, "FF"_hex))));
}

TEST(Name, compares_parts_in_any_order_when_asked_to) {
  const auto name_of = [](std::initializer_list<NamePart> parts) {
    return parse_name(encode_name(std::span{parts.begin(), parts.size()}).value()).value();
  };
  const auto there = name_of({{.type = oids::kCountryName, .text = "UA"}, {.type = oids::kCommonName, .text = "CSCA"}});
  const auto back = name_of({{.type = oids::kCommonName, .text = "csca"}, {.type = oids::kCountryName, .text = "ua"}});
  const auto other = name_of({{.type = oids::kCommonName, .text = "UA"}, {.type = oids::kCountryName, .text = "CSCA"}});
  const auto longer = name_of({{.type = oids::kCommonName, .text = "CSCA"},
                               {.type = oids::kCountryName, .text = "UA"},
                               {.type = oids::kCountryName, .text = "UA"}});
  CHECK_FALSE(same_name(there, back));
  CHECK(same_name_in_any_order(there, back));
  CHECK_FALSE(same_name_in_any_order(there, other));
  CHECK_FALSE(same_name_in_any_order(there, longer));
}

TEST(Name, refuses_what_is_no_name) {
  for (const auto& der : {""_hex, "30"_hex, "3080"_hex, "3100"_hex, "30023000"_hex, "300431023000"_hex,
                          "300631043002 0500"_hex, "3000 00"_hex, "300B310930070603550406"_hex}) {
    CHECK_FAULT(Fault::malformed, parse_name(Exact{der}.view()));
  }
  CHECK_OK(parse_name("3000"_hex));
}

TEST(Name, refuses_too_many_parts) {
  Bytes content;
  for (int i = 0; i < 400; ++i) {
    append(content, encode_tlv(tags::kSet, encode_sequence({oids::kCommonName.der(), "130141"_hex})));
  }
  CHECK_FAULT(Fault::limit, parse_name(encode_tlv(tags::kSequence, content)));
}

TEST(Name, refuses_to_write_text_that_does_not_fit) {
  const auto written = [](NamePart part) { return encode_name(std::array{std::move(part)}); };
  CHECK_FAULT(Fault::bad_input, written({.type = oids::kCommonName, .text = ""}));
  CHECK_FAULT(Fault::bad_input,
              written({.type = oids::kCommonName, .text = "\u00FC", .string_tag = tags::kPrintableString}));
  CHECK_FAULT(Fault::bad_input,
              written({.type = oids::kCommonName, .text = "a@b", .string_tag = tags::kPrintableString}));
  CHECK_FAULT(Fault::bad_input, written({.type = oids::kCommonName, .text = "\xFF"}));
  CHECK_FAULT(Fault::bad_input, written({.type = oids::kCommonName, .text = "A", .string_tag = tags::kBmpString}));
  CHECK_OK(written({.type = oids::kEmailAddress, .text = "a@b", .string_tag = tags::kIa5String}));
}
