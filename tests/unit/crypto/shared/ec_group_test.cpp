// Points and scalars: the group law on every curve, and everything that is no point.
#include <array>

#include "cicada/base/rng.h"
#include "groups.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using groups::plus;
using groups::small;
using provider::Curve;
using provider::EcGroup;

namespace {

/// Gives prepared octets, and fails when they are used up.
class Prepared final : public Rng {
 public:
  explicit Prepared(Bytes octets) : octets_(std::move(octets)) {}
  Result<void> fill(MutableByteView out) override {
    if (octets_.size() - taken_ < out.size()) return fail({.fault = Fault::crypto, .what = "no octets are left"});
    std::ranges::copy(ByteView{octets_}.subspan(taken_, out.size()), out.begin());
    taken_ += out.size();
    return {};
  }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

 private:
  Bytes octets_;
  std::size_t taken_ = 0;
};

/// Gives nothing but one octet, for ever.
class Constant final : public Rng {
 public:
  explicit Constant(std::uint8_t octet) : octet_(octet) {}
  Result<void> fill(MutableByteView out) override {
    std::ranges::fill(out, octet_);
    return {};
  }

 private:
  std::uint8_t octet_;
};

EcGroup make(Curve curve) {
  return EcGroup::create(curve).value();
}

}  // namespace

TEST_GROUP(EcGroup) {
  ReplayRng rng{9303};
  const std::vector<groups::KnownCurve> all = groups::curves();
};

TEST(EcGroup, has_the_published_generator_and_sizes) {
  LONGS_EQUAL(11, all.size());
  for (const auto& known : all) {
    const auto group = make(known.curve);
    CHECK(group.curve() == known.curve);
    CHECK_BYTES(known.generator, group.generator());
    LONGS_EQUAL(known.p.size(), provider::field_size(known.curve));
    LONGS_EQUAL(known.order.size(), provider::order_size(known.curve));
    CHECK_BYTES(known.generator, group.multiply_generator(small(1, known.order)).value());
    CHECK_OK(group.check(group.generator()));
  }
}

TEST(EcGroup, has_the_published_order) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto& g = known.generator;
    // (n-1) G is -G: same x, other y; one more makes infinity, which is no result, and one more G again.
    const auto last = group.multiply_generator(plus(known.order, -1)).value();
    CHECK_BYTES(Bytes(g.begin() + 1, g.begin() + 1 + static_cast<std::ptrdiff_t>(known.p.size())),
                Bytes(last.begin() + 1, last.begin() + 1 + static_cast<std::ptrdiff_t>(known.p.size())));
    CHECK(!equal(g, last));
    CHECK_FAULT(Fault::security, group.multiply_generator(known.order));
    CHECK_FAULT(Fault::security, group.multiply(known.order, g));
    CHECK_FAULT(Fault::security, group.multiply_generator(small(0, known.order)));
    CHECK_FAULT(Fault::security, group.multiply(Bytes(1), last));
    CHECK_FAULT(Fault::security, group.agree(known.order, last));
    CHECK_FAULT(Fault::security, group.add(g, last));
    CHECK_BYTES(g, group.multiply_generator(plus(known.order, 1)).value());
  }
}

TEST(EcGroup, is_a_group) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto k = group.random_scalar(rng).value();
    const auto l = group.random_scalar(rng).value();
    const auto p = group.multiply_generator(k.expose()).value();
    const auto q = group.multiply_generator(l.expose()).value();
    CHECK_BYTES(group.multiply(l.expose(), p).value(), group.multiply(k.expose(), q).value());
    CHECK_BYTES(group.add(p, q).value(), group.add(q, p).value());
    CHECK_BYTES(group.add(p, p).value(), group.multiply(Bytes{2}, p).value());
    // k/l * (l G) = k G, and (k/l) P + P = ((k + l)/l) P in the form 3 P = 2 P + P.
    const auto ratio = group.divide(k.expose(), l.expose()).value();
    LONGS_EQUAL(known.order.size(), ratio.size());
    CHECK_BYTES(p, group.multiply(ratio.expose(), q).value());
    CHECK_BYTES(group.multiply(Bytes{3}, p).value(), group.add(group.add(p, p).value(), p).value());
    CHECK(!equal(p, q));
  }
}

