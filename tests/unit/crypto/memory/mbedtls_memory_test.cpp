// The card's private keys do not stay in memory that is given back.
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "secrets.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::mbedtls;
using watch::found_after;
using watch::kNumber;

TEST_GROUP(CardKeyMemory) {
  ReplayRng rng{7};

  void teardown() override {
    watch::stop();
  }
};

TEST(CardKeyMemory, of_an_elliptic_curve_is_wiped) {
  for (int i = 0; i < 11; ++i) {
    const auto curve = static_cast<Curve>(i);
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  Bytes scalar(order_size(curve));
                  const Wiper wiper{scalar};
                  std::ranges::copy(kNumber, scalar.end() - static_cast<std::ptrdiff_t>(kNumber.size()));
                  const auto key = EcPrivateKey::create(curve, scalar).value();
                  const auto copy = key.clone();
                  const Bytes digest(32, 1);
                  CHECK(copy.sign_plain(digest, rng).has_value());
                }));
  }
}

TEST(CardKeyMemory, of_rsa_is_wiped) {
  const auto made = RsaPrivateKey::generate(1024, rng).value();
  const auto p = made.prime_p().value();
  const auto q = made.prime_q().value();
  for (const auto* prime : {&p, &q}) {
    LONGS_EQUAL(0, found_after(prime->expose(), [&] {
                  const auto key = RsaPrivateKey::create(p.expose(), q.expose(), made.exponent()).value();
                  CHECK(key.apply(Bytes(128, 1), rng).has_value());
                  CHECK(key.prime_p().has_value());
                  CHECK(key.prime_q().has_value());
                }));
  }
}

TEST(CardKeyMemory, of_a_generated_rsa_key_is_wiped) {
  const auto generate = [] {
    ReplayRng same{11};
    return RsaPrivateKey::generate(1024, same).value();
  };
  const auto made = generate();
  const auto p = made.prime_p().value();
  const auto q = made.prime_q().value();
  LONGS_EQUAL(0, found_after(p.expose(), [&] { CHECK_BYTES(made.modulus(), generate().modulus()); }));
  LONGS_EQUAL(0, found_after(q.expose(), [&] { CHECK_BYTES(made.modulus(), generate().modulus()); }));
}
