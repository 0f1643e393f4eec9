// The life cycles of card and application, and the data objects of the issuer security domain.
#include "cards.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using cicada::applet_sim::manager::CardLife;
using issuer::Application;
using issuer::Channel;
using terminal::Command;

TEST_GROUP(CardLife) {
  Bench bench;
  std::optional<Channel> channel;
  void use(CardLife life = CardLife::secured) {
    auto blank = issuer::blank(Application::jmrtd);
    blank.manager->life = life;
    bench.use(blank);
    open();
  }
  void open() {
    LONGS_EQUAL(0x9000, terminal::split(bench.send("00A4040C08A000000151000000"_hex)).sw & 0xFFFFU);
    channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
  }
  unsigned set(unsigned to) {
    return channel->transmit(bench.wire(), {.ins = 0xF0, .p1 = 0x80, .p2 = static_cast<std::uint8_t>(to)}).sw;
  }
  unsigned set_application(unsigned to, const Bytes& aid = "A0000002471001"_hex) {
    return channel->transmit(bench.wire(), {.ins = 0xF0, .p1 = 0x40, .p2 = static_cast<std::uint8_t>(to), .data = aid})
        .sw;
  }
  unsigned plain(std::string_view hex) {
    return terminal::split(bench.send(from_hex(hex).value())).sw;
  }
};

TEST(CardLife, has_the_ways_of_the_specification_and_no_other) {
  constexpr std::array kLives = {0x01U, 0x07U, 0x0FU, 0x7FU, 0xFFU};
  const std::vector<std::pair<unsigned, unsigned>> ways = {{0x01, 0x07}, {0x01, 0x0F}, {0x07, 0x0F},
                                                           {0x0F, 0x7F}, {0x7F, 0x0F}, {0x01, 0xFF},
                                                           {0x07, 0xFF}, {0x0F, 0xFF}, {0x7F, 0xFF}};
  for (const auto from : kLives) {
    if (from == 0xFF) continue;
    for (const auto to : kLives) {
      auto blank = issuer::blank(Application::jmrtd);
      blank.manager->life = static_cast<CardLife>(from);
      bench.use(blank);
      channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
      const bool leads = std::ranges::find(ways, std::pair{from, to}) != ways.end();
      const auto refused = to == 0x01 ? 0x6A80U : 0x6985U;
      LONGS_EQUAL(leads ? 0x9000U : refused, set(to));
    }
  }
  use();
  for (const unsigned to : {0x00U, 0x03U, 0x8FU, 0xFEU}) LONGS_EQUAL(0x6A80, set(to));
  LONGS_EQUAL(0x6A86, channel->transmit(bench.wire(), {.ins = 0xF0, .p1 = 0x20, .p2 = 0x0F}).sw);
}

TEST(CardLife, when_locked_leaves_the_security_domain_and_little_of_it) {
  use();
  LONGS_EQUAL(0x9000, set(0x7F));
  bench.reopen();
  LONGS_EQUAL(0x6283, plain("00A4040008A00000015100000000"));
  LONGS_EQUAL(0x6283, plain("00A4040C08A000000151000000"));
  LONGS_EQUAL(0x6A81, plain("00A4040C07A0000002471001"));
  LONGS_EQUAL(0x6985, plain("00B0810008"));
  LONGS_EQUAL(0x6985, plain("00E00000066304000A0101"));
  LONGS_EQUAL(0x9000, plain("80CA9F7F00"));
  channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
  const auto ask = [&](const Command& command) { return channel->transmit(bench.wire(), command).sw; };
  LONGS_EQUAL(0x9000, ask({.ins = 0xF2, .p1 = 0x80, .p2 = 0x02, .data = "4F00"_hex}));
  for (const std::uint8_t instruction : "E6E8E4D8E2"_hex) LONGS_EQUAL(0x6985, ask({.ins = instruction}));
  LONGS_EQUAL(0x6D00, ask({.ins = 0xAA}));
  LONGS_EQUAL(0x9000, set(0x0F));
  LONGS_EQUAL(0x9000, plain("00A4040C07A0000002471001"));
}

TEST(CardLife, when_terminated_leaves_get_data) {
  use();
  LONGS_EQUAL(0x9000, set(0xFF));
  bench.reopen();
  LONGS_EQUAL(0x9000, plain("80CA9F7F00"));
  LONGS_EQUAL(0x9000, plain("00CA9F7F00"));
  for (const auto* command : {"00A4040008A00000015100000000", "00A4040C07A0000002471001", "00A4000C",
                              "80500000080102030405060708", "80F28002024F0000", "00B0810008"}) {
    LONGS_EQUAL(0x6985, plain(command));
  }
}

