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

TEST(Reading, selects_by_name_by_identifier_and_the_mf) {
  const auto select = [this](unsigned p1, unsigned p2, Bytes data, std::optional<unsigned> le = {}) {
    return bench.plain({.ins = 0xA4,
                        .p1 = static_cast<std::uint8_t>(p1),
                        .p2 = static_cast<std::uint8_t>(p2),
                        .data = std::move(data),
                        .le = le});
  };
  LONGS_EQUAL(0x9000, select(0x00, 0x0C, {}).sw);
  LONGS_EQUAL(0x9000, select(0x00, 0x0C, {}, 256).sw);
  LONGS_EQUAL(0x9000, select(0x00, 0x0C, "3F00"_hex).sw);
  LONGS_EQUAL(0x6A82, select(0x00, 0x0C, "3F01"_hex).sw);
  LONGS_EQUAL(0x6700, select(0x00, 0x0C, "3F0000"_hex).sw);
  LONGS_EQUAL(0x6A86, select(0x00, 0x00, "3F00"_hex).sw);
  LONGS_EQUAL(0x9000, select(0x02, 0x0C, "011C"_hex).sw);
  LONGS_EQUAL(0x6A82, select(0x02, 0x0C, "011E"_hex).sw);  // of the application, not of the MF
  LONGS_EQUAL(0x9000, select(0x04, 0x0C, "A0000002471001"_hex).sw);
  LONGS_EQUAL(0x9000, select(0x02, 0x0C, "011E"_hex).sw);
  LONGS_EQUAL(0x6A82, select(0x02, 0x0C, "011C"_hex).sw);
  LONGS_EQUAL(0x6A86, select(0x02, 0x00, "011E"_hex).sw);
  LONGS_EQUAL(0x6700, select(0x02, 0x0C, "01"_hex).sw);
  LONGS_EQUAL(0x6700, select(0x02, 0x0C, {}).sw);
  LONGS_EQUAL(0x6A82, select(0x04, 0x0C, "A00000024710"_hex).sw);      // a part of a name
  LONGS_EQUAL(0x6A82, select(0x04, 0x0C, "A000000247100100"_hex).sw);  // more than the name
  LONGS_EQUAL(0x6A82, select(0x04, 0x0C, "A0000002472001"_hex).sw);
  LONGS_EQUAL(0x6700, select(0x04, 0x0C, {}).sw);
  LONGS_EQUAL(0x6A86, select(0x04, 0x04, "A0000002471001"_hex).sw);
  for (const unsigned p1 : {0x01U, 0x03U, 0x08U, 0x09U, 0xFFU}) LONGS_EQUAL(0x6A86, select(p1, 0x0C, "011E"_hex).sw);
  const auto fci = select(0x04, 0x00, "A0000002471001"_hex, 256);
  LONGS_EQUAL(0x9000, fci.sw);
  CHECK_BYTES("6F098407A0000002471001"_hex, fci.data);
  CHECK(select(0x04, 0x00, "A0000002471001"_hex).data.empty());
}

TEST(Reading, keeps_its_place_when_a_selection_fails) {
  bench.select_lds1();
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002472001"_hex}).sw);
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "011E"_hex}).sw);
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "0177"_hex}).sw);
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .le = 1}).sw);  // EF.COM is still current
  bench.select_lds1();
  LONGS_EQUAL(0x6986, bench.plain({.ins = 0xB0, .le = 1}).sw);  // a DF was selected: no current EF
}

