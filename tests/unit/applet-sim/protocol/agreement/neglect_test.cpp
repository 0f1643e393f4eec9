#include "cicada/applet_sim/protocol/agreement/neglect.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::applet_sim::protocol::agreement;

namespace {

constexpr DomainId kModp1024 = 0;
constexpr DomainId kP256 = 12;

Domain domain_of(DomainId id) {
  return Domain::create(id).value();
}

/// 04 || x || y with these first octets.
Bytes point_like(std::uint8_t x, std::uint8_t y) {
  Bytes point(65, 0x11);
  point[0] = 0x04;
  point[1] = x;
  point[33] = y;
  return point;
}

}  // namespace

TEST_GROUP(KeyLapses){};

TEST(KeyLapses, change_nothing_where_there_are_none) {
  const auto domain = domain_of(kP256);
  for (const auto& key : {point_like(0x00, 0x80), Bytes{}, Bytes(200, 0xFF), domain.generator()}) {
    CHECK_BYTES(key, key_with_lapses(domain, key, {}));
  }
}

TEST(KeyLapses, take_the_generator_for_what_is_no_element) {
  for (const auto id : {kP256, kModp1024}) {
    const auto domain = domain_of(id);
    CHECK_BYTES(domain.generator(), key_with_lapses(domain, Bytes(200, 0xFF), {.elements = true}));
    CHECK_BYTES(domain.generator(), key_with_lapses(domain, domain.generator(), {.elements = true}));
  }
}

TEST(KeyLapses, lose_leading_zeros_of_either_coordinate) {
  const auto domain = domain_of(kP256);
  const KeyLapses lapses{.leading_zeros = true};
  LONGS_EQUAL(64, key_with_lapses(domain, point_like(0x00, 0x11), lapses).size());
  LONGS_EQUAL(63, key_with_lapses(domain, point_like(0x00, 0x00), lapses).size());
  CHECK_BYTES(point_like(0x01, 0xFF), key_with_lapses(domain, point_like(0x01, 0xFF), lapses));
}

TEST(KeyLapses, put_a_zero_before_a_highest_bit) {
  const auto domain = domain_of(kP256);
  const KeyLapses lapses{.highest_bit = true};
  LONGS_EQUAL(66, key_with_lapses(domain, point_like(0x80, 0x7F), lapses).size());
  LONGS_EQUAL(67, key_with_lapses(domain, point_like(0xFF, 0x80), lapses).size());
  CHECK_BYTES(point_like(0x7F, 0x00), key_with_lapses(domain, point_like(0x7F, 0x00), lapses));
}

TEST(KeyLapses, of_coordinates_do_not_touch_numbers_nor_keys_of_another_size) {
  const KeyLapses lapses{.leading_zeros = true, .highest_bit = true};
  const Bytes number(128, 0x00);
  CHECK_BYTES(number, key_with_lapses(domain_of(kModp1024), number, lapses));
  const Bytes longer(66, 0x00);
  CHECK_BYTES(longer, key_with_lapses(domain_of(kP256), longer, lapses));
}
