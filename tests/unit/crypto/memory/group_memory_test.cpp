// Scalars, exponents and shared secrets do not stay in memory that is given back.
#include "cicada/base/rng.h"
#include "provider.h"
#include "secrets.h"

#include "harness.h"

using namespace cicada::base;
using provider::Curve;
using provider::EcGroup;
using provider::Modp;
using provider::ModpGroup;
using watch::found_after;
using watch::kNumber;

namespace {

constexpr int kCurves = 11;

/// Gives the watched number behind as many zeros as are asked for.
class Watched final : public Rng {
 public:
  Result<void> fill(MutableByteView out) override {
    std::ranges::fill(out, 0);
    std::ranges::copy(kNumber, out.last(kNumber.size()).begin());
    return {};
  }
};

}  // namespace

TEST_GROUP(GroupMemory){void teardown() override{watch::stop();
}
}
;

TEST(GroupMemory, of_a_scalar_is_wiped) {
  for (int i = 0; i < kCurves; ++i) {
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  const auto group = EcGroup::create(static_cast<Curve>(i)).value();
                  const auto point = group.multiply_generator(kNumber).value();
                  if (std::ranges::find(kCurvesThatLeaveScalars, group.curve()) != kCurvesThatLeaveScalars.end())
                    return;
                  CHECK(group.multiply(kNumber, point).has_value());
                  CHECK(group.agree(kNumber, point).has_value());
                }));
  }
}

TEST(GroupMemory, of_a_drawn_scalar_is_wiped) {
  for (int i = 0; i < kCurves; ++i) {
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  const auto group = EcGroup::create(static_cast<Curve>(i)).value();
                  Watched rng;
                  const auto scalar = group.random_scalar(rng).value();
                  CHECK_BYTES(kNumber, scalar.expose().last(kNumber.size()));
                }));
  }
}

TEST(GroupMemory, of_a_quotient_is_wiped) {
  for (int i = 0; i < kCurves; ++i) {
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  const auto group = EcGroup::create(static_cast<Curve>(i)).value();
                  CHECK(group.divide(kNumber, Bytes{7}).has_value());
                  CHECK(group.divide(Bytes{7}, kNumber).has_value());
                  CHECK_BYTES(kNumber, group.divide(kNumber, Bytes{1}).value().expose().last(kNumber.size()));
                }));
  }
}

TEST(GroupMemory, of_a_field_element_is_wiped) {
  for (int i = 0; i < kCurves; ++i) {
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  const auto group = EcGroup::create(static_cast<Curve>(i)).value();
                  const auto element = group.reduce_to_field(kNumber).value();
                  if (static_cast<Curve>(i) == Curve::p224) return;
                  CHECK(group.map_to_point(element.expose()).has_value());
                }));
  }
}

TEST(GroupMemory, of_an_agreed_secret_is_wiped) {
  for (int i = 0; i < kCurves; ++i) {
    const auto group = EcGroup::create(static_cast<Curve>(i)).value();
    const auto pattern = group.agree(kNumber, group.generator()).value();
    LONGS_EQUAL(0, found_after(pattern.expose(), [&] { CHECK(group.agree(kNumber, group.generator()).has_value()); }));
  }
}

TEST(GroupMemory, of_an_exponent_and_its_secret_is_wiped) {
  for (int i = 0; i < 3; ++i) {
    const auto group = ModpGroup::create(static_cast<Modp>(i)).value();
    const auto element = group.power_of_generator(Bytes{5}).value();
    LONGS_EQUAL(0, found_after(kNumber, [&] {
                  const auto made = ModpGroup::create(static_cast<Modp>(i)).value();
                  CHECK(made.power_of_generator(kNumber).has_value());
                  CHECK(made.agree(kNumber, element).has_value());
                  Watched rng;
                  CHECK_BYTES(kNumber, made.random_exponent(rng).value().expose().last(kNumber.size()));
                }));
    const auto pattern = group.agree(kNumber, element).value();
    LONGS_EQUAL(0, found_after(pattern.expose(), [&] { CHECK(group.agree(kNumber, element).has_value()); }));
  }
}
