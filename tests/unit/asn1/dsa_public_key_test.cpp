#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::test;

namespace {

SubjectPublicKeyInfo info_of(const Bytes& der) {
  return parse_public_key_info(Exact{der}.view()).value();
}

SubjectPublicKeyInfo key_of(const Oid& algorithm, const Bytes& parameters, const Bytes& key) {
  return info_of(encode_sequence({encode({.oid = algorithm, .parameters = parameters}), encode_bit_string(key)}));
}

}  // namespace

TEST_GROUP(DsaPublicKey) {
  OpenSsl openssl;
};

TEST(DsaPublicKey, of_openssl_is_read_in_full_and_written_as_it_was) {
  openssl.must("genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out parameters");
  openssl.must("genpkey -paramfile parameters -out dsa.key");
  openssl.must("pkey -in dsa.key -pubout -outform DER -out dsa.pub");
  const auto der = openssl.read("dsa.pub");
  const auto key = parse_dsa_public_key(info_of(der));
  CHECK_OK(key);
  LONGS_EQUAL(128, key->p.size());
  LONGS_EQUAL(28, key->q.size());
  CHECK_BYTES(der, encode_dsa_public_key_info(*key));
}

TEST(DsaPublicKey, must_have_its_domain_and_one_number) {
  const auto number = encode_unsigned(Bytes(128, 0x71));
  const auto domain = encode_sequence({number, encode_unsigned(Bytes(20, 0x71)), number});
  CHECK_OK(parse_dsa_public_key(key_of(oids::kDsa, domain, number)));
  CHECK_FAULT(Fault::malformed, parse_dsa_public_key(key_of(oids::kDsa, {}, number)));
  CHECK_FAULT(Fault::malformed, parse_dsa_public_key(key_of(oids::kDsa, encode_null(), number)));
  CHECK_FAULT(Fault::malformed, parse_dsa_public_key(key_of(oids::kDsa, encode_sequence({number, number}), number)));
  CHECK_FAULT(Fault::malformed,
              parse_dsa_public_key(key_of(oids::kDsa, encode_sequence({number, number, number, number}), number)));
  CHECK_FAULT(Fault::malformed, parse_dsa_public_key(key_of(oids::kDsa, domain, encode_null())));
  CHECK_FAULT(Fault::unsupported, parse_dsa_public_key(key_of(oids::kRsaEncryption, domain, number)));
  CHECK_FAULT(Fault::limit, parse_dsa_public_key(key_of(oids::kDsa, domain, encode_unsigned(Bytes(513, 0x71)))));
}
