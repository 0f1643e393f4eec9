#include <optional>

#include "curves.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::crypto::openssl;
namespace vectors = cicada::tests::vectors;

TEST_GROUP(EcKey){};

TEST(EcKey, refuses_points_that_are_not_on_the_curve) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    auto point = key->public_point();
    point.back() ^= 1;
    CHECK_FAULT(Fault::security, EcPublicKey::create(curve, point));
    Bytes origin(point.size());
    origin[0] = 0x04;
    CHECK_FAULT(Fault::security, EcPublicKey::create(curve, origin));
    // x = p: the same point as x = 0 to a careless reader.
    Bytes beyond = {0x04};
    append(beyond, curve_parameters(curve).p);
    append(beyond, ByteView{point}.last(field_size(curve)));
    CHECK_FAULT(Fault::security, EcPublicKey::create(curve, beyond));
  }
}

TEST(EcKey, refuses_infinity_and_every_form_that_is_not_a_point) {
  for (const auto curve : kAllCurves) {
    const auto width = field_size(curve);
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, {}));
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, Bytes(1)));              // infinity
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, Bytes(1 + 2 * width)));  // infinity, filled up
    auto point = curve_parameters(curve).generator;
    for (int form = 0; form < 256; ++form) {
      point[0] = static_cast<std::uint8_t>(form);
      if (form != 0x04) CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, point));  // 06, 07: hybrid
    }
    point[0] = 0x04;
    CHECK_OK(EcPublicKey::create(curve, point));
    point.push_back(0);
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, point));
    point.resize(point.size() - 2);
    CHECK_FAULT(Fault::malformed, EcPublicKey::create(curve, point));
  }
}

TEST(EcKey, refuses_points_of_another_curve_of_the_same_size) {
  const auto p256 = EcPrivateKey::generate(Curve::p256);
  const auto brainpool = EcPrivateKey::generate(Curve::brainpool_p256r1);
  CHECK_OK(p256);
  CHECK_OK(brainpool);
  CHECK_FAULT(Fault::security, EcPublicKey::create(Curve::p256, brainpool->public_point()));
  CHECK_FAULT(Fault::security, EcPublicKey::create(Curve::brainpool_p256r1, p256->public_point()));
}

TEST(EcKey, reads_compressed_points) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    Bytes compressed = key->public_point();
    const auto last = compressed.back();
    compressed.resize(1 + field_size(curve));
    compressed[0] = static_cast<std::uint8_t>(2 + (last & 1));
    const auto half = EcPublicKey::create(curve, compressed);
    CHECK_OK(half);
    CHECK_BYTES(key->public_point(), half->point());
    compressed[0] ^= 1;
    const auto mirrored = EcPublicKey::create(curve, compressed);
    CHECK_OK(mirrored);
    CHECK(!equal(key->public_point(), mirrored->point()));
  }
}

TEST(EcKey, comes_back_from_its_scalar) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    const auto scalar = key->scalar();
    CHECK_OK(scalar);
    LONGS_EQUAL(order_size(curve), scalar->size());
    const auto again = EcPrivateKey::create(curve, scalar->expose());
    CHECK_OK(again);
    CHECK_BYTES(key->public_point(), again->public_point());
  }
}

TEST(EcKey, keeps_a_scalar_with_leading_zeros_and_maps_1_to_the_generator) {
  for (const auto curve : kAllCurves) {
    Bytes one(order_size(curve));
    one.back() = 1;
    const auto key = EcPrivateKey::create(curve, one);
    CHECK_OK(key);
    CHECK_BYTES(curve_parameters(curve).generator, key->public_point());
    CHECK_BYTES(one, key->scalar().value().expose());
  }
}

TEST(EcKey, refuses_scalars_outside_of_1_to_order_minus_1) {
  for (const auto curve : kAllCurves) {
    const auto& order = curve_parameters(curve).order;
    CHECK_OK(EcPrivateKey::create(curve, minus_one(order)));
    for (const auto& bad : {Bytes{}, Bytes(order.size()), order, plus(order, 1), Bytes(order.size(), 0xFF),
                            Bytes(order.size() - 1, 1), Bytes(order.size() + 1, 1)}) {
      CHECK_FAULT(Fault::bad_input, EcPrivateKey::create(curve, bad));
    }
  }
}

TEST(EcKey, agrees_on_published_secrets) {
  for (const auto& vector : vectors::beginning_with("primitives_published.json", "ecdh-")) {
    const auto curve = curve_named(vectors::text(vector, "curve"));
    const auto key = EcPrivateKey::create(curve, vectors::octets(vector, "private_key"));
    const auto other = EcPrivateKey::create(curve, vectors::octets(vector, "other_private_key"));
    CHECK_OK(key);
    CHECK_OK(other);
    CHECK_BYTES(vectors::octets(vector, "public_point"), key->public_point());
    CHECK_BYTES(vectors::octets(vector, "other_public_point"), other->public_point());
    CHECK_BYTES(vectors::octets(vector, "shared"), key->agree(public_half(*other)).value().expose());
    CHECK_BYTES(vectors::octets(vector, "shared"), other->agree(public_half(*key)).value().expose());
  }
}

TEST(EcKey, agrees_on_every_curve_in_the_width_of_the_field) {
  for (const auto curve : kAllCurves) {
    const auto key = EcPrivateKey::generate(curve);
    const auto other = EcPrivateKey::generate(curve);
    CHECK_OK(key);
    CHECK_OK(other);
    const auto here = key->agree(public_half(*other));
    const auto there = other->agree(public_half(*key));
    CHECK_OK(here);
    CHECK_OK(there);
    LONGS_EQUAL(field_size(curve), here->size());
    CHECK_BYTES(here->expose(), there->expose());
  }
}

TEST(EcKey, does_not_agree_across_curves) {
  const auto key = EcPrivateKey::generate(Curve::p256);
  const auto other = EcPrivateKey::generate(Curve::brainpool_p256r1);
  CHECK_OK(key);
  CHECK_OK(other);
  CHECK_FAULT(Fault::bad_input, key->agree(public_half(*other)));
}

TEST(EcKey, works_in_the_object_it_moved_to) {
  auto first = EcPrivateKey::generate(Curve::p256);
  CHECK_OK(first);
  const auto digest = digest_of_text("a document");
  CHECK_OK(first->sign_der(digest));  // so that a kept context moves along
  auto half = public_half(*first);
  std::optional<EcPrivateKey> second{std::move(*first)};
  auto third = EcPrivateKey::generate(Curve::p521);
  CHECK_OK(third);
  CHECK_OK(third->sign_der(digest));
  *third = std::move(*second);
  second.reset();
  CHECK_OK(half.verify_der(digest, third->sign_der(digest).value()));
  const EcPublicKey moved{std::move(half)};
  CHECK_OK(moved.verify_der(digest, third->sign_der(digest).value()));
}