TEST(Reading, at_the_end_of_a_file_gives_the_rest) {
  const auto whole = cards::pattern(20, 1);  // EF.CardAccess, free to read
  const auto read = [this](unsigned offset, unsigned le) {
    return bench.plain({.ins = 0xB0, .p1 = 0x9C, .p2 = static_cast<std::uint8_t>(offset), .le = le});
  };
  const auto check = [&](unsigned sw, unsigned offset, unsigned count, unsigned le) {
    const auto answer = read(offset, le);
    LONGS_EQUAL(sw, answer.sw);
    CHECK_BYTES(ByteView{whole}.subspan(std::min(offset, 20U), count), answer.data);
  };
  check(0x9000, 0, 20, 20);
  check(0x6282, 0, 20, 21);
  check(0x6282, 0, 20, 255);
  check(0x9000, 0, 20, 256);    // Le 00: all there is
  check(0x9000, 0, 20, 65536);  // Le 0000
  check(0x6282, 0, 20, 65535);
  check(0x9000, 19, 1, 1);
  check(0x6282, 19, 1, 2);
  check(0x6B00, 20, 0, 1);
  check(0x6B00, 255, 0, 256);
  LONGS_EQUAL(0x6B00, bench.plain({.ins = 0xB0, .p1 = 0x7F, .p2 = 0xFF, .le = 1}).sw);
}

TEST(Reading, checks_the_form_of_read_binary) {
  LONGS_EQUAL(0x6986, bench.plain({.ins = 0xB0, .le = 1}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0xB0, .p1 = 0x9C}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0xB0, .p1 = 0x9C, .data = "01"_hex, .le = 1}).sw);
  LONGS_EQUAL(0x6A86, bench.plain({.ins = 0xB0, .p1 = 0x80, .le = 1}).sw);
  for (const unsigned p1 : {0xA1U, 0xC1U, 0xE1U, 0xDCU}) {
    LONGS_EQUAL(0x6A86, bench.plain({.ins = 0xB0, .p1 = static_cast<std::uint8_t>(p1), .le = 1}).sw);
  }
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xB0, .p1 = 0x9F, .le = 1}).sw);
  LONGS_EQUAL(0x6A82, bench.plain({.ins = 0xB0, .p1 = 0x81, .le = 1}).sw);
  const auto odd = [this](unsigned p2, Bytes data, std::optional<unsigned> le) {
    return bench.plain({.ins = 0xB1, .p2 = static_cast<std::uint8_t>(p2), .data = std::move(data), .le = le}).sw;
  };
  LONGS_EQUAL(0x9000, odd(0x1C, "540100"_hex, 256));
  LONGS_EQUAL(0x9000, odd(0x1C, "5404 00000013"_hex, 3));
  LONGS_EQUAL(0x6B00, odd(0x1C, "5404 00000014"_hex, 3));
  LONGS_EQUAL(0x6B00, odd(0x1C, "5404 FFFFFFFF"_hex, 3));
  LONGS_EQUAL(0x6700, odd(0x1C, "540100"_hex, {}));
  LONGS_EQUAL(0x6700, odd(0x1C, {}, 8));
  LONGS_EQUAL(0x6700, odd(0x1C, "540100"_hex, 2));  // no room for an octet beside the DO'53' itself
  LONGS_EQUAL(0x6A82, odd(0x1B, "540100"_hex, 8));
  LONGS_EQUAL(0x6A82, odd(0x1F, "540100"_hex, 8));
  LONGS_EQUAL(0x6986, (bench.card->reset(), odd(0x00, "540100"_hex, 8)));
  for (const auto& data : {"5400"_hex, "54050000000000"_hex, "540100 00"_hex, "540100540100"_hex, "530100"_hex,
                           "5402"_hex, "54810100"_hex, "00"_hex}) {
    LONGS_EQUAL(0x6A80, odd(0x1C, data, 8));
  }
}

