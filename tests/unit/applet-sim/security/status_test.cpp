#include "cicada/applet_sim/security/status.h"

#include <vector>

#include "harness.h"

using namespace cicada::base;
using namespace cicada::applet_sim::security;

namespace {

SecurityStatus with(const std::vector<Mechanism>& facts) {
  SecurityStatus status;
  for (const auto fact : facts) status.add(fact);
  return status;
}

bool may_read(unsigned octet, const std::vector<Mechanism>& facts) {
  return AccessCondition::from_octet(static_cast<std::uint8_t>(octet)).value().satisfied_by(with(facts));
}

}  // namespace

TEST_GROUP(Security){};

TEST(Security, of_a_file_is_one_of_five_octets) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const bool known = octet == 0x00 || octet == 0x40 || octet == 0xE3 || octet == 0xE4 || octet == 0xFF;
    const auto condition = AccessCondition::from_octet(static_cast<std::uint8_t>(octet));
    LONGS_EQUAL(known, condition.has_value());
    if (known) LONGS_EQUAL(octet, condition->octet());
  }
}

TEST(Security, wants_what_the_data_sheet_says) {
  using enum Mechanism;
  for (const unsigned octet : {0x00U, 0x40U, 0xE3U, 0xE4U, 0xFFU}) {
    LONGS_EQUAL(octet == 0x00, may_read(octet, {}));
    LONGS_EQUAL(octet == 0x00 || octet == 0x40, may_read(octet, {bac}));
    LONGS_EQUAL(octet == 0x00 || octet == 0x40, may_read(octet, {pace}));
    LONGS_EQUAL(octet == 0x00 || octet == 0x40 || octet == 0xE3, may_read(octet, {bac, terminal_dg3}));
    LONGS_EQUAL(octet == 0x00 || octet == 0x40 || octet == 0xE4, may_read(octet, {pace, terminal_dg4}));
    LONGS_EQUAL(octet == 0x00, may_read(octet, {terminal_dg3, terminal_dg4}));  // never without an access procedure
    LONGS_EQUAL(octet != 0xFF, may_read(octet, {bac, pace, terminal_dg3, terminal_dg4}));
  }
}

TEST(Security, events_delete_the_facts_that_hang_on_them) {
  using enum Mechanism;
  auto status = with({bac, terminal_dg3, terminal_dg4});
  status.apply(SecurityEvent::keys_replaced);
  CHECK(status.has(bac));
  CHECK(!status.has(terminal_dg3));
  CHECK(!status.has(terminal_dg4));
  status.apply(SecurityEvent::session_ended);
  CHECK(status.empty());
}
