#include "cicada/asn1/oid.h"

#include "cicada/asn1/oids.h"
#include "exact.h"
#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using cicada::test::Exact;

TEST_GROUP(Oid){};

TEST(Oid, converts_dotted_form_to_content_octets_and_back) {
  struct Case {
    const char* dotted;
    Bytes content;
  };
  // X.690 §8.19.5, 9303-10, 9303-11 §9.2, and the ends of the two first arcs.
  for (const auto& [dotted, content] :
       {Case{"2.999.3", "883703"_hex}, Case{"2.23.136.1.1.1", "678108010101"_hex},
        Case{"0.4.0.127.0.7.2.2.4.2.2", "04007F00070202040202"_hex},
        Case{"1.2.840.113549.1.1.10", "2A864886F70D01010A"_hex}, Case{"0.0", "00"_hex}, Case{"0.39", "27"_hex},
        Case{"1.0", "28"_hex}, Case{"1.39", "4F"_hex}, Case{"2.0", "50"_hex}, Case{"2.47", "7F"_hex},
        Case{"2.48", "8100"_hex}, Case{"2.18446744073709551535", "81FFFFFFFFFFFFFFFF7F"_hex}}) {
    const auto parsed = Oid::from_dotted(dotted);
    CHECK_OK(parsed);
    CHECK_BYTES(content, parsed->content());
    const auto back = Oid::from_content(content);
    CHECK_OK(back);
    CHECK_STRING(dotted, back->to_dotted());
    CHECK(*back == *parsed);
  }
}

TEST(Oid, shows_arcs_of_any_size) {
  // A UUID arc under 2.25: 2^128 - 1.
  const auto oid = Oid::from_content("6983FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F"_hex);
  CHECK_OK(oid);
  CHECK_STRING("2.25.340282366920938463463374607431768211455", oid->to_dotted());
}

TEST(Oid, refuses_dotted_text_that_is_none) {
  for (const auto* text : {"", ".", "1", "1.", ".1", "1..2", "3.1", "0.40", "1.40", "1.2.x", "1.02",
                           "1.2.18446744073709551616", "-1.2", "1.2 ", "1.2.-3", "2.18446744073709551615"}) {
    CHECK_FAULT(Fault::bad_input, Oid::from_dotted(text));
  }
}

TEST(Oid, refuses_content_octets_that_are_none) {
  for (const auto& content : {""_hex, "80"_hex, "8001"_hex, "2A80"_hex, "2A8001"_hex, "2A8680"_hex, "FF"_hex}) {
    CHECK_FAULT(Fault::malformed, Oid::from_content(Exact{content}.view()));
  }
}

TEST(Oid, has_a_cap) {
  CHECK_OK(Oid::from_content(Bytes(Oid::kMaxSize, 0x01)));
  CHECK_FAULT(Fault::limit, Oid::from_content(Bytes(Oid::kMaxSize + 1, 0x01)));
  std::string dotted = "1.2";
  for (std::size_t i = 0; i < Oid::kMaxSize; ++i) dotted += ".1";
  CHECK_FAULT(Fault::bad_input, Oid::from_dotted(dotted));
}

TEST(Oid, compares_and_knows_its_arc) {
  CHECK(oids::kSha256 == Oid::from_dotted("2.16.840.1.101.3.4.2.1").value());
  CHECK(oids::kSha256 != oids::kSha384);
  CHECK(Oid{}.empty());
  CHECK(Oid{} != oids::kSha1);
  CHECK(oids::kLdsSecurityObject.is_under(oids::kIcaoMrtdSecurity));
  CHECK(oids::kIcaoMrtdSecurity.is_under(oids::kIcaoMrtdSecurity));
  CHECK_FALSE(oids::kIcaoMrtdSecurity.is_under(oids::kLdsSecurityObject));
  CHECK_FALSE(oids::kSha256.is_under(oids::kIcaoMrtdSecurity));
  CHECK_FALSE(oids::kSha256.is_under(Oid{}));
}

TEST(Oid, writes_der) {
  CHECK_BYTES("0606678108010101"_hex, oids::kLdsSecurityObject.der());
}
