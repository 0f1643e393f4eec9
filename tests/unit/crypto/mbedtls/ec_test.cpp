// The card's key pairs and ECDSA.
#include "cicada/crypto/mbedtls/ec.h"

#include "cicada/base/rng.h"
#include "groups.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::mbedtls;
using groups::plus;
using groups::small;

namespace {

class Broken final : public Rng {
 public:
  Result<void> fill(MutableByteView) override { return fail({.fault = Fault::crypto, .what = "no octets"}); }
};

CurveParameters parameters_of(const groups::KnownCurve& known) {
  return {.p = known.p, .a = known.a, .b = known.b, .generator = known.generator, .order = known.order};
}

}  // namespace

TEST_GROUP(CardEc) {
  ReplayRng rng{192};
  const std::vector<groups::KnownCurve> all = groups::curves();
  const Bytes digest = Bytes(32, 0x5A);

  EcPrivateKey key_on(Curve curve) {
    return EcPrivateKey::generate(curve, rng).value();
  }
  static EcPublicKey half(const EcPrivateKey& key) {
    return EcPublicKey::create(key.curve(), key.public_point()).value();
  }
};

TEST(CardEc, curve_is_recognized_by_exactly_its_parameters) {
  for (const auto& known : all) {
    const auto right = parameters_of(known);
    CHECK(match_curve(right) == known.curve);
    auto other = right;
    other.cofactor = 0;  // not given
    CHECK(match_curve(other) == known.curve);
    other.cofactor = 2;
    CHECK(!match_curve(other));
    other = right;
    for (auto* number : {&other.p, &other.a, &other.b, &other.order}) number->insert(number->begin(), 2, 0);
    CHECK(match_curve(other) == known.curve);
    for (auto part : {&CurveParameters::p, &CurveParameters::a, &CurveParameters::b, &CurveParameters::generator,
                      &CurveParameters::order}) {
      other = right;
      other.*part = plus(other.*part, 1);
      CHECK(!match_curve(other));
      (other.*part).clear();
      CHECK(!match_curve(other));
      (other.*part).assign(1000, 0xFF);
      CHECK(!match_curve(other));
    }
    // CVE-2020-0601: another generator, which is a point of the curve.
    other = right;
    other.generator = key_on(known.curve).public_point();
    CHECK(!match_curve(other));
  }
  CHECK(!match_curve({}));
}

TEST(CardEc, signatures_verify_and_no_others_do) {
  for (const auto& known : all) {
    const auto key = key_on(known.curve);
    const auto signature = key.sign_plain(digest, rng).value();
    LONGS_EQUAL(2 * known.order.size(), signature.size());
    CHECK_OK(half(key).verify_plain(digest, signature));
    CHECK_FAULT(Fault::security, half(key).verify_plain(Bytes(32, 0x5B), signature));
    CHECK_FAULT(Fault::security, half(key_on(known.curve)).verify_plain(digest, signature));
    CHECK(!equal(signature, key.sign_plain(digest, rng).value()));
    for (const std::size_t at :
         {std::size_t{1}, known.order.size() - 1, known.order.size() + 1, signature.size() - 1}) {
      auto other = signature;
      other[at] ^= 0x04;
      CHECK_FAULT(Fault::security, half(key).verify_plain(digest, other));
    }
  }
}

TEST(CardEc, signatures_with_r_or_s_out_of_range_are_refused) {
  for (const auto& known : all) {
    const auto key = key_on(known.curve);
    const auto signature = key.sign_plain(digest, rng).value();
    const ByteView r = ByteView{signature}.first(known.order.size());
    const ByteView s = ByteView{signature}.last(known.order.size());
    const auto zero = small(0, known.order);
    for (const auto& wrong : {zero, known.order, plus(known.order, 1), Bytes(zero.size(), 0xFF)}) {
      CHECK_FAULT(Fault::security, half(key).verify_plain(digest, concat({wrong, s})));
      CHECK_FAULT(Fault::security, half(key).verify_plain(digest, concat({r, wrong})));
      CHECK_FAULT(Fault::security, half(key).verify_plain(digest, concat({wrong, wrong})));
    }
    // CVE-2022-21449: nothing but zeros, over a digest of zeros too.
    CHECK_FAULT(Fault::security, half(key).verify_plain(Bytes(32), concat({zero, zero})));
    CHECK_FAULT(Fault::malformed, half(key).verify_plain(digest, {}));
    CHECK_FAULT(Fault::malformed, half(key).verify_plain(digest, ByteView{signature}.subspan(1)));
    CHECK_FAULT(Fault::malformed, half(key).verify_plain(digest, concat({signature, zero})));
  }
}

