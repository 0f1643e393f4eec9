#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "eac_vectors.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

SubjectPublicKeyInfo info_of(const Bytes& der) {
  return parse_public_key_info(Exact{der}.view()).value();
}

/// A key of this algorithm with these parameters.
SubjectPublicKeyInfo key_of(const Oid& algorithm, const Bytes& parameters, const Bytes& key) {
  return info_of(encode_sequence({encode({.oid = algorithm, .parameters = parameters}), encode_bit_string(key)}));
}

const Bytes kPrime = Bytes(128, 0xE7);
const Bytes kGenerator = Bytes(128, 0x05);
const Bytes kOrder = Bytes(20, 0xF1);
const Bytes kValue = Bytes(128, 0x83);

}  // namespace

TEST_GROUP(DhPublicKey) {
  OpenSsl openssl;
};

TEST(DhPublicKey, of_openssl_over_a_group_of_rfc_5114_is_read_in_full) {
  openssl.must("genpkey -algorithm DHX -pkeyopt dh_rfc5114:3 -out dh.key");
  openssl.must("pkey -in dh.key -pubout -outform DER -out dh.pub");
  const auto info = info_of(openssl.read("dh.pub"));
  CHECK(info.algorithm.oid == oids::kDhPublicNumber);
  const auto key = parse_dh_public_key(info);
  CHECK_OK(key);
  LONGS_EQUAL(256, key->parameters.p.size());
  LONGS_EQUAL(32, key->parameters.q.size());
  // What we write is a key that openssl takes.
  openssl.write("ours", encode_dh_public_key_info(key->parameters, key->value));
  openssl.must("pkey -pubin -inform DER -in ours -pubcheck -noout");
}

TEST(DhPublicKey, of_openssl_in_the_form_of_pkcs_3_is_read) {
  openssl.must("genpkey -algorithm DH -pkeyopt group:ffdhe2048 -out dh.key");
  openssl.must("pkey -in dh.key -pubout -outform DER -out dh.pub");
  const auto info = info_of(openssl.read("dh.pub"));
  CHECK(info.algorithm.oid == oids::kDhKeyAgreement);
  const auto key = parse_dh_public_key(info);
  CHECK_OK(key);
  LONGS_EQUAL(256, key->parameters.p.size());
  CHECK_BYTES("02"_hex, key->parameters.g);
  CHECK(key->parameters.q.empty());
}

TEST(DhPublicKey, is_read_as_it_was_written_with_and_without_the_order) {
  for (const auto& order : {kOrder, Bytes{}}) {
    const DhDomainParameters domain{.p = kPrime, .g = kGenerator, .q = order};
    const auto info = info_of(encode_dh_public_key_info(domain, kValue));
    CHECK((info.algorithm.oid == (order.empty() ? oids::kDhKeyAgreement : oids::kDhPublicNumber)));
    const auto key = parse_dh_public_key(info);
    CHECK_OK(key);
    CHECK_BYTES(kPrime, key->parameters.p);
    CHECK_BYTES(kGenerator, key->parameters.g);
    CHECK_BYTES(order, key->parameters.q);
    CHECK_BYTES(kValue, key->value);
  }
}

TEST(DhPublicKey, has_either_set_of_parameters_under_either_name) {
  const auto pg = concat({encode_unsigned(kPrime), encode_unsigned(kGenerator)});
  const auto value = encode_unsigned(kValue);
  for (const auto& oid : {oids::kDhPublicNumber, oids::kDhKeyAgreement}) {
    const auto with = [&](const Bytes& more) {
      return parse_dh_public_key(key_of(oid, encode_sequence({pg, more}), value));
    };
    CHECK_OK(with({}));
    CHECK(with(encode_integer(160))->parameters.q.empty());
    CHECK_BYTES(kOrder, with(encode_unsigned(kOrder))->parameters.q);
    CHECK_BYTES(kOrder, with(concat({encode_unsigned(kOrder), encode_unsigned(kGenerator)}))->parameters.q);
    CHECK_BYTES(kOrder, with(concat({encode_unsigned(kOrder), "3007 03020000 020100"_hex}))->parameters.q);
    CHECK_FAULT(Fault::malformed, with("0400"_hex));
    CHECK_FAULT(Fault::malformed, with(concat({encode_integer(160), encode_integer(1)})));
  }
}

TEST(DhPublicKey, of_another_kind_or_with_other_content_is_refused) {
  const DhDomainParameters domain{.p = kPrime, .g = kGenerator, .q = {}};
  const auto parameters = encode_sequence({encode_unsigned(kPrime), encode_unsigned(kGenerator)});
  CHECK_FAULT(Fault::unsupported, parse_dh_public_key(key_of(oids::kEcPublicKey, parameters, encode_integer(1))));
  CHECK_FAULT(Fault::malformed, parse_dh_public_key(key_of(oids::kDhKeyAgreement, {}, encode_integer(1))));
  CHECK_FAULT(Fault::malformed, parse_dh_public_key(key_of(oids::kDhKeyAgreement, "3000"_hex, encode_integer(1))));
  CHECK_FAULT(Fault::malformed, parse_dh_public_key(key_of(oids::kDhKeyAgreement, parameters, kValue)));
  CHECK_FAULT(Fault::malformed, parse_dh_public_key(key_of(oids::kDhKeyAgreement, parameters, {})));
  CHECK_FAULT(Fault::limit, parse_dh_public_key(info_of(encode_dh_public_key_info(domain, Bytes(1025, 0x7F)))));
  CHECK_OK(parse_dh_public_key(info_of(encode_dh_public_key_info(domain, Bytes(1024, 0x7F)))));
}

TEST(DhPublicKey, over_a_standardized_domain_has_its_number_and_value_in_both_forms) {
  const auto bare = info_of(encode_standardized_public_key_info(2, concat({"0000"_hex, kValue})));
  LONGS_EQUAL(2, standardized_domain(bare.algorithm)->value());
  CHECK_BYTES(kValue, dh_value_of_standardized(bare).value());
  const auto integer = info_of(encode_standardized_public_key_info(2, encode_unsigned(kValue)));
  CHECK_BYTES(kValue, dh_value_of_standardized(integer).value());
  CHECK_FAULT(Fault::malformed, dh_value_of_standardized(info_of(encode_standardized_public_key_info(2, {}))));
  CHECK_FAULT(Fault::limit,
              dh_value_of_standardized(info_of(encode_standardized_public_key_info(2, Bytes(1025, 0x11)))));
}

TEST(DhPublicKey, domain_numbers_are_integers_from_zero_on) {
  const auto domain = [](const Bytes& parameters) {
    return standardized_domain({.oid = oids::kStandardizedDomainParameters, .parameters = parameters});
  };
  LONGS_EQUAL(18, domain("020112"_hex)->value());
  CHECK_FAULT(Fault::malformed, domain({}));
  CHECK_FAULT(Fault::malformed, domain("0500"_hex));
  CHECK_FAULT(Fault::malformed, domain("0201FF"_hex));
  CHECK_FAULT(Fault::limit, domain("02050100000000"_hex));
  CHECK_FALSE(standardized_domain({.oid = oids::kEcPublicKey, .parameters = "020112"_hex})->has_value());
}
