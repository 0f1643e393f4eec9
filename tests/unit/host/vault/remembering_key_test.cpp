// One digest, one signature.
#include "remembering_key.h"

#include <thread>
#include <vector>

#include "cicada/crypto/openssl/ec.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::vault;
using base::Bytes;
using base::Fault;
namespace ossl = cicada::crypto::openssl;
namespace pki = cicada::host::pki;

namespace {

/// Signs, or is away; counts how often it was asked.
class CountingKey final : public pki::SigningKey {
 public:
  [[nodiscard]] const pki::PublicHalf& public_half() const noexcept override { return half_; }
  [[nodiscard]] base::Result<Bytes> sign_digest(pki::HashAlgorithm /*hash*/, base::ByteView digest) const override {
    ++asked;
    if (away) return base::fail({.fault = Fault::transport, .what = "away"});
    return key_.sign_der(digest);
  }
  mutable int asked = 0;
  bool away = false;

 private:
  ossl::EcPrivateKey key_ = ossl::EcPrivateKey::generate(ossl::Curve::p256).value();
  pki::PublicHalf half_ = pki::EcHalf{.curve = ossl::Curve::p256, .point = key_.public_point()};
};

Bytes digest(std::uint32_t number) {
  Bytes octets(32);
  for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return octets;
}

}  // namespace

TEST_GROUP(RememberingKey) {
  CountingKey* inner = nullptr;
  std::unique_ptr<const pki::SigningKey> key;
  void setup() override {
    auto counting = std::make_unique<CountingKey>();
    inner = counting.get();
    key = remembering(std::move(counting));
  }
  Bytes sign(std::uint32_t number) const {
    return key->sign_digest(pki::HashAlgorithm::sha256, digest(number)).value();
  }
};

TEST(RememberingKey, gives_the_same_digest_the_same_signature) {
  const auto first = sign(1);
  CHECK_BYTES(first, sign(1));
  LONGS_EQUAL(1, inner->asked);
  CHECK(first != sign(2));
  LONGS_EQUAL(2, inner->asked);
}

TEST(RememberingKey, does_not_remember_a_failure) {
  inner->away = true;
  CHECK_FAULT(Fault::transport, key->sign_digest(pki::HashAlgorithm::sha256, digest(1)));
  inner->away = false;
  CHECK_OK(key->sign_digest(pki::HashAlgorithm::sha256, digest(1)));
}

TEST(RememberingKey, forgets_the_oldest_and_stays_small) {
  const auto oldest = sign(0);
  for (std::uint32_t i = 1; i < kMaxRemembered; ++i) sign(i);
  CHECK_BYTES(oldest, sign(0));
  const auto second = sign(1);
  sign(kMaxRemembered);  // one too many: the oldest goes
  CHECK_BYTES(second, sign(1));
  const auto before = inner->asked;
  CHECK(oldest != sign(0));
  LONGS_EQUAL(before + 1, inner->asked);
}

TEST(RememberingKey, gives_threads_that_ask_at_once_one_signature) {
  std::vector<Bytes> signatures(4);
  {
    std::vector<std::jthread> threads;
    for (auto& signature : signatures) {
      threads.emplace_back([&] { signature = key->sign_digest(pki::HashAlgorithm::sha256, digest(7)).value(); });
    }
  }
  for (const auto& signature : signatures) CHECK_BYTES(signatures[0], signature);
}
