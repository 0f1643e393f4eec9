// DELETE FILE: a card that was given up halfway is blank again (docs/card-commands.md).
#include "cards.h"
#include "cutting_storage.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;
using terminal::Channel;
using terminal::Command;

namespace {

const Command kDeleteAll{.ins = 0xE4};

/// Everything of cards::personalization() before the life cycle moves, and one key pair of each kind.
std::vector<Command> halfway() {
  auto commands = cards::personalization();
  commands.resize(commands.size() - 2);
  commands.push_back({.ins = 0x47, .p1 = 0x80, .data = "B606 81010C 820103"_hex});
  commands.push_back({.ins = 0x47, .p1 = 0x80, .data = "A612 81010D 84010D 060A04007F00070202030202"_hex});
  return commands;
}

}  // namespace

TEST_GROUP(Erase) {
  Bench bench;
  void setup() override {
    bench.use_blank();
  }
  [[nodiscard]] Channel channel() {
    return Channel::open(bench.wire(), cards::transport_keys());
  }
  void all(Channel & open, const std::vector<Command>& commands) {
    for (const auto& command : commands) LONGS_EQUAL(0x9000, open.transmit(bench.wire(), command).sw);
  }
  void check(unsigned sw, Channel& open, const Command& command) {
    const auto before = bench.memory();
    LONGS_EQUAL(sw, open.transmit(bench.wire(), command).sw);
    if (sw != 0x9000) CHECK_BYTES(before, bench.memory());
  }
};

TEST(Erase, leaves_the_card_as_it_was_delivered_but_for_the_sequence_counter) {
  auto open = channel();
  const auto delivered = cutting::fingerprint(bench.memory());
  all(open, halfway());
  CHECK(delivered != cutting::fingerprint(bench.memory()));
  check(0x9000, open, kDeleteAll);
  CHECK_BYTES(delivered, cutting::fingerprint(bench.memory()));
  // Nor do the log's older records keep what was erased.
  const auto memory = bench.memory();
  for (const auto& secret : {cards::access_keys().k_enc, cards::pattern(93, 4)}) {
    CHECK(std::search(memory.begin(), memory.end(), secret.begin(), secret.end()) == memory.end());
  }
  bench.reopen();
  CHECK_BYTES(delivered, cutting::fingerprint(bench.memory()));
}

TEST(Erase, lets_the_same_channel_personalize_the_card_anew) {
  auto open = channel();
  all(open, halfway());
  check(0x9000, open, kDeleteAll);
  check(0x9000, open, kDeleteAll);  // there is nothing, which is what was asked for
  all(open, cards::personalization());
  bench.reopen();
  CHECK(bench.card->life_cycle() == kernel::LifeCycle::locked);
  auto session = bench.open_session();
  CHECK_BYTES(cards::pattern(93, 4), session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x81, .le = 93}).data);
}

TEST(Erase, takes_what_was_selected_or_begun_away) {
  auto open = channel();
  all(open, halfway());
  check(0x9000, open, {.ins = 0xE2, .p2 = 0, .data = "7F21"_hex});
  check(0x9000, open, kDeleteAll);
  check(0x6986, open, {.ins = 0xD6, .data = "01"_hex});
  check(0x6985, open, {.ins = 0xE2, .p1 = 0x80, .p2 = 1, .data = "00"_hex});
  check(0x6A82, open, {.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex});
  check(0x6A88, open, {.ins = 0x47, .p1 = 0x81, .data = "B600"_hex});
  // An EF is made in the MF now, where its identifier and short identifier are free again.
  check(0x9000, open, {.ins = 0xE0, .data = cards::fcp_ef(0x011C, 20, 0x1C, 0x00)});
}

TEST(Erase, names_no_single_file) {
  auto open = channel();
  all(open, halfway());
  check(0x6A86, open, {.ins = 0xE4, .p1 = 0x02});
  check(0x6A86, open, {.ins = 0xE4, .p2 = 0x01});
  check(0x6700, open, {.ins = 0xE4, .data = "0101"_hex});
}

TEST(Erase, needs_the_channel_and_a_blank_card) {
  LONGS_EQUAL(0x6982, bench.plain(kDeleteAll, 0x84).sw);
  LONGS_EQUAL(0x6982, bench.plain(kDeleteAll, 0x80).sw);
  LONGS_EQUAL(0x6D00, bench.plain(kDeleteAll, 0x00).sw);
  auto open = channel();
  auto commands = cards::personalization();
  const auto lock = commands.back();
  commands.pop_back();
  all(open, commands);
  check(0x6985, open, kDeleteAll);
  check(0x9000, open, lock);
  LONGS_EQUAL(0x6D00, bench.plain(kDeleteAll, 0x84).sw);
  LONGS_EQUAL(0x6D00, bench.plain(kDeleteAll, 0x80).sw);
}

TEST(Erase, is_whole_or_has_not_begun_wherever_the_power_goes) {
  ReplayRng rng{1};
  FixedClock clock{Instant{}};
  std::vector<std::size_t> sizes;
  Bytes before;
  Bytes after;
  const auto run = [&](cutting::Cut cut, nvm::MemoryStorage::Cell cell) {
    cutting::CuttingStorage::Log log;
    auto card = kernel::Card::create_blank({rng, clock}, std::make_unique<cutting::CuttingStorage>(cell, cut, log),
                                           cards::blank());
    CHECK_OK(card);
    (*card)->power_on();
    const auto wire = [&](ByteView command) { return (*card)->process(command); };
    auto open = Channel::open(wire, cards::transport_keys());
    for (const auto& command : cards::personalization()) {
      if (command.ins == 0xF0) break;
      LONGS_EQUAL(0x9000, open.transmit(wire, command).sw);
    }
    if (cut.write == cutting::kNever) before = cutting::fingerprint(*cell);
    const auto erasing = log.sizes.size();
    const auto sw = open.transmit(wire, kDeleteAll).sw;
    LONGS_EQUAL(cut.write == erasing ? 0x6581 : 0x9000, sw);
    if (cut.write == cutting::kNever) {
      sizes = log.sizes;
      after = cutting::fingerprint(*cell);
      LONGS_EQUAL(erasing + 2, sizes.size());  // the record, and the snapshot that takes the log's place
    } else {
      CHECK(log.dead);
    }
  };
  run({}, std::make_shared<Bytes>());
  CHECK(before != after);
  for (std::size_t write = sizes.size() - 2; write < sizes.size(); ++write) {
    for (std::size_t octets = 0; octets <= sizes[write]; ++octets) {
      auto cell = std::make_shared<Bytes>();
      run({.write = write, .octets = octets}, cell);
      CHECK_OK(kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell)));
      const bool erased = write == sizes.size() - 1 || octets == sizes[write];
      CHECK_BYTES(erased ? after : before, cutting::fingerprint(*cell));
    }
  }
}
