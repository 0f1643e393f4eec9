// PACE as a terminal meets it.
#include <set>

#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using terminal::Command;
using terminal::Pace;
using terminal::pace_oid;

namespace {

/// What pace_content() offers: family and cipher of the object identifier, domain parameters.
struct Offer {
  unsigned family, cipher, domain;
};
constexpr std::array kOffers = {Offer{2, 2, 12}, Offer{2, 4, 12}, Offer{4, 4, 15},
                                Offer{1, 2, 0},  Offer{6, 2, 13}, Offer{2, 1, 8}};

}  // namespace

TEST_GROUP(PaceCommands) {
  Bench bench;
  void setup() override {
    bench.use(cards::pace_content());
  }
  unsigned set_at(const Bytes& data, std::uint8_t cla = 0x00) {
    return bench.plain({.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = data}, cla).sw;
  }
  terminal::Response step(const Bytes& data, std::uint8_t cla = 0x10) {
    return bench.plain({.ins = 0x86, .data = data, .le = 256}, cla);
  }
  Bytes good(const Bytes& data) {
    const auto answer = step(data);
    LONGS_EQUAL(0x9000, answer.sw);
    return answer.data;
  }
  /// A run up to the token, which is the next step.
  Pace up_to_token(unsigned reference, const Bytes& password, unsigned expected = 0x9000) {
    Pace pace{pace_oid(2, 2), 12, password};
    LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
    LONGS_EQUAL(expected, set_at(pace.mse(reference)));
    pace.take_nonce(good(Pace::nonce_request()));
    pace.take_map(good(pace.map_request()));
    pace.take_agree(good(pace.agree_request()));
    return pace;
  }
  unsigned wrong(unsigned reference, unsigned expected = 0x9000) {
    const auto pace = up_to_token(reference, "00"_hex, expected);
    return step(pace.token_request(), 0x00).sw;
  }
  void check_session(terminal::Messaging & session) {
    LONGS_EQUAL(0x9000,
                session.transmit(bench.wire(), {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}).sw);
    const auto com = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9E, .le = 4});
    CHECK(session.secured);
    CHECK_BYTES("60145F01"_hex, com.data);
  }
};

TEST(PaceCommands, open_a_session_with_every_password_and_protocol) {
  for (const auto& offer : kOffers) {
    for (const unsigned reference : {1U, 2U, 3U}) {
      bench.card->reset();
      auto session = Pace::run(bench.wire(), pace_oid(offer.family, offer.cipher), offer.domain,
                               cards::password(reference), reference);
      check_session(session);
    }
  }
}

TEST(PaceCommands, leave_the_terminal_in_the_mf_where_ef_cardsecurity_is_open_now) {
  LONGS_EQUAL(0x6982, bench.plain({.ins = 0xB0, .p1 = 0x9D, .le = 4}).sw);
  auto session = bench.open_pace();
  const auto answer = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 4});
  LONGS_EQUAL(0x9000, answer.sw);
  CHECK_BYTES(ByteView{cards::pattern(30, 2)}.first(4), answer.data);
  check_session(session);
  // In the application the same identifier is EF.SOD.
  const auto sod = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 4});
  CHECK_BYTES(ByteView{cards::pattern(1905, 3)}.first(4), sod.data);
}

TEST(PaceCommands, prove_the_chip_with_chip_authentication_mapping) {
  Pace pace{pace_oid(6, 2), 13, cards::password(2)};
  LONGS_EQUAL(0x9000, set_at(pace.mse(2)));
  pace.take_nonce(good(Pace::nonce_request()));
  pace.take_map(good(pace.map_request()));
  pace.take_agree(good(pace.agree_request()));
  pace.take_token(step(pace.token_request(), 0x00).data);
  const terminal::Group group{13};
  CHECK_TRUE(pace.chip_proves(group.multiply(cards::ec_chip_key(), group.generator())));
}

