#include "cicada/conformance/terminal/ephemeral_key.h"

#include "cicada/crypto/openssl/ec.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::conformance::terminal;
using host::access::PaceGroup;

namespace {

constexpr std::uint32_t kModp1024 = 0;
constexpr std::uint32_t kP256 = 12;
constexpr std::uint32_t kBrainpoolP320 = 14;
constexpr std::uint32_t kP521 = 18;

PaceGroup group_of(std::uint32_t id) {
  return PaceGroup::create(host::access::standardized_domain(id).value()).value();
}

/// x or y of an uncompressed point.
ByteView coordinate(ByteView point, bool of_x) {
  const auto size = point.size() / 2;
  return point.subspan(of_x ? 1 : 1 + size, size);
}

/// The highest bit of the field's size.
bool has_highest_bit(const PaceGroup& group, ByteView number) {
  return (number.front() & (1U << ((group.field_bits() - 1) % 8))) != 0;
}

KeyPair made(const PaceGroup& group, ByteView generator, KeyShape shape, std::uint64_t seed = 1) {
  ReplayRng rng{seed};
  return make_key_pair(group, generator, shape, rng).value();
}

void check_outside(const PaceGroup& group, WrongKey wrong) {
  const auto right = made(group, {}, KeyShape::any).shown;
  CHECK_OK(group.check(right));
  const auto key = make_wrong_key(group, wrong, right).value();
  CHECK(!equal(right, key));
  CHECK(!group.check(key));
}

}  // namespace

TEST_GROUP(EphemeralKey){};

TEST(EphemeralKey, has_the_shape_that_is_wanted_on_every_kind_of_curve) {
  for (const auto id : {kP256, kBrainpoolP320, kP521}) {
    const auto group = group_of(id);
    CHECK_EQUAL(0, coordinate(made(group, {}, KeyShape::small_x).shown, true).front());
    CHECK_EQUAL(0, coordinate(made(group, {}, KeyShape::small_y).shown, false).front());
    CHECK(has_highest_bit(group, coordinate(made(group, {}, KeyShape::large_x).shown, true)));
    CHECK(has_highest_bit(group, coordinate(made(group, {}, KeyShape::large_y).shown, false)));
  }
}

TEST(EphemeralKey, is_a_key_pair_also_when_it_was_searched_for_and_over_another_generator) {
  const auto group = group_of(kP256);
  const auto other = group.multiply_generator(Bytes{7}).value();
  for (const auto shape : {KeyShape::any, KeyShape::small_x, KeyShape::large_y}) {
    const auto own = made(group, {}, shape);
    CHECK_BYTES(group.multiply_generator(own.secret.expose()).value(), own.shown);
    const auto mapped = made(group, other, shape);
    CHECK_BYTES(group.multiply(mapped.secret.expose(), other).value(), mapped.shown);
  }
}

TEST(EphemeralKey, is_another_one_each_time) {
  const auto group = group_of(kP256);
  CHECK(!equal(made(group, {}, KeyShape::small_x, 1).shown, made(group, {}, KeyShape::small_x, 2).shown));
}

TEST(EphemeralKey, has_no_shape_where_it_is_a_number) {
  const auto group = group_of(kModp1024);
  ReplayRng rng{1};
  CHECK_OK(make_key_pair(group, {}, KeyShape::any, rng));
  const auto refused = make_key_pair(group, {}, KeyShape::small_x, rng);
  CHECK(!refused);
  CHECK_STRING("bad input", to_string(refused.error().fault));
}

TEST(EphemeralKey, that_is_wrong_is_no_element_of_its_group) {
  for (const auto id : {kP256, kBrainpoolP320}) {
    for (const auto wrong : {WrongKey::size, WrongKey::origin, WrongKey::off_curve, WrongKey::format}) {
      check_outside(group_of(id), wrong);
    }
  }
  for (const auto wrong : {WrongKey::size, WrongKey::above_prime, WrongKey::zero}) {
    check_outside(group_of(kModp1024), wrong);
  }
}

TEST(EphemeralKey, of_the_wrong_size_is_a_point_of_some_curve) {
  using crypto::openssl::Curve;
  const auto p192 = PaceGroup::create(Curve::p192).value();
  const auto p256 = PaceGroup::create(Curve::p256).value();
  CHECK_OK(p192.check(make_wrong_key(p256, WrongKey::size, p256.generator()).value()));
  CHECK_OK(p256.check(make_wrong_key(p192, WrongKey::size, p192.generator()).value()));
}

TEST(EphemeralKey, cannot_be_wrong_in_the_way_of_another_group) {
  const auto curve = group_of(kP256);
  const auto numbers = group_of(kModp1024);
  for (const auto wrong : {WrongKey::above_prime, WrongKey::zero}) {
    CHECK(!make_wrong_key(curve, wrong, curve.generator()));
  }
  for (const auto wrong : {WrongKey::origin, WrongKey::off_curve, WrongKey::format}) {
    CHECK(!make_wrong_key(numbers, wrong, numbers.generator()));
  }
}

TEST(EphemeralKey, has_words_that_cases_use_and_no_others) {
  CHECK(key_shape_from("small-x") == KeyShape::small_x);
  CHECK(key_shape_from("any") == KeyShape::any);
  CHECK(!key_shape_from("off-curve"));
  CHECK(wrong_key_from("off-curve") == WrongKey::off_curve);
  CHECK(!wrong_key_from("small-x"));
  CHECK(!wrong_key_from(""));
}
