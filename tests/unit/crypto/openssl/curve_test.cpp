#include <set>

#include "curves.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::openssl;

namespace {
Bytes with_zeros(const Bytes& integer, std::size_t zeros) {
  return concat({Bytes(zeros), integer});
}

Bytes without_leading_zeros(Bytes integer) {
  while (!integer.empty() && integer[0] == 0) integer.erase(integer.begin());
  return integer;
}
}  // namespace

TEST_GROUP(Curve){};

TEST(Curve, has_a_name_and_an_oid_of_its_own) {
  std::set<std::string_view> names, oids;
  for (const auto curve : kAllCurves) {
    names.insert(curve_name(curve));
    oids.insert(curve_oid(curve));
    CHECK(curve_by_oid(curve_oid(curve)) == curve);
  }
  LONGS_EQUAL(kAllCurves.size(), names.size());
  LONGS_EQUAL(kAllCurves.size(), oids.size());
  CHECK(!curve_by_oid("1.3.132.0.10"));  // secp256k1: a good curve, but none of 9303-11
  CHECK(!curve_by_oid(""));
}

TEST(Curve, has_parameters_of_its_field_width) {
  for (const auto curve : kAllCurves) {
    const auto& parameters = curve_parameters(curve);
    const auto width = field_size(curve);
    LONGS_EQUAL(width, parameters.p.size());
    LONGS_EQUAL(width, parameters.a.size());
    LONGS_EQUAL(width, parameters.b.size());
    LONGS_EQUAL(1 + 2 * width, parameters.generator.size());
    LONGS_EQUAL(order_size(curve), parameters.order.size());
    LONGS_EQUAL(1, parameters.cofactor);
    CHECK(parameters.p[0] != 0);
    CHECK(parameters.order[0] != 0);
  }
}

TEST(Curve, P256_is_the_one_of_FIPS_186_4) {
  using namespace cicada::base::literals;
  const auto& p256 = curve_parameters(Curve::p256);
  CHECK_BYTES("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"_hex, p256.p);
  CHECK_BYTES("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"_hex, p256.b);
  CHECK_BYTES("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"_hex, p256.order);
  LONGS_EQUAL(66, field_size(Curve::p521));
}

TEST(Curve, is_recognized_by_its_explicit_parameters) {
  for (const auto curve : kAllCurves) CHECK(match_curve(curve_parameters(curve)) == curve);
}

TEST(Curve, is_recognized_whatever_the_leading_zeros) {
  for (const auto curve : kAllCurves) {
    auto longer = curve_parameters(curve);
    for (auto* integer : {&longer.p, &longer.a, &longer.b, &longer.order}) *integer = with_zeros(*integer, 2);
    CHECK(match_curve(longer) == curve);
    auto shorter = curve_parameters(curve);
    for (auto* integer : {&shorter.p, &shorter.a, &shorter.b, &shorter.order}) {
      *integer = without_leading_zeros(*integer);
    }
    CHECK(match_curve(shorter) == curve);
  }
}

TEST(Curve, may_come_without_a_cofactor_but_not_with_another) {
  auto parameters = curve_parameters(Curve::brainpool_p256r1);
  parameters.cofactor = 0;
  CHECK(match_curve(parameters) == Curve::brainpool_p256r1);
  parameters.cofactor = 2;
  CHECK(!match_curve(parameters));
}

TEST(Curve, may_come_with_a_compressed_generator_of_the_right_sign) {
  for (const auto curve : kAllCurves) {
    auto parameters = curve_parameters(curve);
    const auto last = parameters.generator.back();
    parameters.generator.resize(1 + field_size(curve));
    parameters.generator[0] = static_cast<std::uint8_t>(2 + (last & 1));
    CHECK(match_curve(parameters) == curve);
    parameters.generator[0] ^= 1;
    CHECK(!match_curve(parameters));
  }
}

TEST(Curve, is_not_recognized_when_one_bit_of_a_parameter_differs) {
  // CVE-2020-0601: right in everything but the generator.
  for (const auto curve : kAllCurves) {
    const auto& right = curve_parameters(curve);
    for (const auto member : {&CurveParameters::p, &CurveParameters::a, &CurveParameters::b, &CurveParameters::order,
                              &CurveParameters::generator}) {
      for (std::size_t i = 0; i < (right.*member).size(); ++i) {
        auto wrong = right;
        (wrong.*member)[i] ^= 0x10;
        CHECK(!match_curve(wrong));
      }
    }
  }
}

TEST(Curve, is_not_recognized_from_nothing) {
  CHECK(!match_curve({}));
  auto parameters = curve_parameters(Curve::p256);
  parameters.generator.clear();
  CHECK(!match_curve(parameters));
  parameters.generator = {0x00};
  CHECK(!match_curve(parameters));
}