TEST(PaceCommands, want_the_key_of_chip_authentication_mapping) {
  auto content = cards::pace_content();
  content.chip_keys.erase(content.chip_keys.begin());
  bench.use(content);
  LONGS_EQUAL(0x6F00, set_at(Pace{pace_oid(6, 2), 13, cards::password(2)}.mse(2)));
  LONGS_EQUAL(0x9000, set_at(Pace{pace_oid(2, 2), 12, cards::password(2)}.mse(2)));
}

TEST(PaceCommands, select_what_the_card_offers_and_nothing_else) {
  const Pace pace{pace_oid(2, 2), 12, cards::password(2)};
  LONGS_EQUAL(0x9000, set_at(pace.mse(2)));
  LONGS_EQUAL(0x9000, set_at(pace.mse(2, false)));
  LONGS_EQUAL(0x6A88, set_at(pace.mse(5)));
  LONGS_EQUAL(0x6A88, set_at(pace.mse(0)));
  LONGS_EQUAL(0x6A80, set_at(Pace{pace_oid(4, 2), 12, "00"_hex}.mse(2)));
  LONGS_EQUAL(0x6A88, set_at(Pace{pace_oid(2, 2), 13, "00"_hex}.mse(2)));
  LONGS_EQUAL(0x6A80, set_at(""_hex));
  for (const auto& [p1, p2] : {std::pair{0x41, 0xA4}, {0x81, 0xA4}, {0xC1, 0xA6}, {0xC1, 0xB6}, {0x00, 0x00}}) {
    LONGS_EQUAL(0x6A86, bench
                            .plain({.ins = 0x22,
                                    .p1 = static_cast<std::uint8_t>(p1),
                                    .p2 = static_cast<std::uint8_t>(p2),
                                    .data = pace.mse(2)})
                            .sw);
  }
  auto content = cards::pace_content();
  content.passwords.erase(content.passwords.begin() + 2, content.passwords.end());
  bench.use(content);
  LONGS_EQUAL(0x9000, set_at(pace.mse(1)));
  LONGS_EQUAL(0x6A88, set_at(pace.mse(3)));  // no PIN, no PUK
  LONGS_EQUAL(0x6A88, set_at(pace.mse(4)));
}

TEST(PaceCommands, are_not_there_on_a_chip_without_pace_and_not_in_the_application) {
  const auto data = Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2);
  bench.select_lds1();
  LONGS_EQUAL(0x6A86, set_at(data));  // MSE of chip authentication is there
  LONGS_EQUAL(0x6982, step("7C00"_hex).sw);
  bench.use_personalized();
  LONGS_EQUAL(0x6D00, set_at(data));
  LONGS_EQUAL(0x6D00, step("7C00"_hex).sw);
  bench.select_lds1();
  LONGS_EQUAL(0x6D00, set_at(data));
  LONGS_EQUAL(0x6D00, step("7C00"_hex).sw);
}

TEST(PaceCommands, belong_to_the_mf) {
  const auto data = Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2);
  auto content = cards::pace_content();
  content.chip_keys.clear();
  content.pace_protocols.pop_back();
  bench.use(content);
  LONGS_EQUAL(0x9000, set_at(data));
  bench.select_lds1();
  LONGS_EQUAL(0x6D00, set_at(data));
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  LONGS_EQUAL(0x9000, set_at(data));
}

