// All 65,536 pairs of CLA and INS in three states: every answer is a defined status word, and nothing persistent moves.
#include "cards.h"
#include "cicada/applet_sim/apdu/sw.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;

TEST_GROUP(AllInstructions) {
  Bench bench;
  unsigned undefined = 0;

  void expect_defined(const Bytes& answer) {
    CHECK(answer.size() >= 2);
    if (apdu::sw::name(static_cast<apdu::StatusWord>(terminal::split(answer).sw)).empty()) ++undefined;
  }

  /// The forms a command can have: no field, Le, data, data and Le, extended, cut.
  static std::vector<Bytes> forms(unsigned cla, unsigned ins) {
    const Bytes head = {static_cast<std::uint8_t>(cla), static_cast<std::uint8_t>(ins), 0x00, 0x00};
    return {head,
            concat({head, "00"_hex}),
            concat({head, "08"_hex}),
            concat({head, "021122"_hex}),
            concat({head, "02112200"_hex}),
            concat({head, "0000021122"_hex}),
            concat({head, "0000021122 0000"_hex}),
            concat({head, "0511"_hex})};
  }

  void sweep(const std::function<void()>& prepare) {
    prepare();
    const auto before = bench.memory();
    for (unsigned cla = 0; cla < 256; ++cla) {
      for (unsigned ins = 0; ins < 256; ++ins) {
        for (const auto& form : forms(cla, ins)) expect_defined(bench.send(form));
      }
      bench.card->reset();
      prepare();
    }
    LONGS_EQUAL(0, undefined);
    CHECK(equal(before, bench.memory()));
  }
};

TEST(AllInstructions, on_a_blank_card) {
  bench.use_blank();
  sweep([] {});
}

TEST(AllInstructions, on_an_issued_card_without_a_session) {
  bench.use_personalized();
  sweep([this] { bench.select_lds1(); });
}

TEST(AllInstructions, on_an_issued_card_in_a_session) {
  bench.use_personalized();
  const auto before = bench.memory();
  for (unsigned cla = 0; cla < 256; ++cla) {
    for (unsigned ins = 0; ins < 256; ++ins) {
      auto session = bench.open_session();
      const Bytes bare = {static_cast<std::uint8_t>(cla), static_cast<std::uint8_t>(ins), 0x00, 0x00, 0x08};
      expect_defined(bench.send(bare));
      // Whatever it was, it was no protected command: the session is gone.
      CHECK_BYTES("6982"_hex, bench.send(session.wrap({.ins = 0xB0, .p1 = 0x9E, .le = 4})));
    }
  }
  LONGS_EQUAL(0, undefined);
  CHECK(equal(before, bench.memory()));
}

TEST(AllInstructions, protected_in_a_session_which_lives_on) {
  bench.use_personalized();
  const auto before = bench.memory();
  auto session = bench.open_session();
  for (unsigned ins = 0; ins < 256; ++ins) {
    for (unsigned p1 = 0; p1 < 256; ++p1) {
      for (const auto& data : {""_hex, "1122"_hex}) {
        // Instructions that need an object and have none are an error of secure messaging, tested elsewhere.
        const bool needs_data = ins == 0xA4 || ins == 0xB1 || ins == 0x82;
        if (needs_data && data.empty()) continue;
        const auto answer = session.transmit(
            bench.wire(),
            {.ins = static_cast<std::uint8_t>(ins), .p1 = static_cast<std::uint8_t>(p1), .data = data, .le = 8});
        CHECK(session.secured);
        if (apdu::sw::name(static_cast<apdu::StatusWord>(answer.sw)).empty()) ++undefined;
      }
    }
  }
  LONGS_EQUAL(0, undefined);
  CHECK(equal(before, bench.memory()));
}