TEST(CardEc, digests_have_20_to_64_octets_and_are_cut_to_the_order) {
  for (const auto& known : all) {
    const auto key = key_on(known.curve);
    for (const std::size_t size : {20U, 28U, 32U, 48U, 64U}) {
      const Bytes value(size, 0xC3);
      const auto signature = key.sign_plain(value, rng).value();
      CHECK_OK(half(key).verify_plain(value, signature));
      auto last = value;
      last.back() ^= 1U;
      // Octets behind the order's length do not count (FIPS 186-4 §6.4).
      CHECK_EQUAL(size > known.order.size(), half(key).verify_plain(last, signature).has_value());
    }
    for (const std::size_t size : {0U, 19U, 65U}) {
      CHECK_FAULT(Fault::bad_input, key.sign_plain(Bytes(size), rng));
      CHECK_FAULT(Fault::bad_input, half(key).verify_plain(Bytes(size), Bytes(2 * known.order.size(), 1)));
    }
  }
}

TEST(CardEc, private_keys_are_between_0_and_the_order) {
  for (const auto& known : all) {
    CHECK_BYTES(known.generator, EcPrivateKey::create(known.curve, small(1, known.order)).value().public_point());
    CHECK_OK(EcPrivateKey::create(known.curve, plus(known.order, -1)));
    for (const auto& wrong : {small(0, known.order), known.order, plus(known.order, 1), Bytes(known.order.size(), 0xFF),
                              Bytes{}, Bytes{1}, concat({Bytes(1), small(1, known.order)})}) {
      CHECK_FAULT(Fault::bad_input, EcPrivateKey::create(known.curve, wrong));
    }
  }
}

TEST(CardEc, generated_keys_are_those_of_the_random_source) {
  for (const auto& known : all) {
    ReplayRng one{5}, same{5}, other{6};
    const auto key = EcPrivateKey::generate(known.curve, one).value();
    CHECK_BYTES(key.scalar().expose(), EcPrivateKey::generate(known.curve, same).value().scalar().expose());
    CHECK(!equal(key.public_point(), EcPrivateKey::generate(known.curve, other).value().public_point()));
    CHECK_BYTES(key.public_point(), EcPrivateKey::create(known.curve, key.scalar().expose()).value().public_point());
    const auto copy = key.clone();
    CHECK_BYTES(key.scalar().expose(), copy.scalar().expose());
    CHECK_OK(half(key).verify_plain(digest, copy.sign_plain(digest, rng).value()));
  }
  Broken broken;
  CHECK_FAULT(Fault::crypto, EcPrivateKey::generate(Curve::p256, broken));
  CHECK_FAULT(Fault::crypto, key_on(Curve::p256).sign_plain(digest, broken));
}

TEST(CardEc, public_keys_are_points_of_their_curve) {
  for (const auto& known : all) {
    const auto key = EcPublicKey::create(known.curve, known.generator).value();
    CHECK(key.curve() == known.curve);
    CHECK_BYTES(known.generator, key.point());
    CHECK_FAULT(Fault::security, EcPublicKey::create(known.curve, plus(known.generator, 1)));
    CHECK_FAULT(Fault::security,
                EcPublicKey::create(known.curve, concat({Bytes{4}, Bytes(known.generator.size() - 1)})));
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(known.curve, {}));
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(known.curve, Bytes(1)));
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(known.curve, ByteView{known.generator}.subspan(1)));
  }
}
