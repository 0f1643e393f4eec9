// All pairs of CLA and INS, and every INS and P1 inside the channel, on cards of the two dialects in every state: every
// answer is a defined status word, and nothing persistent moves but what a command is for.
#include <algorithm>

#include "cards.h"
#include "cicada/applet_sim/apdu/sw.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;
using issuer::Application;
using issuer::Channel;

TEST_GROUP(ManagedSweep) {
  Bench bench;
  unsigned undefined = 0;

  void expect_defined(unsigned sw) {
    if (apdu::sw::name(static_cast<apdu::StatusWord>(sw)).empty()) ++undefined;
  }
  static std::vector<Bytes> forms(unsigned cla, unsigned ins) {
    const Bytes head = {static_cast<std::uint8_t>(cla), static_cast<std::uint8_t>(ins), 0x00, 0x00};
    return {head, concat({head, "00"_hex}), concat({head, "02112200"_hex}), concat({head, "0000021122"_hex}),
            concat({head, "0511"_hex})};
  }
  /// Without a channel.
  void sweep(const std::function<void()>& prepare) {
    prepare();
    const auto before = bench.memory();
    for (unsigned cla = 0; cla < 256; ++cla) {
      for (unsigned ins = 0; ins < 256; ++ins) {
        for (const auto& form : forms(cla, ins)) expect_defined(terminal::split(bench.send(form)).sw);
      }
      bench.card->reset();
      prepare();
    }
    LONGS_EQUAL(0, undefined);
    CHECK(equal(before, bench.memory()));
  }
  /// In a channel that survives all of it.
  void sweep_in_channel(bool personalizing) {
    auto channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
    if (personalizing) LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), issuer::install_for_personalization()).sw);
    for (unsigned ins = 0; ins < 256; ++ins) {
      if (ins == 0x50 || ins == 0x82) continue;  // they end it, as everywhere
      for (unsigned p1 = 0; p1 < 256; p1 += 1) {
        if (ins == 0xF0 && p1 == 0x80) continue;  // moves the life cycle, which is tested elsewhere
        for (const auto& data : {""_hex, "1122"_hex, "4F00"_hex}) {
          const auto answer = channel.transmit(
              bench.wire(), {.ins = static_cast<std::uint8_t>(ins), .p1 = static_cast<std::uint8_t>(p1), .data = data});
          expect_defined(answer.sw);
        }
      }
    }
    LONGS_EQUAL(0, undefined);
    const auto still = channel.transmit(bench.wire(), {.ins = 0xF2, .p1 = 0x80, .p2 = 0x02, .data = "4F00"_hex});
    LONGS_EQUAL(0x9000, still.sw);
  }
  void finish_open() {
    bench.use(issuer::blank(Application::jmrtd));
    for (const auto& command : issuer::open_document()) LONGS_EQUAL(0x9000, bench.plain(command).sw);
    CHECK_BYTES("9000"_hex, bench.send("00DADEAD"_hex));
  }
};

TEST(ManagedSweep, without_a_channel_on_blanks_and_documents) {
  bench.use(issuer::blank(Application::none));
  sweep([] {});
  for (const auto application : {Application::jmrtd, Application::groupings}) {
    bench.use(issuer::blank(application));
    sweep([] {});
    sweep([this] { bench.select_lds1(); });
  }
  finish_open();
  sweep([] {});
  sweep([this] { bench.select_lds1(); });
}

TEST(ManagedSweep, without_a_channel_in_every_state_of_the_card) {
  using manager::CardLife;
  for (const auto life : {CardLife::op_ready, CardLife::initialized, CardLife::card_locked, CardLife::terminated}) {
    auto blank = issuer::blank(Application::jmrtd);
    blank.manager->life = life;
    bench.use(blank);
    sweep([] {});
  }
}

TEST(ManagedSweep, in_a_channel_which_lives_on) {
  for (const bool personalizing : {false, true}) {
    bench.use(issuer::blank(Application::groupings));
    sweep_in_channel(personalizing);
  }
}