TEST(EcGroup, adds_as_its_scalars_add) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    // k and l below half of the order, so that their sum is below it and can be made octet by octet.
    Bytes k(known.order.size()), l(k.size()), sum(k.size());
    CHECK_OK(rng.fill(k));
    CHECK_OK(rng.fill(l));
    k[0] = l[0] = 0;
    unsigned carry = 0;
    for (std::size_t i = k.size(); i-- > 0;) {
      carry += static_cast<unsigned>(k[i]) + l[i];
      sum[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8U;
    }
    const auto base = group.multiply_generator(Bytes{7}).value();
    CHECK_BYTES(group.multiply(sum, base).value(),
                group.add(group.multiply(k, base).value(), group.multiply(l, base).value()).value());
  }
}

TEST(EcGroup, takes_scalars_of_1_to_66_octets_modulo_the_order) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    Bytes wide(66);
    wide.back() = 5;
    CHECK_BYTES(group.multiply_generator(Bytes{5}).value(), group.multiply_generator(wide).value());
    CHECK_OK(group.multiply_generator(Bytes(66, 0xFF)));
    CHECK_FAULT(Fault::bad_input, group.multiply_generator({}));
    CHECK_FAULT(Fault::bad_input, group.multiply({}, known.generator));
    CHECK_FAULT(Fault::bad_input, group.multiply_generator(Bytes(67, 1)));
    CHECK_FAULT(Fault::bad_input, group.agree(Bytes(67, 1), known.generator));
  }
}

TEST(EcGroup, refuses_what_has_not_the_form_of_a_point) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto width = known.p.size();
    const auto g = known.generator;
    std::vector<Bytes> malformed = {{},
                                    {0x00},
                                    {0x04},
                                    Bytes(g.size()),
                                    Bytes(g.begin(), g.end() - 1),
                                    concat({g, Bytes{0}}),
                                    Bytes(g.begin() + 1, g.end()),
                                    concat({Bytes(1), g})};
    for (const int form : {0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x84}) {
      auto other = g;
      other[0] = static_cast<std::uint8_t>(form);  // 06 and 07: hybrid, right for one of the two
      malformed.push_back(other);
      malformed.emplace_back(other.begin(),
                             other.begin() + 1 + static_cast<std::ptrdiff_t>(width));  // 02, 03: compressed
    }
    for (const auto& octets : malformed) {
      CHECK_FAULT(Fault::malformed, group.check(octets));
      CHECK_FAULT(Fault::malformed, group.multiply(Bytes{2}, octets));
      CHECK_FAULT(Fault::malformed, group.agree(Bytes{2}, octets));
      CHECK_FAULT(Fault::malformed, group.add(g, octets));
      CHECK_FAULT(Fault::malformed, group.add(octets, g));
    }
  }
}

TEST(EcGroup, refuses_points_off_the_curve) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto width = static_cast<std::ptrdiff_t>(known.p.size());
    const auto g = known.generator;
    const Bytes x(g.begin() + 1, g.begin() + 1 + width), y(g.begin() + 1 + width, g.end());
    const Bytes form{0x04}, zero(known.p.size()), ones(known.p.size(), 0xFF);
    for (const auto& octets : {concat({form, x, plus(y, 1)}), concat({form, plus(x, 1), y}), concat({form, y, x}),
                               concat({form, zero, zero}),  // infinity, as some write it
                               concat({form, known.p, y}), concat({form, x, known.p}), concat({form, ones, ones}),
                               concat({form, zero, small(1, zero)}), concat({form, plus(known.p, -1), y})}) {
      CHECK_FAULT(Fault::security, group.check(octets));
      CHECK_FAULT(Fault::security, group.multiply(Bytes{2}, octets));
      CHECK_FAULT(Fault::security, group.agree(Bytes{2}, octets));
      CHECK_FAULT(Fault::security, group.add(g, octets));
      CHECK_FAULT(Fault::security, group.add(octets, g));
    }
    // The last negative: -G is a point, unlike its neighbours.
    CHECK_OK(group.check(group.multiply_generator(plus(known.order, -1)).value()));
  }
}