TEST(PaceCommands, need_mse_and_lose_the_run_with_any_other_command) {
  LONGS_EQUAL(0x6985, step("7C00"_hex).sw);
  const std::vector<Bytes> others = {"00B09C0004"_hex, "00A4020C02011C"_hex, "0084000008"_hex, "00A4000C"_hex,
                                     "00"_hex,         "80500000"_hex,       "10B09C0004"_hex, "00860001027C0000"_hex};
  for (std::size_t before = 0; before < 4; ++before) {
    for (const auto& other : others) {
      Pace pace{pace_oid(2, 2), 12, cards::password(2)};
      LONGS_EQUAL(0x9000, set_at(pace.mse(2)));
      if (before > 0) pace.take_nonce(good(Pace::nonce_request()));
      if (before > 1) pace.take_map(good(pace.map_request()));
      if (before > 2) pace.take_agree(good(pace.agree_request()));
      static_cast<void>(bench.send(other));
      const auto next = before == 0   ? Pace::nonce_request()
                        : before == 1 ? pace.map_request()
                        : before == 2 ? pace.agree_request()
                                      : pace.token_request();
      LONGS_EQUAL(0x6985, step(next, before == 3 ? 0x00 : 0x10).sw);
    }
  }
  // A fresh run succeeds.
  auto session = bench.open_pace();
  check_session(session);
}

TEST(PaceCommands, never_send_a_nonce_twice) {
  std::set<Bytes> nonces;
  for (int i = 0; i < 50; ++i) {
    LONGS_EQUAL(0x9000, set_at(Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2)));
    CHECK(nonces.insert(good("7C00"_hex)).second);
    LONGS_EQUAL(0x6A80, step("7C00"_hex).sw);  // not again in the same run
  }
}

TEST(PaceCommands, chain_the_first_three_steps_only) {
  Pace pace{pace_oid(2, 2), 12, cards::password(2)};
  LONGS_EQUAL(0x6884, set_at(pace.mse(2), 0x10));
  LONGS_EQUAL(0x9000, set_at(pace.mse(2)));
  LONGS_EQUAL(0x6985, step("7C00"_hex, 0x00).sw);
  const auto last = up_to_token(2, cards::password(2));
  LONGS_EQUAL(0x6883, step(last.token_request(), 0x10).sw);
  LONGS_EQUAL(0x6985, step(last.token_request(), 0x00).sw);
  for (const unsigned cla : {0x11U, 0x14U, 0x18U, 0x1CU, 0x90U}) {
    const auto answer = step("7C00"_hex, static_cast<std::uint8_t>(cla)).sw;
    CHECK(answer == 0x6881 || answer == 0x6882 || answer == 0x6884 || answer == 0x6E00);
  }
}

TEST(PaceCommands, end_the_session_that_there_was) {
  auto session = bench.open_pace();
  LONGS_EQUAL(0x9000, set_at(Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2)));
  LONGS_EQUAL(0x6982, session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 4}).sw);
  CHECK_FALSE(session.secured);
}

TEST(PaceCommands, are_refused_inside_a_session_which_lives_on) {
  auto session = bench.open_pace();
  const auto data = Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2);
  LONGS_EQUAL(0x6985, session.transmit(bench.wire(), {.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = data}).sw);
  LONGS_EQUAL(0x6985, session.transmit(bench.wire(), {.ins = 0x86, .data = "7C00"_hex, .le = 256}).sw);
  CHECK(session.secured);
  check_session(session);
}

TEST(PaceCommands, are_refused_on_a_blank_card) {
  bench.use_blank();
  LONGS_EQUAL(0x6D00, set_at(Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2)));
}

TEST(PaceCommands, ask_for_longer_delays_after_wrong_passwords_as_bac_does) {
  using namespace std::chrono_literals;
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 9; ++i) {
    LONGS_EQUAL(0x6300, wrong(2));
    CHECK(bench.card->pending_delay() > last || last == 10s);
    last = bench.card->pending_delay();
  }
  CHECK(last == 10s);
  auto session = bench.open_pace(2);  // never blocked, and success is forgiving
  check_session(session);
  LONGS_EQUAL(0x6300, wrong(1));
  CHECK(bench.card->pending_delay() == 100ms);
  // Other failures say nothing of the password and cost nothing.
  LONGS_EQUAL(0x9000, set_at(Pace{pace_oid(2, 2), 12, "00"_hex}.mse(2)));
  LONGS_EQUAL(0x6A80, step("7C0181"_hex).sw);
  LONGS_EQUAL(0, bench.card->pending_delay().count());
}