TEST(Reading, counts_the_object_around_the_data_of_an_odd_read) {
  auto session = bench.open_session();
  const auto dg13 = cards::pattern(40'000, 8);
  for (const unsigned le : {3U, 4U, 128U, 129U, 130U, 131U, 132U, 200U}) {
    const auto answer = session.transmit(
        bench.wire(), {.ins = 0xB1, .p1 = 0x01, .p2 = 0x0D, .data = "54028001"_hex, .le = le, .extended = true});
    LONGS_EQUAL(0x9000, answer.sw);
    const auto count = le - (le < 130 ? 2U : 3U);
    CHECK(answer.data.size() <= le);
    CHECK_BYTES(terminal::tlv(0x53, ByteView{dg13}.subspan(0x8001, count)), answer.data);
  }
}

TEST(Reading, reaches_offsets_that_need_an_odd_read) {
  auto session = bench.open_session();
  const auto dg13 = cards::pattern(40'000, 8);
  Bytes read;
  while (read.size() < dg13.size()) {
    Bytes offset = {static_cast<std::uint8_t>(read.size() >> 8U), static_cast<std::uint8_t>(read.size())};
    const auto answer = session.transmit(
        bench.wire(),
        {.ins = 0xB1, .p1 = 0x01, .p2 = 0x0D, .data = terminal::tlv(0x54, offset), .le = 65536, .extended = true});
    LONGS_EQUAL(0x9000, answer.sw);
    CHECK_BYTES("5382"_hex, ByteView{answer.data}.first(2));
    append(read, ByteView{answer.data}.subspan(4));
  }
  CHECK(equal(dg13, read));
}

TEST(Reading, under_secure_messaging_gives_no_more_than_the_outer_length_carries) {
  auto session = bench.open_session();
  const auto read = [&](unsigned le) {
    const auto command = session.wrap({.ins = 0xB0, .p1 = 0x82, .le = le});  // outer Le 00: 256 octets
    const auto answer = bench.send(command);
    CHECK(answer.size() <= 258);
    return session.unwrap(answer).value();
  };
  LONGS_EQUAL(231, read(231).data.size());
  LONGS_EQUAL(0x6700, read(232).sw);
  LONGS_EQUAL(0x6700, read(255).sw);
  LONGS_EQUAL(231, read(256).data.size());
  LONGS_EQUAL(231, read(65536).data.size());
  const auto extended = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x82, .le = 600, .extended = true});
  LONGS_EQUAL(0x9000, extended.sw);
  CHECK_BYTES(cards::pattern(600, 5), extended.data);
}

TEST(Reading, makes_the_file_current_when_it_gave_data) {
  auto session = bench.open_session();
  const auto sw = [&](const terminal::Command& command) { return session.transmit(bench.wire(), command).sw; };
  LONGS_EQUAL(0x6982, sw({.ins = 0xB0, .p1 = 0x83, .le = 4}));
  LONGS_EQUAL(0x6B00, sw({.ins = 0xB0, .p1 = 0x81, .p2 = 93, .le = 4}));
  LONGS_EQUAL(0x6986, sw({.ins = 0xB0, .le = 4}));
  LONGS_EQUAL(0x9000, sw({.ins = 0xB0, .p1 = 0x81, .le = 4}));
  const auto next = session.transmit(bench.wire(), {.ins = 0xB0, .p2 = 4, .le = 4});
  CHECK_BYTES(ByteView{cards::pattern(93, 4)}.subspan(4, 4), next.data);
}

TEST(Reading, never_answers_with_more_than_the_virtual_reader_can_carry) {
  auto content = cards::content();
  content.files = {{.folder = cards::sim::kernel::Folder::mf,
                    .fid = 1,
                    .sfi = 1,
                    .security_condition = 0,
                    .content = cards::pattern(65535, 3)}};
  bench.use(content);
  const auto answer = bench.send("00B08100000000"_hex);
  LONGS_EQUAL(65535, answer.size());
  CHECK_BYTES("9000"_hex, ByteView{answer}.last(2));
  CHECK_BYTES("6700"_hex, bench.send("00B0810000FFFF"_hex));
}

TEST(Reading, has_an_atr_that_announces_extended_length) {
  const auto atr = bench.card->reset();
  CHECK_BYTES("3B888001"_hex, ByteView{atr}.first(4));
  LONGS_EQUAL(13, atr.size());
  unsigned check = 0;
  for (std::size_t i = 1; i < atr.size(); ++i) check ^= atr[i];
  LONGS_EQUAL(0, check);
  LONGS_EQUAL(0x73, atr[5]);
  CHECK((atr[8] & 0x40U) != 0);
  CHECK_BYTES(atr, bench.card->power_on());
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
