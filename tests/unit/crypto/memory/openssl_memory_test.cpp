// Private keys do not stay in memory that is given back.
#include <array>

#include "cicada/crypto/openssl/ec.h"
#include "watch.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::openssl;

namespace {
constexpr std::array<std::uint8_t, 32> kScalar = {0x43, 0x1A, 0x77, 0x5E, 0x90, 0x2B, 0xF4, 0x6D, 0x18, 0xE5, 0x3C,
                                                  0xA9, 0x82, 0x4F, 0xD6, 0x0B, 0x71, 0xBE, 0x29, 0x94, 0x5D, 0xF8,
                                                  0x03, 0xA6, 0x6F, 0x1C, 0xD1, 0x88, 0x35, 0xEA, 0x47, 0xBC};

std::size_t found_after(auto work) {
  work();
  watch::look_for(kScalar);
  work();
  watch::stop();
  return watch::found();
}
}  // namespace

TEST_GROUP(PrivateKeyMemory){void teardown() override{watch::stop();
}
}
;

TEST(PrivateKeyMemory, is_wiped_after_signing) {
  for (const auto curve : {Curve::p256, Curve::brainpool_p256r1}) {
    LONGS_EQUAL(0, found_after([&] {
                  const auto key = EcPrivateKey::create(curve, kScalar).value();
                  const auto half = EcPublicKey::create(curve, key.public_point()).value();
                  const Bytes digest(32, 1);
                  CHECK_OK(half.verify_der(digest, key.sign_der(digest).value()));
                  CHECK_BYTES(kScalar, key.scalar().value().expose());
                }));
  }
}

TEST(PrivateKeyMemory, is_wiped_after_agreeing) {
  // Not on P-256: there libcrypto 3.0 itself frees a copy of the scalar unwiped (crypto/openssl/README.md).
  const auto curve = Curve::brainpool_p256r1;
  LONGS_EQUAL(0, found_after([&] {
                const auto key = EcPrivateKey::create(curve, kScalar).value();
                CHECK_OK(key.agree(EcPublicKey::create(curve, key.public_point()).value()));
              }));
}
