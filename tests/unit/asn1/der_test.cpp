#include "cicada/asn1/der.h"

#include <array>

#include "cicada/asn1/oids.h"
#include "exact.h"
#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using cicada::test::Exact;

namespace {

Result<Instant> time_from(Tag tag, std::string_view text) {
  const Exact exact{as_bytes(text)};
  return time_of({.tag = tag, .value = exact.view(), .whole = {}});
}

std::string iso(const Result<Instant>& instant) {
  return instant ? to_iso_instant(*instant) : instant.error().describe();
}

}  // namespace

TEST_GROUP(DerInteger){};

TEST(DerInteger, reads_unsigned_numbers_with_and_without_the_leading_zero) {
  CHECK_BYTES("80"_hex, unsigned_of_integer("0080"_hex).value());
  CHECK_BYTES("80"_hex, unsigned_of_integer("80"_hex).value());
  CHECK_BYTES("00"_hex, unsigned_of_integer("0000"_hex).value());
  CHECK_FAULT(Fault::malformed, unsigned_of_integer({}));
}

TEST(DerInteger, reads_small_numbers) {
  LONGS_EQUAL(0, small_integer("00"_hex).value());
  LONGS_EQUAL(127, small_integer("7F"_hex).value());
  LONGS_EQUAL(128, small_integer("0080"_hex).value());
  CHECK(small_integer("00FFFFFFFF"_hex).value() == 0xFFFFFFFFU);
  CHECK_FAULT(Fault::limit, small_integer("0100000000"_hex));
  CHECK_FAULT(Fault::malformed, small_integer("FF"_hex));
  CHECK_FAULT(Fault::malformed, small_integer({}));
}

TEST(DerInteger, writes_positive_minimal_numbers) {
  CHECK_BYTES("020100"_hex, encode_unsigned({}));
  CHECK_BYTES("020100"_hex, encode_unsigned("000000"_hex));
  CHECK_BYTES("02017F"_hex, encode_unsigned("007F"_hex));
  CHECK_BYTES("02020080"_hex, encode_unsigned("80"_hex));
  CHECK_BYTES("020500FFFFFFFF"_hex, encode_integer(0xFFFFFFFFU));
  CHECK_BYTES("020101"_hex, encode_integer(1));
}

TEST_GROUP(DerBitString){};

TEST(DerBitString, holds_whole_octets_only) {
  CHECK_BYTES("AABB"_hex, octets_of_bit_string("00AABB"_hex).value());
  CHECK_BYTES(""_hex, octets_of_bit_string("00"_hex).value());
  CHECK_FAULT(Fault::malformed, octets_of_bit_string({}));
  CHECK_FAULT(Fault::malformed, octets_of_bit_string("01AA"_hex));
  CHECK_BYTES("030300AABB"_hex, encode_bit_string("AABB"_hex));
}

TEST_GROUP(DerTime){};

TEST(DerTime, reads_both_forms) {
  CHECK_STRING("2049-12-31T23:59:59Z", iso(time_from(0x17, "491231235959Z")));
  CHECK_STRING("1950-01-01T00:00:00Z", iso(time_from(0x17, "500101000000Z")));
  CHECK_STRING("2008-01-28T23:30:00Z", iso(time_from(0x17, "0801282330Z")));
  CHECK_STRING("2024-02-29T12:00:01Z", iso(time_from(0x18, "20240229120001Z")));
  CHECK_STRING("9999-12-31T23:59:59Z", iso(time_from(0x18, "99991231235959Z")));
}

TEST(DerTime, refuses_what_the_profile_forbids) {
  for (const auto* text :
       {"", "Z", "490101000000", "490101000000+0100", "4901010000ZZ", "490101000000.5Z", "491301000000Z",
        "490001000000Z", "490132000000Z", "230229000000Z", "490101240000Z", "490101006000Z", "490101000060Z",
        "49010100000Z", "4901010000000Z", "49o101000000Z", "20490101000000Z"}) {
    CHECK_FAULT(Fault::malformed, time_from(0x17, text));
  }
  for (const auto* text : {"20240101000000", "202401010000Z", "20240101000000.0Z", "20240101000000+0000",
                           "240101000000Z", "20230229000000Z", "20240101000000ZZ"}) {
    CHECK_FAULT(Fault::malformed, time_from(0x18, text));
  }
  CHECK_FAULT(Fault::malformed, time_from(0x16, "20240101000000Z"));
}

