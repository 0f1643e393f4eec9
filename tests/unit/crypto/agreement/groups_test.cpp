// Two libraries, one answer, over groups: every operation with the same operands, and each room against the other.
#include <array>

#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/modp_group.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"

#include "harness.h"

using namespace cicada::base;
namespace mbedtls = cicada::crypto::mbedtls;
namespace openssl = cicada::crypto::openssl;

TEST_GROUP(GroupAgreement) {
  ReplayRng rng{20211231};

  Bytes octets(std::size_t size) {
    Bytes made(size);
    rng.fill(made).value();
    return made;
  }
};

TEST(GroupAgreement, on_the_parameters_of_every_curve) {
  for (int i = 0; i < 11; ++i) {
    const auto curve = static_cast<openssl::Curve>(i);
    const auto& ours = openssl::curve_parameters(curve);
    CHECK(mbedtls::match_curve({ours.p, ours.a, ours.b, ours.generator, ours.order, ours.cofactor}) ==
          static_cast<mbedtls::Curve>(i));
    LONGS_EQUAL(openssl::field_size(curve), mbedtls::field_size(static_cast<mbedtls::Curve>(i)));
    LONGS_EQUAL(openssl::order_size(curve), mbedtls::order_size(static_cast<mbedtls::Curve>(i)));
  }
}

TEST(GroupAgreement, on_points_and_scalars_of_every_curve) {
  for (int i = 0; i < 11; ++i) {
    const auto ours = openssl::EcGroup::create(static_cast<openssl::Curve>(i)).value();
    const auto theirs = mbedtls::EcGroup::create(static_cast<mbedtls::Curve>(i)).value();
    CHECK_BYTES(ours.generator(), theirs.generator());
    auto base = ours.generator();
    for (const std::size_t size : {1U, 8U, 20U, 33U, 66U}) {
      const auto k = octets(size);
      const auto l = octets(size);
      const auto p = ours.multiply(k, base).value();
      CHECK_BYTES(p, theirs.multiply(k, base).value());
      CHECK_BYTES(ours.multiply_generator(l).value(), theirs.multiply_generator(l).value());
      CHECK_BYTES(ours.add(p, base).value(), theirs.add(p, base).value());
      CHECK_BYTES(ours.agree(l, p).value().expose(), theirs.agree(l, p).value().expose());
      CHECK_BYTES(ours.divide(k, l).value().expose(), theirs.divide(k, l).value().expose());
      CHECK_BYTES(ours.reduce_to_field(octets(0)).value().expose(), theirs.reduce_to_field({}).value().expose());
      const auto wide = octets(2 * size - 4 * (size / 66));  // up to 128
      CHECK_BYTES(ours.reduce_to_field(wide).value().expose(), theirs.reduce_to_field(wide).value().expose());
      base = p;
    }
    ReplayRng one{size_t(i)}, same{size_t(i)};
    CHECK_BYTES(ours.random_scalar(one).value().expose(), theirs.random_scalar(same).value().expose());
  }
}

TEST(GroupAgreement, on_the_image_of_field_elements) {
  for (int i = 0; i < 11; ++i) {
    if (static_cast<openssl::Curve>(i) == openssl::Curve::p224) continue;  // has no integrated mapping
    const auto ours = openssl::EcGroup::create(static_cast<openssl::Curve>(i)).value();
    const auto theirs = mbedtls::EcGroup::create(static_cast<mbedtls::Curve>(i)).value();
    for (int run = 0; run < 50; ++run) {
      const auto element = ours.reduce_to_field(octets(96)).value();
      CHECK_BYTES(ours.map_to_point(element.expose()).value(), theirs.map_to_point(element.expose()).value());
    }
  }
}

TEST(GroupAgreement, on_everything_that_is_no_point) {
  for (int i = 0; i < 11; ++i) {
    const auto ours = openssl::EcGroup::create(static_cast<openssl::Curve>(i)).value();
    const auto theirs = mbedtls::EcGroup::create(static_cast<mbedtls::Curve>(i)).value();
    const auto& g = ours.generator();
    int refused = 0;
    for (int run = 0; run < 300; ++run) {
      auto octet_string = g;
      const auto change = octets(4);
      octet_string.at(change[0] % g.size()) ^= change[1];
      if (change[2] % 8 == 0) octet_string.resize(change[3]);
      const auto here = ours.check(octet_string);
      const auto there = theirs.check(octet_string);
      CHECK_EQUAL(here.has_value(), there.has_value());
      if (here) continue;
      CHECK(here.error().fault == there.error().fault);
      ++refused;
    }
    CHECK(refused > 250);
  }
}

TEST(GroupAgreement, on_the_groups_of_rfc_5114) {
  for (int i = 0; i < 3; ++i) {
    const auto ours = openssl::ModpGroup::create(static_cast<openssl::Modp>(i)).value();
    const auto theirs = mbedtls::ModpGroup::create(static_cast<mbedtls::Modp>(i)).value();
    CHECK_BYTES(ours.prime(), theirs.prime());
    CHECK_BYTES(ours.order(), theirs.order());
    CHECK_BYTES(ours.generator(), theirs.generator());
    auto base = ours.generator();
    for (const std::size_t size : {1U, 20U, 32U, 128U, 256U}) {
      const auto k = octets(size);
      const auto p = ours.power(base, k).value();
      CHECK_BYTES(p, theirs.power(base, k).value());
      CHECK_BYTES(ours.power_of_generator(k).value(), theirs.power_of_generator(k).value());
      CHECK_BYTES(ours.multiply(p, base).value(), theirs.multiply(p, base).value());
      CHECK_BYTES(ours.agree(k, p).value().expose(), theirs.agree(k, p).value().expose());
      const auto number = octets(size + 64);
      CHECK_BYTES(ours.map_to_element(number).value(), theirs.map_to_element(number).value());
      // Almost no number is an element of the subgroup.
      CHECK_FAULT(Fault::security, ours.check(ByteView{number}.first(size / 2)));
      CHECK_FAULT(Fault::security, theirs.check(ByteView{number}.first(size / 2)));
      base = p;
    }
    ReplayRng one{size_t(i)}, same{size_t(i)};
    CHECK_BYTES(ours.random_exponent(one).value().expose(), theirs.random_exponent(same).value().expose());
  }
}
