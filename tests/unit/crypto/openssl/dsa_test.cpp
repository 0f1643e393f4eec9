// DSA against OpenSSL's command line, and what it must not take.
#include "cicada/crypto/openssl/dsa.h"

#include "cicada/crypto/openssl/hash.h"
#include "workshop.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::openssl;

namespace {

constexpr std::array kGroups = {Modp::modp_1024_160, Modp::modp_2048_224, Modp::modp_2048_256};

Bytes digest(HashAlgorithm algorithm = HashAlgorithm::sha256) {
  return hash(algorithm, as_bytes(Workshop::kDocument)).value();
}

DsaPublicKey public_half(const DsaPrivateKey& key) {
  return DsaPublicKey::create(key.domain(), key.public_value()).value();
}

Bytes object(std::uint8_t tag, const Bytes& content) {
  const Bytes header{tag, 0x82, static_cast<std::uint8_t>(content.size() >> 8U),
                     static_cast<std::uint8_t>(content.size())};
  return concat({header, content});
}

Bytes integer(ByteView number) {
  return object(0x02, concat({Bytes((number.front() & 0x80U) != 0 ? 1 : 0, 0x00), number}));
}

/// SubjectPublicKeyInfo, with long lengths where short ones would do: the tool does not mind.
Bytes public_key_info(const DsaPrivateKey& key) {
  const Bytes oid{0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01};
  const auto& domain = key.domain();
  const auto numbers = object(0x30, concat({integer(domain.p), integer(domain.q), integer(domain.g)}));
  const auto bits = concat({Bytes(1, 0x00), integer(key.public_value())});
  return object(0x30, concat({object(0x30, concat({oid, numbers})), object(0x03, bits)}));
}

}  // namespace

TEST_GROUP(Dsa) {
  const Workshop workshop;
};

TEST(Dsa, signatures_of_ours_verify_with_the_openssl_command_and_not_for_another_document) {
  for (const auto group : kGroups) {
    const auto key = DsaPrivateKey::generate(group).value();
    workshop.put("public.der", public_key_info(key));
    workshop.put("signature", key.sign_der(digest()).value());
    CHECK(workshop.openssl("dgst -sha256 -verify public.der -keyform DER -signature signature document"));
    CHECK(!workshop.openssl("dgst -sha224 -verify public.der -keyform DER -signature signature document"));
  }
}

TEST(Dsa, verifies_its_own_and_nothing_else) {
  for (const auto group : kGroups) {
    const auto key = DsaPrivateKey::generate(group).value();
    const auto other = DsaPrivateKey::generate(group).value();
    auto signature = key.sign_der(digest()).value();
    CHECK_OK(public_half(key).verify_der(digest(), signature));
    CHECK_FAULT(Fault::security, public_half(other).verify_der(digest(), signature));
    CHECK_FAULT(Fault::security, public_half(key).verify_der(digest(HashAlgorithm::sha224), signature));
    CHECK_FAULT(Fault::bad_input, public_half(key).verify_der(Bytes(19), signature));
    signature.push_back(0);
    CHECK_FAULT(Fault::security, public_half(key).verify_der(digest(), signature));
    // r = 0, s = 0; and r = 1, s = 1.
    CHECK_FAULT(Fault::security, public_half(key).verify_der(digest(), Bytes{0x30, 6, 2, 1, 0, 2, 1, 0}));
    CHECK_FAULT(Fault::security, public_half(key).verify_der(digest(), Bytes{0x30, 6, 2, 1, 1, 2, 1, 1}));
    CHECK_FAULT(Fault::security, public_half(key).verify_der(digest(), {}));
  }
}

TEST(Dsa, refuses_numbers_that_make_no_key) {
  const auto key = DsaPrivateKey::generate(Modp::modp_1024_160).value();
  const auto& good = key.domain();
  CHECK_OK(DsaPublicKey::create(good, key.public_value()));
  LONGS_EQUAL(1024, public_half(key).prime_bits());
  CHECK_FAULT(Fault::bad_input, DsaPublicKey::create(good, Bytes{1}));
  CHECK_FAULT(Fault::bad_input, DsaPublicKey::create(good, good.p));
  CHECK_FAULT(Fault::security, DsaPublicKey::create(good, Bytes{2}));
  CHECK_FAULT(Fault::bad_input, DsaPublicKey::create({.p = good.p, .q = Bytes{3}, .g = good.g}, key.public_value()));
  CHECK_FAULT(Fault::bad_input, DsaPublicKey::create({.p = good.q, .q = good.q, .g = {2}}, Bytes{2}));
  CHECK_FAULT(Fault::bad_input,
              DsaPublicKey::create({.p = Bytes(600, 0xFF), .q = good.q, .g = good.g}, key.public_value()));
}