TEST(EcGroup, refuses_coordinates_that_are_right_but_not_reduced) {
  // (x + p, y) satisfies the equation modulo p. Room for x + p in the field's width is on P-521 only: its prime is
  // seven bits short of the octets.
  const auto& known = all.back();
  const auto group = make(known.curve);
  auto unreduced = known.generator;
  unsigned carry = 0;
  for (std::size_t i = known.p.size(); i-- > 0;) {
    carry += static_cast<unsigned>(unreduced[1 + i]) + known.p[i];
    unreduced[1 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }
  LONGS_EQUAL(0, carry);
  CHECK_FAULT(Fault::security, group.check(unreduced));
}

TEST(EcGroup, refuses_the_points_of_another_curve_of_its_size) {
  for (const auto& known : all) {
    for (const auto& other : all) {
      if (other.curve == known.curve || other.p.size() != known.p.size()) continue;
      CHECK_FAULT(Fault::security, make(known.curve).check(other.generator));
    }
  }
}

TEST(EcGroup, agrees_with_itself_on_an_x_coordinate) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto k = group.random_scalar(rng).value();
    const auto l = group.random_scalar(rng).value();
    const auto ours = group.agree(k.expose(), group.multiply_generator(l.expose()).value()).value();
    CHECK_BYTES(ours.expose(), group.agree(l.expose(), group.multiply_generator(k.expose()).value()).value().expose());
    LONGS_EQUAL(known.p.size(), ours.size());
  }
}

TEST(EcGroup, keeps_the_leading_zeros_of_an_x_coordinate) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    // 2^16 tries at most; one in 256 begins with 00 (on P-521, whose first octet has one bit, one in two).
    bool found = false;
    Bytes scalar(2);
    for (int i = 1; i < 0x10000 && !found; ++i) {
      scalar = {static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
      const auto shared = group.agree(scalar, known.generator).value();
      LONGS_EQUAL(known.p.size(), shared.size());
      found = shared.expose()[0] == 0;
      if (found) {
        const auto point = group.multiply_generator(scalar).value();
        LONGS_EQUAL(1 + 2 * known.p.size(), point.size());
        CHECK_BYTES(ByteView{point}.subspan(1, known.p.size()), shared.expose());
        CHECK_OK(group.check(point));
      }
    }
    CHECK(found);
  }
}

TEST(EcGroup, draws_exactly_the_key_that_is_replayed) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    const auto highest = plus(known.order, -1);
    Prepared one{concat({highest, highest})};
    CHECK_BYTES(highest, group.random_scalar(one).value().expose());
    LONGS_EQUAL(known.order.size(), one.taken());
    // 0, n and a number above n are passed over, each with the octets of one draw.
    Prepared four{concat({small(0, known.order), known.order, plus(known.order, 1), small(1, known.order)})};
    CHECK_BYTES(small(1, known.order), group.random_scalar(four).value().expose());
    LONGS_EQUAL(4 * known.order.size(), four.taken());
  }
}

TEST(EcGroup, clears_only_the_bits_above_the_highest_of_the_order) {
  const auto group = make(Curve::p521);
  Bytes drawn(66, 0x11);
  drawn[0] = 0xFE;
  Prepared source{drawn};
  drawn[0] = 0x00;
  CHECK_BYTES(drawn, group.random_scalar(source).value().expose());
}

TEST(EcGroup, gives_up_on_a_source_that_gives_no_scalar) {
  for (const auto& known : all) {
    Constant zeros{0x00}, ones{0xFF};
    CHECK_FAULT(Fault::crypto, make(known.curve).random_scalar(zeros));
    CHECK_FAULT(Fault::crypto, make(known.curve).random_scalar(ones));
    Prepared none{{}};
    CHECK_FAULT(Fault::crypto, make(known.curve).random_scalar(none));
  }
}