TEST(DerTime, of_the_field_is_read_and_told_apart_from_the_proper_form) {
  const auto field = [](Tag tag, std::string_view text) {
    const Exact exact{as_bytes(text)};
    return field_time_of({.tag = tag, .value = exact.view(), .whole = {}});
  };
  const auto iso_of = [&](Tag tag, std::string_view text) {
    const auto time = field(tag, text);
    return time ? to_iso_instant(time->instant) + (time->proper ? "" : " improper") : time.error().describe();
  };
  CHECK_STRING("2008-01-28T23:30:00Z", iso_of(0x17, "080128233000Z"));
  CHECK_STRING("2008-01-28T22:30:05Z improper", iso_of(0x17, "080128233005+0100"));
  CHECK_STRING("2008-01-29T00:30:00Z improper", iso_of(0x17, "0801282330-01"));
  CHECK_STRING("2008-01-28T23:30:00Z improper", iso_of(0x17, "080128233000"));
  CHECK_STRING("2024-02-29T12:00:01Z improper", iso_of(0x18, "20240229120001.5Z"));
  CHECK_STRING("2024-02-29T12:00:00Z improper", iso_of(0x18, "2024022912Z"));
  CHECK_STRING("2024-02-29T12:30:00Z improper", iso_of(0x18, "202402291230"));
  for (const auto* text : {"", "2024", "20240229120001.Z", "20240229120001+1", "20230229120001.5Z", "20240229120001ZZ",
                           "2024022912000Z", "20240229120001*0100"}) {
    CHECK_FAULT(Fault::malformed, field(0x18, text));
  }
  CHECK_FAULT(Fault::malformed, field(0x04, "20240229120001.5Z"));
}

TEST(DerTime, writes_the_form_that_the_year_asks_for) {
  using namespace std::chrono;
  const auto at = [](int y, unsigned m, unsigned d) { return sys_days{year{y} / month{m} / day{d}} + 1h + 2min + 3s; };
  const auto text = [](const Result<Bytes>& encoded) {
    return encoded ? std::string{as_text(*encoded)}.substr(2) : encoded.error().describe();
  };
  CHECK_STRING("491231010203Z", text(encode_time(at(2049, 12, 31))));
  CHECK_STRING("500101010203Z", text(encode_time(at(1950, 1, 1))));
  CHECK_STRING("20500101010203Z", text(encode_time(at(2050, 1, 1))));
  CHECK_STRING("19491231010203Z", text(encode_time(at(1949, 12, 31))));
  CHECK_STRING("20240229010203Z", text(encode_generalized_time(at(2024, 2, 29))));
  CHECK_FAULT(Fault::bad_input, encode_time(at(10000, 1, 1)));
  CHECK_FAULT(Fault::bad_input, encode_time(at(-1, 1, 1)));
  LONGS_EQUAL(0x17, encode_time(at(2049, 12, 31))->front());
  LONGS_EQUAL(0x18, encode_time(at(2050, 1, 1))->front());
}

TEST_GROUP(DerText){};

TEST(DerText, becomes_utf8_from_every_string_type) {
  CHECK_STRING("Nguy\u1EC5n", text_of(tags::kUtf8String, as_bytes("Nguy\u1EC5n")));
  CHECK_STRING("\u00FC", text_of(tags::kTeletexString, "FC"_hex));
  CHECK_STRING("\u1EC5A", text_of(tags::kBmpString, "1EC50041"_hex));
  CHECK_STRING("Ab 1", text_of(tags::kPrintableString, as_bytes("Ab 1")));
}

TEST(DerText, marks_octets_that_fit_no_character) {
  const std::string bad = "\uFFFD";
  // Over-long forms, surrogates, lone and missing continuation octets, beyond U+10FFFF.
  CHECK_STRING(bad + bad, text_of(tags::kUtf8String, "C080"_hex));
  CHECK_STRING(bad + bad + bad, text_of(tags::kUtf8String, "EDA080"_hex));
  CHECK_STRING(bad + bad + bad + bad, text_of(tags::kUtf8String, "F4908080"_hex));
  CHECK_STRING(bad + bad + bad, text_of(tags::kUtf8String, "E08080"_hex));
  CHECK_STRING(bad, text_of(tags::kUtf8String, Exact{"E1"_hex}.view()));
  CHECK_STRING(bad + "A", text_of(tags::kUtf8String, "8041"_hex));
  CHECK_STRING(bad, text_of(tags::kPrintableString, "FF"_hex));
  CHECK_STRING(bad, text_of(tags::kBmpString, "D800"_hex));
  CHECK_STRING(bad, text_of(tags::kBmpString, Exact{"41"_hex}.view()));
}

TEST_GROUP(DerCollections){};

TEST(DerCollections, sorts_the_elements_of_a_set) {
  const std::array elements{"0402FF00"_hex, "020102"_hex, "04020001"_hex, "0401FF"_hex};
  CHECK_BYTES("310E 020102 0401FF 04020001 0402FF00"_hex, encode_set_of(elements));
  CHECK_BYTES("3100"_hex, encode_set_of({}));
}

TEST(DerCollections, keeps_the_order_of_a_sequence) {
  const std::array elements{"0402FF00"_hex, "020102"_hex};
  CHECK_BYTES("3007 0402FF00 020102"_hex, encode_sequence(elements));
  CHECK_BYTES("3006 0101FF 010100"_hex, encode_sequence({encode_boolean(true), encode_boolean(false)}));
  CHECK_BYTES("3002 0500"_hex, encode_sequence({encode_null()}));
}
