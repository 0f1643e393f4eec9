// Reading a card as a terminal does.
#include "cards.h"
#include "cicada/applet_sim/port/loopback.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;

TEST_GROUP(Reading) {
  Bench bench;
  void setup() override {
    bench.use_personalized();
  }
};

TEST(Reading, with_bac_gives_every_octet_of_a_file) {
  auto session = bench.open_session();
  Bytes read;
  const auto whole = cards::pattern(600, 5);
  for (unsigned offset = 0; offset < whole.size();) {
    const auto left = std::min<std::size_t>(231, whole.size() - offset);
    const auto p1 = static_cast<std::uint8_t>(offset == 0 ? 0x82 : offset >> 8U);
    const auto part = session.transmit(
        bench.wire(),
        {.ins = 0xB0, .p1 = p1, .p2 = static_cast<std::uint8_t>(offset), .le = static_cast<unsigned>(left)});
    LONGS_EQUAL(0x9000, part.sw);
    LONGS_EQUAL(left, part.data.size());
    append(read, part.data);
    offset += static_cast<unsigned>(part.data.size());
  }
  CHECK_BYTES(whole, read);
}

TEST(Reading, goes_through_the_loopback_only_with_power) {
  cicada::applet_sim::port::Loopback slot{*bench.card};
  CHECK_FAULT(Fault::card_removed, slot.transmit("00A4000C"_hex));
  CHECK_BYTES(cicada::applet_sim::kernel::Card::atr(), slot.power_on());
  CHECK_BYTES("9000"_hex, slot.transmit("00A4000C"_hex).value());
  slot.power_off();
  CHECK_FAULT(Fault::card_removed, slot.transmit("00A4000C"_hex));
  static_cast<void>(slot.power_on());
  CHECK_FAULT(Fault::limit, slot.transmit(Bytes(65545)));
}
