// Diffie-Hellman over a prime field: the groups' laws, and elements that are none.
#include "cicada/base/rng.h"
#include "groups.h"

#include "harness.h"

using namespace cicada::base;
using groups::plus;
using groups::small;
using provider::ModpGroup;

TEST_GROUP(ModpGroup) {
  ReplayRng rng{5114};
  const std::vector<groups::KnownModp> all = groups::modp_groups();

  static ModpGroup make(const groups::KnownModp& known) {
    return ModpGroup::create(known.group).value();
  }
};

TEST(ModpGroup, has_the_published_numbers) {
  LONGS_EQUAL(3, all.size());
  for (const auto& known : all) {
    const auto group = make(known);
    CHECK(group.group() == known.group);
    CHECK_BYTES(known.p, group.prime());
    CHECK_BYTES(known.q, group.order());
    CHECK_BYTES(known.g, group.generator());
    LONGS_EQUAL(known.p.size(), group.size());
  }
}

TEST(ModpGroup, is_found_by_its_prime_and_generator_only) {
  for (const auto& known : all) {
    CHECK(provider::match_modp(known.p, known.g) == known.group);
    auto stripped = known.g;
    while (stripped[0] == 0) stripped.erase(stripped.begin());
    CHECK(provider::match_modp(concat({Bytes(3), known.p}), stripped) == known.group);
    CHECK(!provider::match_modp(known.p, plus(known.g, 1)));
    CHECK(!provider::match_modp(plus(known.p, 2), known.g));
    CHECK(!provider::match_modp(known.p, {}));
    CHECK(!provider::match_modp({}, known.g));
    CHECK(!provider::match_modp(known.g, known.p));
    for (const auto& other : all) {
      if (other.group != known.group) CHECK(!provider::match_modp(known.p, other.g));
    }
  }
  CHECK(!provider::match_modp({}, {}));
  CHECK(!provider::match_modp(Bytes(100000, 0xFF), Bytes(100000, 0xFF)));
}

TEST(ModpGroup, is_a_group_of_the_published_order) {
  for (const auto& known : all) {
    const auto group = make(known);
    const auto k = group.random_exponent(rng).value();
    const auto l = group.random_exponent(rng).value();
    LONGS_EQUAL(known.q.size(), k.size());
    const auto a = group.power_of_generator(k.expose()).value();
    const auto b = group.power_of_generator(l.expose()).value();
    LONGS_EQUAL(known.p.size(), a.size());
    CHECK_BYTES(group.power(a, l.expose()).value(), group.power(b, k.expose()).value());
    CHECK_BYTES(group.agree(l.expose(), a).value().expose(), group.agree(k.expose(), b).value().expose());
    CHECK_BYTES(group.multiply(a, b).value(), group.multiply(b, a).value());
    CHECK_BYTES(group.power(a, Bytes{2}).value(), group.multiply(a, a).value());
    CHECK_BYTES(group.power(a, Bytes{3}).value(), group.multiply(group.multiply(a, a).value(), a).value());
    CHECK_BYTES(known.g, group.power_of_generator(Bytes{1}).value());
    CHECK_BYTES(known.g, group.power_of_generator(plus(known.q, 1)).value());
    // y^(q-1) is the inverse of y; the product is 1, which is no result.
    const auto inverse = group.power(a, plus(known.q, -1)).value();
    CHECK_FAULT(Fault::security, group.multiply(a, inverse));
    CHECK_FAULT(Fault::security, group.power(a, known.q));
    CHECK_FAULT(Fault::security, group.agree(known.q, a));
    CHECK_FAULT(Fault::security, group.power_of_generator(known.q));
    CHECK_FAULT(Fault::security, group.power_of_generator(Bytes{0}));
  }
}

TEST(ModpGroup, takes_exponents_of_1_to_256_octets) {
  for (const auto& known : all) {
    const auto group = make(known);
    Bytes wide(256);
    wide.back() = 5;
    CHECK_BYTES(group.power_of_generator(Bytes{5}).value(), group.power_of_generator(wide).value());
    CHECK_OK(group.power_of_generator(Bytes(256, 0xFF)));
    CHECK_FAULT(Fault::bad_input, group.power_of_generator({}));
    CHECK_FAULT(Fault::bad_input, group.power_of_generator(Bytes(257, 1)));
    CHECK_FAULT(Fault::bad_input, group.power(known.g, {}));
    CHECK_FAULT(Fault::bad_input, group.agree(Bytes(257, 1), known.g));
  }
}