TEST(PaceCommands, count_the_tries_of_a_pin_and_block_it) {
  LONGS_EQUAL(0x63C2, wrong(3));
  LONGS_EQUAL(0x63C1, wrong(3, 0x63C2));
  // The right one gives all of them back.
  const auto pace = up_to_token(3, cards::password(3), 0x63C1);
  LONGS_EQUAL(0x9000, step(pace.token_request(), 0x00).sw);
  for (const auto& [selected, answer] : {std::pair{0x9000U, 0x63C2U}, {0x63C2U, 0x63C1U}, {0x63C1U, 0x63C0U}}) {
    LONGS_EQUAL(answer, wrong(3, selected));
  }
  LONGS_EQUAL(0x63C0, set_at(Pace{pace_oid(2, 2), 12, cards::password(3)}.mse(3)));
  LONGS_EQUAL(0x6983, step("7C00"_hex).sw);
  bench.reopen();
  LONGS_EQUAL(0x63C0, set_at(Pace{pace_oid(2, 2), 12, cards::password(3)}.mse(3)));
  LONGS_EQUAL(0x6983, step("7C00"_hex).sw);
  // The others are not touched by it.
  auto session = bench.open_pace(2);
  check_session(session);
}

TEST(PaceCommands, count_nothing_before_the_token) {
  for (int i = 0; i < 5; ++i) {
    static_cast<void>(up_to_token(3, "00"_hex));
    bench.card->reset();
  }
  LONGS_EQUAL(0x6A80, (static_cast<void>(set_at(Pace{pace_oid(2, 2), 12, "00"_hex}.mse(3))), step("7C0181"_hex).sw));
  LONGS_EQUAL(0x9000, set_at(Pace{pace_oid(2, 2), 12, cards::password(3)}.mse(3)));
}

TEST(PaceCommands, give_a_blocked_pin_back_to_who_knows_the_puk) {
  const Command reset{.ins = 0x2C, .p1 = 0x03, .p2 = 0x03};
  LONGS_EQUAL(0x6982, bench.plain(reset).sw);
  LONGS_EQUAL(0x63C2, wrong(3));
  LONGS_EQUAL(0x63C1, wrong(3, 0x63C2));
  LONGS_EQUAL(0x63C0, wrong(3, 0x63C1));
  auto with_can = bench.open_pace(2);
  LONGS_EQUAL(0x6982, with_can.transmit(bench.wire(), reset).sw);
  auto with_puk = bench.open_pace(4);
  LONGS_EQUAL(0x6A86, with_puk.transmit(bench.wire(), {.ins = 0x2C, .p1 = 0x03, .p2 = 0x02}).sw);
  LONGS_EQUAL(0x6700, with_puk.transmit(bench.wire(), {.ins = 0x2C, .p1 = 0x03, .p2 = 0x03, .data = "31"_hex}).sw);
  LONGS_EQUAL(0x9000, with_puk.transmit(bench.wire(), reset).sw);
  // The PUK opens no file.
  LONGS_EQUAL(0x6982, with_puk.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x9D, .le = 4}).sw);
  auto with_pin = bench.open_pace(3);
  check_session(with_pin);
}

TEST(PaceCommands, replay_with_the_same_seed) {
  Bench other;
  other.use(cards::pace_content());
  std::vector<Bytes> seen;
  const auto record = [&](Bench& card) {
    return [&](ByteView command) {
      auto answer = card.send(command);
      seen.push_back(answer);
      return answer;
    };
  };
  static_cast<void>(Pace::run(record(bench), pace_oid(2, 2), 12, cards::password(2), 2));
  const auto first = std::exchange(seen, {});
  static_cast<void>(Pace::run(record(other), pace_oid(2, 2), 12, cards::password(2), 2));
  CHECK(first == seen);
}