TEST(CardLife, of_an_application_is_selectable_or_not) {
  use();
  LONGS_EQUAL(0x9000, channel->transmit(bench.wire(), issuer::delete_passport()).sw);
  auto install = issuer::install_passport(Application::jmrtd);
  install.p1 = 0x04;
  LONGS_EQUAL(0x9000, channel->transmit(bench.wire(), install).sw);
  LONGS_EQUAL(0x6A82, plain("00A4040C07A0000002471001"));
  open();
  const Command selectable{.ins = 0xE6, .p1 = 0x08, .data = "0000 07A0000002471001 0100 00 00"_hex};
  LONGS_EQUAL(0x9000, channel->transmit(bench.wire(), selectable).sw);
  LONGS_EQUAL(0x6985, channel->transmit(bench.wire(), selectable).sw);
  LONGS_EQUAL(
      0x6A88,
      channel->transmit(bench.wire(), {.ins = 0xE6, .p1 = 0x08, .data = "0000 07A0000002471002 0100 00 00"_hex}).sw);
  LONGS_EQUAL(
      0x6A80,
      channel->transmit(bench.wire(), {.ins = 0xE6, .p1 = 0x08, .data = "0100 07A0000002471001 0100 00 00"_hex}).sw);
  LONGS_EQUAL(0x9000, plain("00A4040C07A0000002471001"));
}

TEST(CardLife, of_an_application_can_be_locked_and_unlocked) {
  use();
  LONGS_EQUAL(0x6985, set_application(0x0F));
  LONGS_EQUAL(0x6985, set_application(0x83));
  LONGS_EQUAL(0x6A88, set_application(0x87, "A0000002471002"_hex));
  LONGS_EQUAL(0x6A80, set_application(0x87, "A0"_hex));
  LONGS_EQUAL(0x9000, set_application(0x87));
  LONGS_EQUAL(0x6A82, plain("00A4040C07A0000002471001"));
  open();
  LONGS_EQUAL(0x9000, set_application(0x07));
  LONGS_EQUAL(0x9000, plain("00A4040C07A0000002471001"));
}

TEST(CardLife, is_told_with_the_data_objects_of_the_domain) {
  use();
  CHECK_BYTES("6F10 8408A000000151000000 A5049F6501FF 9000"_hex, bench.send("00A4040008A00000015100000000"_hex));
  CHECK_BYTES("9000"_hex, bench.send("00A4040C05A000000151"_hex));
  CHECK_BYTES("6A82"_hex, bench.send("00A4040C04A0000001"_hex));
  CHECK_BYTES("E012 C00401308810 C00402308810 C00403308810 9000"_hex, bench.send("80CA00E000"_hex));
  CHECK_BYTES(
      "6631 732F 06072A864886FC6B01 600C060A2A864886FC6B02020301 630906072A864886FC6B03 640B06092A864886FC6B040370 9000"_hex,
      bench.send("80CA006600"_hex));
  CHECK_BYTES("6A88"_hex, bench.send("80CA004200"_hex));
  CHECK_BYTES("6A88"_hex, bench.send("80CA123400"_hex));
  open();
  const auto store = [&](std::uint8_t p1, const Bytes& data) {
    return channel->transmit(bench.wire(), {.ins = 0xE2, .p1 = p1, .data = data}).sw;
  };
  LONGS_EQUAL(0x9000, store(0x80, "0042 03 C1CADA"_hex));
  LONGS_EQUAL(0x9000, store(0x90, "45 04 01020304"_hex));
  LONGS_EQUAL(0x6A80, store(0x90, "4504010203"_hex));
  LONGS_EQUAL(0x6A80, store(0x80, "004203C1CA"_hex));
  LONGS_EQUAL(0x6A80, store(0x80, concat({"004211"_hex, Bytes(17)})));
  LONGS_EQUAL(0x6A88, store(0x80, "00430101"_hex));
  LONGS_EQUAL(0x6A86, store(0x00, "00420101"_hex));
  bench.reopen();
  CHECK_BYTES("4203C1CADA 9000"_hex, bench.send("80CA004200"_hex));
  CHECK_BYTES("450401020304 9000"_hex, bench.send("00CA004500"_hex));
}