TEST(ModpGroup, refuses_trivial_elements_and_those_of_small_order) {
  for (const auto& known : all) {
    const auto group = make(known);
    for (const auto& element : {small(0, known.p), small(1, known.p), plus(known.p, -1), known.p, plus(known.p, 1),
                                small(2, known.p), Bytes{}, Bytes{1}, Bytes(known.p.size(), 0xFF)}) {
      CHECK_FAULT(Fault::security, group.check(element));
      CHECK_FAULT(Fault::security, group.power(element, Bytes{3}));
      CHECK_FAULT(Fault::security, group.agree(Bytes{3}, element));
      CHECK_FAULT(Fault::security, group.multiply(element, known.g));
      CHECK_FAULT(Fault::security, group.multiply(known.g, element));
    }
    for (const auto& element : {concat({Bytes(1), known.g}), Bytes(known.p.size() + 1), Bytes(1000, 7)}) {
      CHECK_FAULT(Fault::malformed, group.check(element));
      CHECK_FAULT(Fault::malformed, group.power(element, Bytes{3}));
      CHECK_FAULT(Fault::malformed, group.multiply(known.g, element));
    }
    CHECK_OK(group.check(known.g));
  }
}

TEST(ModpGroup, refuses_the_negative_of_an_element) {
  // p - g has order 2q: what a confinement attack would send. It is on neither side of the trivial values.
  for (const auto& known : all) {
    Bytes negative(known.p.size());
    int borrow = 0;
    for (std::size_t i = negative.size(); i-- > 0;) {
      const int digit = known.p[i] - known.g[i] - borrow;
      negative[i] = static_cast<std::uint8_t>(digit);
      borrow = digit < 0 ? 1 : 0;
    }
    LONGS_EQUAL(0, borrow);
    CHECK_FAULT(Fault::security, make(known).check(negative));
  }
}

TEST(ModpGroup, keeps_leading_zeros) {
  for (const auto& known : all) {
    const auto group = make(known);
    bool found = false;
    for (int i = 1; i < 0x2000 && !found; ++i) {
      const Bytes exponent{static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
      const auto element = group.power_of_generator(exponent).value();
      LONGS_EQUAL(known.p.size(), element.size());
      found = element[0] == 0;
      if (!found) continue;
      CHECK_BYTES(element, group.agree(exponent, known.g).value().expose());
      // Leading zeros may be missing in what comes in.
      CHECK_OK(group.check(element));
      CHECK_OK(group.check(ByteView{element}.subspan(1)));
    }
    CHECK(found);
  }
}

TEST(ModpGroup, maps_numbers_to_elements) {
  for (const auto& known : all) {
    const auto group = make(known);
    for (const std::size_t size : {std::size_t{1}, known.p.size(), known.p.size() + 40, std::size_t{320}}) {
      Bytes number(size);
      CHECK_OK(rng.fill(number));
      number[0] |= 2U;
      const auto element = group.map_to_element(number).value();
      LONGS_EQUAL(known.p.size(), element.size());
      CHECK_OK(group.check(element));
    }
    // (x + p) maps as x does.
    CHECK_BYTES(group.map_to_element(Bytes{5}).value(), group.map_to_element(plus(known.p, 5)).value());
    // 0, 1 and -1 (the cofactor is even) have no image; neither have elements of the subgroup's complement's powers.
    for (const auto& number : {small(0, known.p), small(1, known.p), plus(known.p, -1), known.p, plus(known.p, 1)}) {
      CHECK_FAULT(Fault::security, group.map_to_element(number));
    }
    CHECK_FAULT(Fault::bad_input, group.map_to_element({}));
    CHECK_FAULT(Fault::bad_input, group.map_to_element(Bytes(321, 2)));
  }
}

TEST(ModpGroup, works_in_the_object_it_moved_to_and_after_a_refusal) {
  auto first = make(all.at(0));
  const auto expected = first.power_of_generator(Bytes{9}).value();
  CHECK_FAULT(Fault::security, first.power(Bytes{1}, Bytes{9}));
  auto second{std::move(first)};
  auto third = make(all.at(1));
  third = std::move(second);
  CHECK_BYTES(expected, third.power_of_generator(Bytes{9}).value());
}
