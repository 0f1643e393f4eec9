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
    if (away || asked > away_after) return base::fail({.fault = Fault::transport, .what = "away"});
    return key_.sign_der(digest);
  }
  mutable int asked = 0;
  bool away = false;
  int away_after = 1'000'000;  ///< calls

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

TEST(RememberingKey, asks_for_what_is_new_of_several_and_for_nothing_twice) {
  const auto first = sign(1);
  const std::vector<Bytes> digests = {digest(2), digest(1), digest(3), digest(2)};
  const auto signatures = key->sign_digests(pki::HashAlgorithm::sha256, digests);
  LONGS_EQUAL(4, signatures.size());
  CHECK_BYTES(first, signatures[1].value());
  CHECK_BYTES(signatures[0].value(), signatures[3].value());
  LONGS_EQUAL(3, inner->asked);
  CHECK_BYTES(signatures[2].value(), sign(3));
  LONGS_EQUAL(3, inner->asked);
}

TEST(RememberingKey, remembers_what_was_signed_before_the_key_went_away) {
  inner->away_after = 2;
  const std::vector<Bytes> digests = {digest(1), digest(2), digest(3), digest(4)};
  const auto signatures = key->sign_digests(pki::HashAlgorithm::sha256, digests);
  CHECK_OK(signatures[1]);
  CHECK_FAULT(Fault::transport, signatures[2]);
  CHECK_FAULT(Fault::transport, signatures[3]);
  LONGS_EQUAL(3, inner->asked);  // not for the last any more
  inner->away_after = 100;
  const auto again = key->sign_digests(pki::HashAlgorithm::sha256, digests);
  for (const auto& signature : again) CHECK_OK(signature);
  CHECK_BYTES(signatures[0].value(), again[0].value());
  CHECK_BYTES(signatures[1].value(), again[1].value());
  LONGS_EQUAL(5, inner->asked);
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
