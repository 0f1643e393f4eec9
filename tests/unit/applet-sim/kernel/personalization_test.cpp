// A blank card becomes an issued one (docs/card-commands.md).
#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using cicada::applet_sim::kernel::LifeCycle;
using terminal::Channel;
using terminal::Command;

TEST_GROUP(Personalization) {
  Bench bench;
  void setup() override {
    bench.use_blank();
  }
  [[nodiscard]] Channel channel() {
    return Channel::open(bench.wire(), cards::transport_keys());
  }
  /// The application and its DG1, the latter being current.
  void make_dg1(Channel & open) {
    LONGS_EQUAL(0x9000, open.transmit(bench.wire(), {.ins = 0xE0, .data = df()}).sw);
    LONGS_EQUAL(0x9000, open.transmit(bench.wire(), {.ins = 0xE0, .data = cards::fcp_ef(0x0101, 100, 1, 0x40)}).sw);
  }
  static Bytes df() {
    return cards::fcp_df(0x1001, "A0000002471001"_hex);
  }
  void check(unsigned sw, Channel& open, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, open.transmit(bench.wire(), command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
};

TEST(Personalization, makes_a_card_that_can_be_read_and_no_longer_written) {
  auto open = channel();
  CHECK(bench.card->life_cycle() == LifeCycle::blank);
  for (const auto& command : cards::personalization()) {
    LONGS_EQUAL(0x9000, open.transmit(bench.wire(), command).sw);
  }
  CHECK(bench.card->life_cycle() == LifeCycle::locked);
  bench.reopen();
  CHECK(bench.card->life_cycle() == LifeCycle::locked);
  auto session = bench.open_session();
  const auto dg1 = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x81, .le = 93});
  LONGS_EQUAL(0x9000, dg1.sw);
  CHECK_BYTES(cards::pattern(93, 4), dg1.data);
  const auto end_of_dg2 = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x82, .p2 = 0, .le = 16});
  LONGS_EQUAL(0x9000, end_of_dg2.sw);
  const auto tail = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x02, .p2 = 0x50, .le = 8});
  CHECK_BYTES(ByteView{cards::pattern(600, 5)}.subspan(0x250, 8), tail.data);
}

TEST(Personalization, after_the_lock_answers_6D00_to_every_instruction) {
  auto open = channel();
  for (const auto& command : cards::personalization()) static_cast<void>(open.transmit(bench.wire(), command));
  const auto before = bench.memory();
  for (const bool reset : {false, true}) {
    if (reset) bench.card->reset();
    for (const unsigned ins : {0xA4U, 0xE0U, 0xD6U, 0xD7U, 0xDAU, 0xF0U, 0x50U, 0x82U}) {
      for (const unsigned cla : {0x80U, 0x84U}) {
        const auto instruction = static_cast<std::uint8_t>(ins);
        const auto octet = static_cast<std::uint8_t>(cla);
        LONGS_EQUAL(0x6D00, bench.plain({.ins = instruction}, octet).sw);
        LONGS_EQUAL(0x6D00, bench.plain({.ins = instruction, .p1 = 0x30, .data = Bytes(8), .le = 256}, octet).sw);
      }
      if (ins != 0xA4 && ins != 0x82) LONGS_EQUAL(0x6D00, bench.plain({.ins = static_cast<std::uint8_t>(ins)}).sw);
    }
    // The channel is closed: what would have been the next protected command is no better.
    CHECK_BYTES("6D00"_hex, bench.send(open.wrap({.ins = 0xD6, .data = Bytes(4)})));
  }
  CHECK_BYTES(before, bench.memory());
}

TEST(Personalization, needs_the_channel) {
  for (const unsigned ins : {0xA4U, 0xE0U, 0xD6U, 0xD7U, 0xDAU, 0xF0U}) {
    LONGS_EQUAL(0x6982, bench.plain({.ins = static_cast<std::uint8_t>(ins), .data = Bytes(8)}, 0x84).sw);
    LONGS_EQUAL(0x6982, bench.plain({.ins = static_cast<std::uint8_t>(ins), .data = Bytes(8)}, 0x80).sw);
  }
}

