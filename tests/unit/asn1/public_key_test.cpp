#include "cicada/asn1/public_key.h"

#include <array>

#include "bsi_sod.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

SubjectPublicKeyInfo info_of(ByteView der) {
  return parse_public_key_info(Exact{der}.view()).value();
}

/// The SubjectPublicKeyInfo of the BSI certificate with a change in its curve parameters.
EcDomainParameters bsi_domain() {
  const auto dg14 = octets(lds_vector("bsi2008-sod"), "dg14");
  TlvReader infos{read_only(read_only(dg14, 0x6E).value().value, 0x31).value().value};
  TlvReader info{infos.next().value().value};
  CHECK_OK(info.next());
  const auto key = info_of(info.next().value().whole);
  return parse_ec_public_key(key).value().parameters.value();
}

}  // namespace

TEST_GROUP(PublicKey) {
  OpenSsl openssl;

  Bytes public_key(const std::string& name) const {
    openssl.must("pkey -in " + name + ".key -pubout -outform DER -out pub");
    return openssl.read("pub");
  }
};

TEST(PublicKey, of_rsa_is_read_and_written_the_way_openssl_does) {
  openssl.make_rsa_key("a");
  const auto der = public_key("a");
  const auto key = parse_rsa_public_key(info_of(der));
  CHECK_OK(key);
  CHECK_BYTES(der, encode_rsa_public_key_info(key->modulus, key->exponent));
}

TEST(PublicKey, on_a_named_curve_is_read_and_written_the_way_openssl_does) {
  openssl.make_ec_key("a", "brainpoolP256r1", false);
  const auto der = public_key("a");
  const auto key = parse_ec_public_key(info_of(der));
  CHECK_OK(key);
  CHECK_STRING("1.3.36.3.3.2.8.1.1.7", key->named_curve->to_dotted());
  CHECK_FALSE(key->parameters.has_value());
  CHECK_BYTES(der, encode_ec_public_key_info(*key->named_curve, key->point));
}

TEST(PublicKey, with_explicit_parameters_is_read_and_written_the_way_openssl_does) {
  for (const auto* curve : {"P-224", "brainpoolP256r1", "P-384", "brainpoolP512r1"}) {
    openssl.make_ec_key("a", curve, true);
    const auto der = public_key("a");
    const auto key = parse_ec_public_key(info_of(der));
    CHECK_OK(key);
    LONGS_EQUAL(1, key->parameters->cofactor);
    LONGS_EQUAL(key->parameters->p.size(), key->parameters->a.size());
    LONGS_EQUAL(key->parameters->p.size(), key->parameters->b.size());
    const auto ours = encode_ec_public_key_info(*key->parameters, key->point);
    // OpenSSL adds the seed of the NIST curves; without it the octets are the same.
    if (std::string_view{curve}.starts_with("brainpool")) CHECK_BYTES(der, ours);
    openssl.write("ours", ours);
    openssl.must("pkey -pubin -inform DER -in ours -pubcheck -noout");
  }
}

TEST(PublicKey, of_another_kind_is_told_apart) {
  openssl.must("genpkey -algorithm ed25519 -out a.key");
  const auto info = info_of(public_key("a"));
  CHECK_STRING("1.3.101.112", info.algorithm.oid.to_dotted());
  CHECK_FAULT(Fault::unsupported, parse_ec_public_key(info));
  CHECK_FAULT(Fault::unsupported, parse_rsa_public_key(info));
}

TEST(PublicKey, takes_a_modulus_without_its_leading_zero_for_unsigned) {
  const auto info = info_of(encode_sequence(
      {encode_sequence({oids::kRsaEncryption.der(), encode_null()}),
       encode_bit_string(encode_sequence({encode_tlv(tags::kInteger, "F1F2"_hex), encode_integer(65537)}))}));
  const auto key = parse_rsa_public_key(info);
  CHECK_OK(key);
  CHECK_BYTES("F1F2"_hex, key->modulus);
  CHECK(key->negative);
}

TEST(PublicKey, refuses_numbers_and_points_beyond_all_measure) {
  const auto rsa = [](std::size_t modulus_size, std::size_t exponent_size) {
    return parse_rsa_public_key(
        info_of(encode_rsa_public_key_info(Bytes(modulus_size, 0x7F), Bytes(exponent_size, 0x7F))));
  };
  CHECK_OK(rsa(2048, 3));
  CHECK_FAULT(Fault::limit, rsa(2049, 3));
  CHECK_FAULT(Fault::limit, rsa(256, 2049));
  auto domain = bsi_domain();
  domain.generator = Bytes(258, 0x04);
  CHECK_FAULT(Fault::limit, parse_ec_public_key(info_of(encode_ec_public_key_info(domain, "0401"_hex))));
}

TEST(PublicKey, pads_coefficients_to_the_width_of_the_field) {
  auto domain = bsi_domain();
  domain.a = "05"_hex;
  domain.b = Bytes(30);
  domain.b.back() = 7;
  domain.cofactor = 0;
  const auto key = parse_ec_public_key(info_of(encode_ec_public_key_info(domain, "0401"_hex)));
  CHECK_OK(key);
  LONGS_EQUAL(28, key->parameters->a.size());
  LONGS_EQUAL(5, key->parameters->a.back());
  LONGS_EQUAL(28, key->parameters->b.size());
  LONGS_EQUAL(0, key->parameters->cofactor);
}

