// All 65,536 pairs of CLA and INS in every state of a card: every answer is a defined status word, and nothing
// persistent moves.
#include <algorithm>
#include <array>

#include "cards.h"
#include "cicada/applet_sim/apdu/sw.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;
using terminal::Command;

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

  /// Every INS and P1, protected, in a session that survives all of it.
  void sweep_protected(terminal::Messaging session) {
    const auto before = bench.memory();
    for (unsigned ins = 0; ins < 256; ++ins) {
      for (unsigned p1 = 0; p1 < 256; ++p1) {
        for (const auto& data : {""_hex, "1122"_hex}) {
          // Instructions that need an object and have none are an error of secure messaging, tested elsewhere.
          constexpr std::array kNeedData = {0x22U, 0x2AU, 0x82U, 0x86U, 0x88U, 0xA4U, 0xB1U};
          const bool needs_data = std::ranges::find(kNeedData, ins) != kNeedData.end();
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
  sweep_protected(bench.open_session());
}

TEST(AllInstructions, on_a_chip_with_pace_in_the_mf_and_in_the_application) {
  bench.use(cards::pace_content());
  sweep([] {});
  sweep([this] { bench.select_lds1(); });
}

TEST(AllInstructions, on_a_chip_with_pace_while_a_run_waits_for_its_next_step) {
  bench.use(cards::pace_content());
  const auto before = bench.memory();
  const terminal::Pace pace{terminal::pace_oid(2, 2), 12, cards::password(3)};
  for (unsigned cla = 0; cla < 256; ++cla) {
    for (unsigned ins = 0; ins < 256; ++ins) {
      LONGS_EQUAL(0x9000, bench.plain({.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = pace.mse(3)}).sw);
      const Bytes bare = {static_cast<std::uint8_t>(cla), static_cast<std::uint8_t>(ins), 0x00, 0x00, 0x08};
      expect_defined(bench.send(bare));
      // Whatever it was, it was not the step: the run is gone.
      LONGS_EQUAL(0x6985, bench.plain({.ins = 0x86, .data = "7C00"_hex, .le = 256}, 0x10).sw);
    }
  }
  LONGS_EQUAL(0, undefined);
  CHECK(equal(before, bench.memory()));
}

TEST(AllInstructions, protected_in_a_session_of_pace_in_the_mf_and_in_the_application) {
  bench.use(cards::pace_content());
  sweep_protected(bench.open_pace());
  auto session = bench.open_pace();
  const Command select{.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex};
  LONGS_EQUAL(0x9000, session.transmit(bench.wire(), select).sw);
  sweep_protected(std::move(session));
}

TEST(AllInstructions, protected_with_the_right_to_unblock_the_pin) {
  bench.use(cards::pace_content());
  sweep_protected(bench.open_pace(4));
}