TEST(Personalization, checks_initialize_update) {
  const auto answer = [&](const Command& command) { return bench.plain(command, 0x80).sw; };
  LONGS_EQUAL(0x9000, answer({.ins = 0x50, .p1 = 0x30, .data = Bytes(8), .le = 256}));
  LONGS_EQUAL(0x9000, answer({.ins = 0x50, .p1 = 0x00, .data = Bytes(8)}));
  LONGS_EQUAL(0x6700, answer({.ins = 0x50, .p1 = 0x30, .data = Bytes(7)}));
  LONGS_EQUAL(0x6700, answer({.ins = 0x50, .p1 = 0x30}));
  LONGS_EQUAL(0x6A88, answer({.ins = 0x50, .p1 = 0x01, .data = Bytes(8)}));
  LONGS_EQUAL(0x6A86, answer({.ins = 0x50, .p1 = 0x30, .p2 = 0x01, .data = Bytes(8)}));
}

TEST(Personalization, tells_serial_key_information_and_a_counter_that_grows) {
  const auto first = Channel::begin(bench.wire(), cards::transport_keys(), Bytes(8, 1)).initialize_update_answer;
  CHECK_BYTES(bench.card->serial(), ByteView{first}.first(10));
  CHECK_BYTES("300370"_hex, ByteView{first}.subspan(10, 3));
  CHECK_BYTES("000001"_hex, ByteView{first}.last(3));
  bench.reopen();  // also across a loss of power
  const auto second = Channel::begin(bench.wire(), cards::transport_keys(), Bytes(8, 1)).initialize_update_answer;
  CHECK_BYTES("000002"_hex, ByteView{second}.last(3));
  CHECK(!equal(ByteView{first}.subspan(13, 8), ByteView{second}.subspan(13, 8)));
}

TEST(Personalization, checks_external_authenticate) {
  const auto keys = cards::transport_keys();
  const auto begin = [&] { return Channel::begin(bench.wire(), keys, Bytes(8, 7)); };
  const auto answer = [&](const Bytes& command) { return terminal::split(bench.send(command)).sw; };
  // Without a handshake; after a command in between; a second time.
  LONGS_EQUAL(0x6985, answer("84823300101122334455667788AABBCCDDEEFF0011"_hex));
  auto channel = begin();
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  LONGS_EQUAL(0x6985, answer(channel.external_authenticate()));
  channel = begin();
  const auto right = channel.external_authenticate();
  LONGS_EQUAL(0x9000, answer(right));
  LONGS_EQUAL(0x6985, answer(right));
  LONGS_EQUAL(0x6982, answer(channel.wrap({.ins = 0xA4, .p2 = 0x0C})));
  // Another level, another length.
  LONGS_EQUAL(0x6A86, answer(begin().external_authenticate(0x03)));
  LONGS_EQUAL(0x6A86, answer(begin().external_authenticate(0x00)));
  LONGS_EQUAL(0x6700, answer(begin().seal(0x82, 0x33, 0, Bytes(7))));
  // A wrong C-MAC over the right cryptogram, and a right C-MAC over a wrong one.
  channel = begin();
  auto wrong = channel.external_authenticate();
  wrong.back() ^= 1U;
  LONGS_EQUAL(0x6988, answer(wrong));
  channel = begin();
  channel.host_cryptogram[0] ^= 1U;
  LONGS_EQUAL(0x6300, answer(channel.external_authenticate()));
  LONGS_EQUAL(0x6982, answer(channel.wrap({.ins = 0xA4, .p2 = 0x0C})));
}

TEST(Personalization, ends_the_channel_at_the_first_failure_inside_it) {
  const auto dead_after = [&](const std::function<Bytes(Channel&)>& make, unsigned sw) {
    auto open = channel();
    LONGS_EQUAL(0x9000, open.transmit(bench.wire(), {.ins = 0xA4, .p2 = 0x0C}).sw);
    LONGS_EQUAL(sw, terminal::split(bench.send(make(open))).sw);
    LONGS_EQUAL(0x6982, terminal::split(bench.send(open.wrap({.ins = 0xA4, .p2 = 0x0C}))).sw);
  };
  dead_after(
      [](Channel& c) {
        auto x = c.wrap({.ins = 0xA4, .p2 = 0x0C});
        x.back() ^= 1U;
        return x;
      },
      0x6988);
  dead_after([](Channel& c) { return c.seal(0xE0, 0, 0, Bytes(15)); }, 0x6988);
  dead_after([](Channel& c) { return c.seal(0xE0, 0, 0, c.encrypt(Bytes(16))); }, 0x6988);
  dead_after([](Channel&) { return "84E000000411223344"_hex; }, 0x6987);
  dead_after([](Channel&) { return "84E00000"_hex; }, 0x6987);
  dead_after([](Channel&) { return "84E00000000010"_hex; }, 0x6700);
  dead_after([](Channel&) { return "84E000000511"_hex; }, 0x6700);
  dead_after([](Channel&) { return "00A4000C"_hex; }, 0x9000);
  dead_after([](Channel&) { return "0CA4000C"_hex; }, 0x6982);
  dead_after([](Channel&) { return "80E00000"_hex; }, 0x6982);
  dead_after([](Channel&) { return "805030000811223344556677"_hex; }, 0x6700);
  dead_after([](Channel&) { return "94A4000C"_hex; }, 0x6E00);
  dead_after(
      [this](Channel&) {
        bench.card->reset();
        return "00A4000C"_hex;
      },
      0x9000);
}