TEST(PublicKey, refuses_domains_that_are_not_over_a_prime_field_of_bearable_size) {
  const auto refused = [](const EcDomainParameters& domain) {
    return parse_ec_public_key(info_of(encode_ec_public_key_info(domain, "0401"_hex)));
  };
  auto longer = bsi_domain();
  longer.a = Bytes(29, 0xFF);
  CHECK_FAULT(Fault::malformed, refused(longer));
  auto huge = bsi_domain();
  huge.p = Bytes(129, 0xFF);
  CHECK_FAULT(Fault::limit, refused(huge));
  auto order = bsi_domain();
  order.order = Bytes(129, 0xFF);
  CHECK_FAULT(Fault::limit, refused(order));
  auto binary = info_of(encode_ec_public_key_info(bsi_domain(), "0401"_hex));
  const auto prime = oids::kPrimeField.der();
  auto found = std::ranges::search(binary.algorithm.parameters, prime);
  *std::prev(found.end()) = 2;
  CHECK_FAULT(Fault::unsupported, parse_ec_public_key(binary));
  CHECK_FAULT(Fault::limit, parse_ec_public_key(info_of(encode_ec_public_key_info(oids::kSha1, Bytes(300)))));
  CHECK_FAULT(Fault::malformed, parse_ec_public_key(info_of(encode_ec_public_key_info(oids::kSha1, {}))));
  CHECK_FAULT(Fault::unsupported, parse_ec_parameters("0500"_hex));
  CHECK_FAULT(Fault::malformed, parse_ec_parameters({}));
  CHECK_FAULT(Fault::malformed, parse_ec_parameters("3000"_hex));
  CHECK_FAULT(Fault::malformed, parse_ec_parameters("0101FF"_hex));
}

TEST_GROUP(AlgorithmIdentifier){};

TEST(AlgorithmIdentifier, keeps_its_parameters_and_takes_null_for_absent) {
  const auto absent = parse_algorithm_identifier("300A06082A8648CE3D040302"_hex);
  CHECK_OK(absent);
  CHECK(absent->oid == oids::kEcdsaWithSha256);
  CHECK(absent->parameters.empty());
  const auto null = parse_algorithm_identifier("300C06082A8648CE3D0403020500"_hex);
  CHECK_OK(null);
  CHECK_BYTES("0500"_hex, null->parameters);
  CHECK_FALSE(null->has_parameters());
  CHECK(same_algorithm(*absent, *null));
  CHECK_FALSE(*absent == *null);
  CHECK_BYTES("300C06082A8648CE3D0403020500"_hex, encode(*null));
  const AlgorithmIdentifier other{.oid = oids::kEcdsaWithSha256, .parameters = "020101"_hex};
  CHECK_FALSE(same_algorithm(*null, other));
  CHECK_FALSE(same_algorithm(*null, {.oid = oids::kEcdsaWithSha384, .parameters = {}}));
}

TEST(AlgorithmIdentifier, refuses_what_is_none) {
  for (const auto& der : {""_hex, "3000"_hex, "30020500"_hex, "30020600"_hex, "3007 06052B0E03021A05"_hex,
                          "300B06052B0E03021A05000500"_hex, "310706052B0E03021A"_hex}) {
    CHECK_FAULT(Fault::malformed, parse_algorithm_identifier(Exact{der}.view()));
  }
}

TEST(AlgorithmIdentifier, reads_pss_parameters_with_their_defaults) {
  for (const auto& parameters : {""_hex, "0500"_hex, "3000"_hex}) {
    const auto defaults = parse_pss_parameters(parameters);
    CHECK_OK(defaults);
    CHECK(defaults->hash == oids::kSha1);
    CHECK(defaults->mgf_hash == oids::kSha1);
    LONGS_EQUAL(20, defaults->salt_length);
  }
  CHECK_BYTES("3000"_hex, encode(PssParameters{.hash = oids::kSha1, .mgf_hash = oids::kSha1}));
}

TEST(AlgorithmIdentifier, reads_the_pss_parameters_that_it_writes) {
  const auto der = encode(PssParameters{.hash = oids::kSha256, .mgf_hash = oids::kSha384, .salt_length = 48});
  const auto read = parse_pss_parameters(Exact{der}.view());
  CHECK_OK(read);
  CHECK(read->hash == oids::kSha256);
  CHECK(read->mgf_hash == oids::kSha384);
  LONGS_EQUAL(48, read->salt_length);
}

TEST(AlgorithmIdentifier, refuses_pss_with_another_mask_or_trailer) {
  CHECK_FAULT(Fault::unsupported, parse_pss_parameters("3005 A303 020102"_hex));
  CHECK_FAULT(Fault::unsupported, parse_pss_parameters("300B A109 3007 06052B0E03021A"_hex));
  CHECK_FAULT(Fault::malformed, parse_pss_parameters("3005 A203 0201FF"_hex));
  CHECK_FAULT(Fault::malformed, parse_pss_parameters("3005 A403 020101"_hex));
}
