// Basic access control as a terminal meets it.
#include <set>

#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using terminal::Command;

TEST_GROUP(BacCommands) {
  Bench bench;
  void setup() override {
    bench.use_personalized();
    bench.select_lds1();
  }
  Bytes challenge() {
    const auto answer = bench.plain({.ins = 0x84, .le = 8});
    LONGS_EQUAL(0x9000, answer.sw);
    return answer.data;
  }
  [[nodiscard]] static Bytes token(ByteView rnd_ic) {
    return terminal::bac_token(cards::access_keys(), Bytes(8, 1), rnd_ic, Bytes(16, 2));
  }
  unsigned authenticate(const Bytes& data, std::optional<unsigned> le = 40) {
    return bench.plain({.ins = 0x82, .data = data, .le = le}).sw;
  }
};

TEST(BacCommands, accept_every_form_of_le) {
  for (const std::optional<unsigned> le : {std::optional<unsigned>{}, {40U}, {256U}, {65536U}}) {
    LONGS_EQUAL(0x9000, authenticate(token(challenge()), le));
  }
  LONGS_EQUAL(0x6700, authenticate(token(challenge()), 39));
}

TEST(BacCommands, check_their_form) {
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x84, .le = 7}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x84, .le = 256}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x84}).sw);
  LONGS_EQUAL(0x6700, bench.plain({.ins = 0x84, .data = "01"_hex, .le = 8}).sw);
  LONGS_EQUAL(0x6A86, bench.plain({.ins = 0x84, .p1 = 1, .le = 8}).sw);
  for (const std::size_t size : {0U, 8U, 32U, 39U, 41U}) {
    static_cast<void>(challenge());
    LONGS_EQUAL(0x6700, authenticate(Bytes(size)));
  }
  static_cast<void>(challenge());
  LONGS_EQUAL(0x6A86, bench.plain({.ins = 0x82, .p2 = 1, .data = Bytes(40), .le = 40}).sw);
}

TEST(BacCommands, have_one_error_for_everything_that_can_be_wrong) {
  const auto keys = cards::access_keys();
  std::set<unsigned> answers;
  auto wrong_mac = token(challenge());
  wrong_mac.back() ^= 1U;
  answers.insert(authenticate(wrong_mac));
  static_cast<void>(challenge());
  answers.insert(authenticate(token(Bytes(8, 9))));  // right MAC, wrong nonce: an answer recorded from another day
  const auto rnd_ic = challenge();
  answers.insert(authenticate(terminal::bac_token({keys.k_enc, Bytes(16, 3)}, Bytes(8, 1), rnd_ic, Bytes(16, 2))));
  answers.insert((static_cast<void>(challenge()), authenticate(Bytes(40))));
  LONGS_EQUAL(1, answers.size());
  LONGS_EQUAL(0x6300, *answers.begin());
}

TEST(BacCommands, need_a_challenge_that_is_fresh) {
  LONGS_EQUAL(0x6985, authenticate(token(Bytes(8))));
  const auto first = challenge();
  LONGS_EQUAL(0x6300, authenticate(token(Bytes(8))));
  LONGS_EQUAL(0x6985, authenticate(token(first)));  // used up by the failure
  const auto second = challenge();
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "011E"_hex}).sw);
  LONGS_EQUAL(0x6985, authenticate(token(second)));  // another command came in between
  const auto third = challenge();
  LONGS_EQUAL(0x6700, authenticate(Bytes(39)));
  LONGS_EQUAL(0x6985, authenticate(token(third)));
  const auto fourth = challenge();
  const auto fifth = challenge();
  CHECK(!equal(fourth, fifth));
  LONGS_EQUAL(0x6300, authenticate(token(fourth)));  // only the latest counts
  const auto sixth = challenge();
  LONGS_EQUAL(0x9000, authenticate(token(sixth)));
  LONGS_EQUAL(0x6985, authenticate(token(sixth)));
}

TEST(BacCommands, are_part_of_the_application) {
  LONGS_EQUAL(0x9000, bench.plain({.ins = 0xA4, .p2 = 0x0C}).sw);
  const auto rnd_ic = challenge();
  LONGS_EQUAL(0x6D00, authenticate(token(rnd_ic)));
}

TEST(BacCommands, are_not_there_on_a_chip_without_access_keys) {
  auto content = cards::content();
  content.access_keys.reset();
  bench.use(content);
  bench.select_lds1();
  static_cast<void>(challenge());
  LONGS_EQUAL(0x6D00, authenticate(Bytes(40)));
}

TEST(BacCommands, ask_for_longer_and_longer_delays_and_never_sleep) {
  using namespace std::chrono_literals;
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 10; ++i) {
    static_cast<void>(challenge());
    LONGS_EQUAL(0, bench.card->pending_delay().count());
    LONGS_EQUAL(0x6300, authenticate(token(Bytes(8))));
    CHECK(bench.card->pending_delay() >= last);
    CHECK(i == 0 || i > 7 || bench.card->pending_delay() > last);
    last = bench.card->pending_delay();
  }
  CHECK(last == 10s);
  // Time heals, and so does success.
  bench.clock_.advance(301s);
  static_cast<void>(challenge());
  LONGS_EQUAL(0x6300, authenticate(token(Bytes(8))));
  CHECK(bench.card->pending_delay() == 100ms);
  static_cast<void>(challenge());
  LONGS_EQUAL(0x6300, authenticate(token(Bytes(8))));
  CHECK(bench.card->pending_delay() == 200ms);
  LONGS_EQUAL(0x9000, authenticate(token(challenge())));
  static_cast<void>(challenge());
  LONGS_EQUAL(0x6300, authenticate(token(Bytes(8))));
  CHECK(bench.card->pending_delay() == 100ms);
}