TEST(Personalization, keeps_the_channel_after_an_error_of_a_command) {
  auto open = channel();
  check(0x6A82, open, {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0101"_hex});
  check(0x6D00, open, {.ins = 0xB0, .le = 8});
  check(0x6A86, open, {.ins = 0xE0, .p1 = 1});
  check(0x9000, open, {.ins = 0xE0, .data = df()});
}

TEST(Personalization, checks_file_control_parameters) {
  auto open = channel();
  check(0x9000, open, {.ins = 0xE0, .data = df()});
  const auto good = cards::fcp_ef(0x0101, 100, 1, 0x40);
  for (const auto& data :
       {""_hex, "62"_hex, concat({good, "00"_hex}), "6F1282010183020101800200648801088C020140"_hex}) {
    check(0x6A80, open, {.ins = 0xE0, .data = data});
  }
  for (const auto& parameters : {
           ""_hex, "820101"_hex, "820101 83020101"_hex,
           "83020101 820101 80020064 880108 8C020140"_hex,         // another order
           "820102 83020101 80020064 880108 8C020140"_hex,         // a record file
           "820101 83020101 8003000064 880108 8C020140"_hex,       // size of three octets
           "820101 83020101 80020000 880108 8C020140"_hex,         // an empty file
           "820101 83020101 80020064 880109 8C020140"_hex,         // SFI in the wrong bits
           "820101 83020101 80020064 8801F8 8C020140"_hex,         // SFI 31
           "820101 83020101 80020064 880108 8C020240"_hex,         // another access mode
           "820101 83020101 80020064 880108 8C020141"_hex,         // unknown condition
           "820101 83020101 80020064 880108"_hex,                  // no condition
           "820101 8302FFFF 80020064 880108 8C020140"_hex,         // a reserved identifier
           "820101 83020101 80020064 880108 8C020140 850100"_hex,  // something behind
           "820138 83021002 8404A0000002"_hex,                     // an AID of four octets
           "820138 83021002"_hex,                                  // a DF without AID
       }) {
    check(0x6A80, open, {.ins = 0xE0, .data = terminal::tlv(0x62, parameters)});
  }
  check(0x9000, open, {.ins = 0xE0, .data = good});
  check(0x6A89, open, {.ins = 0xE0, .data = good});
  check(0x6A89, open, {.ins = 0xE0, .data = cards::fcp_ef(0x0102, 100, 1, 0x40)});
  check(0x9000, open, {.ins = 0xE0, .data = "620F 820101 83020102 80020064 8C020140"_hex});  // no SFI at all
  check(0x6985, open, {.ins = 0xE0, .data = cards::fcp_df(0x1002, "A0000002472001"_hex)});   // a DF in a DF
  check(0x9000, open, {.ins = 0xA4, .p2 = 0x0C});
  check(0x6A89, open, {.ins = 0xE0, .data = cards::fcp_df(0x1002, "A0000002471001"_hex)});
  check(0x6A89, open, {.ins = 0xE0, .data = cards::fcp_df(0x1002, "A000000151000000"_hex)});
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_df(0x1002, "A0000002472001"_hex)});
}

TEST(Personalization, fills_its_memory_to_the_last_octet) {
  auto open = channel();
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_ef(1, 65535, 0, 0)});
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_ef(2, 65535, 0, 0)});
  check(0x6A84, open, {.ins = 0xE0, .data = cards::fcp_ef(3, 3, 0, 0)});
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_ef(3, 2, 0, 0)});
}

