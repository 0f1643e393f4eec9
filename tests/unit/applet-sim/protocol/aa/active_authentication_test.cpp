// Active authentication, against 9303-11 App. F and against OpenSSL.
#include "cicada/applet_sim/protocol/aa/active_authentication.h"

#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"
#include "scripted_rng.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
namespace card = cicada::crypto::mbedtls;
namespace outside = cicada::crypto::openssl;
namespace vectors = cicada::tests::vectors;

namespace {

const Bytes kChallenge = "F173589974BF40C6"_hex;

struct Trailer {
  card::HashAlgorithm hash;
  outside::HashAlgorithm same;
  Bytes octets;
};
std::vector<Trailer> trailers() {
  return {{card::HashAlgorithm::sha1, outside::HashAlgorithm::sha1, "BC"_hex},
          {card::HashAlgorithm::sha224, outside::HashAlgorithm::sha224, "38CC"_hex},
          {card::HashAlgorithm::sha256, outside::HashAlgorithm::sha256, "34CC"_hex},
          {card::HashAlgorithm::sha384, outside::HashAlgorithm::sha384, "36CC"_hex},
          {card::HashAlgorithm::sha512, outside::HashAlgorithm::sha512, "35CC"_hex}};
}

}  // namespace

TEST_GROUP(ActiveAuthentication) {
  ReplayRng rng{7};
};

TEST(ActiveAuthentication, makes_the_message_representative_of_appendix_f) {
  const auto data = vectors::data("icao9303_11_appF_active_auth.json", "aa-rsa1024-sha1");
  terminal::ScriptedRng scripted{vectors::octets(data, "M1")};
  const auto made = aa::message_representative(card::HashAlgorithm::sha1, data.at("modulus_bits").get<unsigned>() / 8,
                                               vectors::octets(data, "rnd_ifd"), scripted);
  CHECK_OK(made);
  CHECK_BYTES(vectors::octets(data, "message_representative_F"), *made);
  LONGS_EQUAL(106, scripted.used());
}

TEST(ActiveAuthentication, with_rsa_is_recovered_with_the_public_key) {
  for (const std::size_t bits : {std::size_t{1024}, std::size_t{2048}}) {
    const auto key = card::RsaPrivateKey::generate(bits, rng);
    CHECK_OK(key);
    const auto checker = outside::RsaPublicKey::create(key->modulus(), key->exponent());
    CHECK_OK(checker);
    for (const auto& trailer : trailers()) {
      const auto signature = aa::sign(*key, trailer.hash, kChallenge, rng);
      CHECK_OK(signature);
      LONGS_EQUAL(bits / 8, signature->size());
      const auto recovered = checker->recover(*signature);
      CHECK_OK(recovered);
      const ByteView all = *recovered;
      const auto hash_size = card::hash_size(trailer.hash);
      const auto tail = hash_size + trailer.octets.size();
      LONGS_EQUAL(0x6A, all.front());
      CHECK_BYTES(trailer.octets, all.last(trailer.octets.size()));
      const auto m1 = all.subspan(1, all.size() - 1 - tail);
      CHECK_BYTES(*outside::hash(trailer.same, concat({m1, kChallenge})), all.last(tail).first(hash_size));
    }
  }
}

TEST(ActiveAuthentication, never_signs_the_same_twice) {
  const auto key = card::RsaPrivateKey::generate(1024, rng);
  CHECK_OK(key);
  const auto once = aa::sign(*key, card::HashAlgorithm::sha256, kChallenge, rng);
  const auto twice = aa::sign(*key, card::HashAlgorithm::sha256, kChallenge, rng);
  CHECK(*once != *twice);
}

TEST(ActiveAuthentication, with_a_curve_verifies_as_r_and_s) {
  for (unsigned i = 0; i <= static_cast<unsigned>(card::Curve::p521); ++i) {
    const auto curve = static_cast<card::Curve>(i);
    const auto key = card::EcPrivateKey::generate(curve, rng);
    CHECK_OK(key);
    const auto checker = outside::EcPublicKey::create(static_cast<outside::Curve>(i), key->public_point());
    CHECK_OK(checker);
    for (const auto& trailer : trailers()) {
      const auto signature = aa::sign(*key, trailer.hash, kChallenge, rng);
      CHECK_OK(signature);
      LONGS_EQUAL(2 * card::order_size(curve), signature->size());
      CHECK_OK(checker->verify_plain(*outside::hash(trailer.same, kChallenge), *signature));
      CHECK_FAULT(Fault::security, checker->verify_plain(*outside::hash(trailer.same, Bytes(8)), *signature));
    }
  }
}

TEST(ActiveAuthentication, signs_eight_octets_and_nothing_else) {
  const auto key = card::RsaPrivateKey::generate(1024, rng);
  const auto ec = card::EcPrivateKey::generate(card::Curve::p256, rng);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{9}}) {
    CHECK_FAULT(Fault::bad_input, aa::sign(*key, card::HashAlgorithm::sha256, Bytes(size), rng));
    CHECK_FAULT(Fault::bad_input, aa::sign(*ec, card::HashAlgorithm::sha256, Bytes(size), rng));
  }
  CHECK_FAULT(Fault::bad_input, aa::message_representative(card::HashAlgorithm::sha1, 127, kChallenge, rng));
  CHECK_FAULT(Fault::bad_input, aa::message_representative(card::HashAlgorithm::sha1, 513, kChallenge, rng));
}

TEST(ActiveAuthentication, without_random_octets_signs_nothing) {
  const auto key = card::RsaPrivateKey::generate(1024, rng);
  terminal::ScriptedRng empty{{}};
  CHECK_FAULT(Fault::crypto, aa::sign(*key, card::HashAlgorithm::sha256, kChallenge, empty));
}
