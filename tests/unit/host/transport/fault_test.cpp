#include "cicada/host/transport/fault.h"

#include "cicada/host/transport/loopback.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::transport;

TEST_GROUP(FaultyTransport) {
  int asked = 0;
  LoopbackTransport card{[this](ByteView) {
    ++asked;
    return "01029000"_hex;
  }};
  Bytes command = "00B0000000"_hex;
};

TEST(FaultyTransport, fails_the_planned_exchange_only) {
  FaultyTransport wire{card, {{.exchange = 1, .kind = Drop{}}}};
  CHECK_OK(wire.transceive(command));
  CHECK_FAULT(Fault::transport, wire.transceive(command));
  CHECK_OK(wire.transceive(command));
  LONGS_EQUAL(3, asked);
  LONGS_EQUAL(3, wire.exchanges());
}

TEST(FaultyTransport, flips_the_bit_it_was_told_to) {
  FaultyTransport wire{card, {{.exchange = 0, .kind = Flip{0}}, {.exchange = 1, .kind = Flip{31}}}};
  CHECK_BYTES("81029000"_hex, wire.transceive(command).value());
  CHECK_BYTES("01029001"_hex, wire.transceive(command).value());
}

TEST(FaultyTransport, cuts_and_never_gives_less_than_a_status_word) {
  FaultyTransport wire{card, {{.exchange = 0, .kind = Cut{3}}, {.exchange = 1, .kind = Cut{1}}}};
  CHECK_BYTES("010290"_hex, wire.transceive(command).value());
  CHECK_FAULT(Fault::transport, wire.transceive(command));
}

TEST(FaultyTransport, keeps_a_removed_card_away) {
  FaultyTransport wire{card, {{.exchange = 1, .kind = Remove{}}}};
  CHECK_OK(wire.transceive(command));
  CHECK_FAULT(Fault::card_removed, wire.transceive(command));
  CHECK_FAULT(Fault::card_removed, wire.transceive(command));
  LONGS_EQUAL(1, asked);
}

TEST(FaultyTransport, delays) {
  FaultyTransport wire{card, {{.exchange = 0, .kind = Delay{std::chrono::milliseconds{20}}}}};
  const auto start = std::chrono::steady_clock::now();
  CHECK_OK(wire.transceive(command));
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds{20});
}