TEST(Personalization, writes_with_both_forms_of_update_binary) {
  auto open = channel();
  check(0x6986, open, {.ins = 0xD6, .data = "01"_hex});
  make_dg1(open);
  check(0x9000, open, {.ins = 0xD6, .p2 = 98, .data = "0102"_hex});
  check(0x6A84, open, {.ins = 0xD6, .p2 = 99, .data = "0102"_hex});
  check(0x6B00, open, {.ins = 0xD6, .p2 = 100, .data = "01"_hex});
  check(0x6B00, open, {.ins = 0xD6, .p1 = 0x7F, .p2 = 0xFF, .data = "01"_hex});
  check(0x6A86, open, {.ins = 0xD6, .p1 = 0x81, .data = "01"_hex});
  check(0x6700, open, {.ins = 0xD6});
  check(0x9000, open, {.ins = 0xD7, .data = "540100 5303AABBCC"_hex});
  check(0x9000, open, {.ins = 0xD7, .data = "540400000063 5301DD"_hex});
  check(0x6A84, open, {.ins = 0xD7, .data = "540163 53020102"_hex});
  check(0x6B00, open, {.ins = 0xD7, .data = "540164 530101"_hex});
  check(0x6B00, open, {.ins = 0xD7, .data = "5404FFFFFFFF 530101"_hex});
  check(0x6A86, open, {.ins = 0xD7, .p2 = 1, .data = "540100 530101"_hex});
  for (const auto& data : {"5400 530101"_hex, "54050000000000 530101"_hex, "540100 5300"_hex, "540100"_hex,
                           "530101 540100"_hex, "540100 530101 00"_hex, "540100 530201"_hex, "01"_hex}) {
    check(0x6A80, open, {.ins = 0xD7, .data = data});
  }
}

TEST(Personalization, checks_access_keys_and_the_order_of_life) {
  auto open = channel();
  const auto keys = concat({"8010"_hex, Bytes(16, 1), "8110"_hex, Bytes(16, 2)});
  check(0x6A88, open, {.ins = 0xDA, .p2 = 0x61, .data = keys});
  check(0x6A80, open, {.ins = 0xDA, .p2 = 0x62, .data = concat({keys, "00"_hex})});
  check(0x6A80, open, {.ins = 0xDA, .p2 = 0x62, .data = concat({"800F"_hex, Bytes(15), "8110"_hex, Bytes(16)})});
  check(0x6A80, open, {.ins = 0xDA, .p2 = 0x62});
  const Command personalized{.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex};
  const Command locked{.ins = 0xF0, .p1 = 0x80, .p2 = 0x0F};
  check(0x6A82, open, personalized);
  check(0x6985, open, locked);
  make_dg1(open);
  check(0x6985, open, personalized);  // no access keys yet
  check(0x9000, open, {.ins = 0xDA, .p2 = 0x62, .data = keys});
  check(0x6A86, open, {.ins = 0xF0, .p1 = 0x41, .p2 = 0x0F, .data = "A0000002471001"_hex});
  check(0x9000, open, personalized);
  for (const Command& command :
       {Command{.ins = 0xE0, .data = cards::fcp_ef(0x0102, 10, 2, 0)}, Command{.ins = 0xD6, .data = "01"_hex},
        Command{.ins = 0xD7, .data = "540100530101"_hex}, Command{.ins = 0xDA, .p2 = 0x62, .data = keys},
        personalized}) {
    check(0x6985, open, command);
  }
  check(0x9000, open, {.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0101"_hex});
  check(0x6700, open, {.ins = 0xF0, .p1 = 0x80, .p2 = 0x0F, .data = "01"_hex});
  check(0x9000, open, locked);
}

TEST(Personalization, lets_nothing_be_read_before_it_is_done) {
  auto open = channel();
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_ef(0x011C, 20, 0x1C, 0x00)});
  make_dg1(open);
  const auto keys = concat({"8010"_hex, cards::access_keys().k_enc, "8110"_hex, cards::access_keys().k_mac});
  check(0x9000, open, {.ins = 0xDA, .p2 = 0x62, .data = keys});
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x9C, .le = 8}).sw);
  bench.select_lds1();
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x81, .le = 8}).sw);
  const auto challenge = bench.plain({.ins = 0x84, .le = 8});
  const auto token = terminal::bac_token(cards::access_keys(), Bytes(8, 1), challenge.data, Bytes(16, 2));
  LONGS_EQUAL(0x6985, bench.plain({.ins = 0x82, .data = token, .le = 40}).sw);
}

TEST(Personalization, has_no_application_to_select_before_its_df_exists) {
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A000000151000000"_hex}).sw);
  const auto fci = bench.plain({.ins = 0xA4, .p1 = 0x04, .data = "A000000151000000"_hex, .le = 256});
  LONGS_EQUAL(0x9000, fci.sw);
  CHECK_BYTES("6F0A8408A000000151000000"_hex, fci.data);
  auto open = channel();
  check(0x9000, open, {.ins = 0xE0, .data = df()});
  bench.select_lds1();
}