TEST(EcGroup, divides_by_everything_but_zero) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    CHECK_BYTES(small(3, known.order), group.divide(Bytes{6}, Bytes{2}).value().expose());
    CHECK_BYTES(small(1, known.order), group.divide(plus(known.order, -1), plus(known.order, -1)).value().expose());
    CHECK_BYTES(small(0, known.order), group.divide(Bytes{0}, Bytes{9}).value().expose());
    CHECK_FAULT(Fault::bad_input, group.divide(Bytes{1}, Bytes{0}));
    CHECK_FAULT(Fault::bad_input, group.divide(Bytes{1}, known.order));
    CHECK_FAULT(Fault::bad_input, group.divide({}, Bytes{1}));
    CHECK_FAULT(Fault::bad_input, group.divide(Bytes{1}, {}));
    CHECK_FAULT(Fault::bad_input, group.divide(Bytes(67, 1), Bytes{1}));
  }
}

TEST(EcGroup, reduces_numbers_to_the_field) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    CHECK_BYTES(small(0, known.p), group.reduce_to_field(known.p).value().expose());
    CHECK_BYTES(small(7, known.p), group.reduce_to_field(plus(known.p, 7)).value().expose());
    CHECK_BYTES(plus(known.p, -1), group.reduce_to_field(plus(known.p, -1)).value().expose());
    CHECK_BYTES(small(0, known.p), group.reduce_to_field({}).value().expose());
    // p * 2^8 + 9
    CHECK_BYTES(small(9, known.p), group.reduce_to_field(concat({known.p, Bytes{9}})).value().expose());
    LONGS_EQUAL(known.p.size(), group.reduce_to_field(Bytes(128, 0xFF)).value().size());
    CHECK_FAULT(Fault::bad_input, group.reduce_to_field(Bytes(129)));
  }
}

TEST(EcGroup, maps_field_elements_to_points_of_the_curve) {
  for (const auto& known : all) {
    const auto group = make(known.curve);
    if (known.curve == Curve::p224) {
      CHECK_FAULT(Fault::unsupported, group.map_to_point(Bytes{2}));
      continue;
    }
    std::array<int, 2> parities{};
    for (int i = 0; i < 40; ++i) {
      Bytes element(known.p.size());
      CHECK_OK(rng.fill(element));
      const auto t = group.reduce_to_field(element).value();
      const auto point = group.map_to_point(t.expose()).value();
      CHECK_OK(group.check(point));
      CHECK_BYTES(point, group.map_to_point(concat({Bytes(66 - t.size()), t.expose()})).value());
      ++parities.at(point.back() & 1U);
    }
    CHECK(parities[0] > 0 && parities[1] > 0);
    CHECK_OK(group.map_to_point(Bytes{2}));
    for (const auto& without_image : {small(0, known.p), small(1, known.p), plus(known.p, -1)}) {
      CHECK_FAULT(Fault::security, group.map_to_point(without_image));
    }
    CHECK_FAULT(Fault::bad_input, group.map_to_point(known.p));
    CHECK_FAULT(Fault::bad_input, group.map_to_point(Bytes(66, 0xFF)));
    CHECK_FAULT(Fault::bad_input, group.map_to_point(Bytes(67)));
    CHECK_FAULT(Fault::bad_input, group.map_to_point({}));
  }
}

TEST(EcGroup, works_in_the_object_it_moved_to_and_after_a_refusal) {
  auto first = make(Curve::brainpool_p320r1);
  const auto expected = first.multiply_generator(Bytes{9}).value();
  CHECK_FAULT(Fault::malformed, first.multiply(Bytes{9}, Bytes(3)));
  auto second{std::move(first)};
  auto third = make(Curve::p256);
  third = std::move(second);
  CHECK_BYTES(expected, third.multiply_generator(Bytes{9}).value());
  CHECK(third.curve() == Curve::brainpool_p320r1);
}
