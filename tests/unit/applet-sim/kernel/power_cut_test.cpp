// The power goes at every write of a whole personalization, and in the middle of every write.
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "cards.h"
#include "cicada/base/file.h"
#include "cutting_storage.h"
#include "folder.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;
using namespace cutting;
using terminal::Channel;

namespace {

unsigned pin_tries_in(const Bytes& memory) {
  return state_in(memory).password(applet::PasswordId::pin)->tries;
}

}  // namespace

TEST_GROUP(PowerCut) {
  ReplayRng rng{1};
  FixedClock clock{Instant{}};
  nvm::MemoryStorage::Cell cell = std::make_shared<Bytes>();
  CuttingStorage::Log log;

  Result<std::unique_ptr<kernel::Card>> blank_card(Cut cut) {
    cell = std::make_shared<Bytes>();
    log = {};
    return kernel::Card::create_blank({rng, clock}, std::make_unique<CuttingStorage>(cell, cut, log), cards::blank());
  }
  Result<std::unique_ptr<kernel::Card>> open_again() {
    return kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell));
  }

  /// Opens the channel and runs `commands` until the power goes; calls `after` after each that did not fail.
  void run(kernel::Card & card, Cut cut, const std::vector<terminal::Command>& commands,
           const std::function<void()>& after) {
    card.power_on();
    const auto wire = [&](ByteView command) { return card.process(command); };
    if (cut.write == 1) {  // the sequence counter
      CHECK_BYTES("6581"_hex, wire("8050300008112233445566778800"_hex));
      return;
    }
    auto channel = Channel::open(wire, cards::transport_keys());
    after();
    for (const auto& command : commands) {
      const auto sw = channel.transmit(wire, command).sw;
      if (log.dead) {
        LONGS_EQUAL(0x6581, sw);
        return;
      }
      LONGS_EQUAL(0x9000, sw);
      after();
    }
  }
};

TEST(PowerCut, at_any_octet_of_any_write_leaves_the_old_or_the_new_state) {
  // Without a cut first: what the states are, and how large each write is.
  std::vector<Bytes> states;
  {
    auto card = blank_card({});
    CHECK_OK(card);
    states.push_back(fingerprint(*cell));
    run(**card, {}, cards::personalization(), [&] {
      while (states.size() < log.sizes.size()) states.push_back(fingerprint(*cell));
    });
  }
  const auto sizes = log.sizes;
  LONGS_EQUAL(sizes.size(), states.size());
  CHECK(sizes.size() > 15);

  for (std::size_t write = 1; write < sizes.size(); ++write) {
    const auto size = sizes[write];
    for (const std::size_t octets : {std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{8}, std::size_t{9},
                                     size / 2, size - 20, size - 5, size - 4, size - 1, size}) {
      const Cut cut{.write = write, .octets = octets};
      auto card = blank_card(cut);
      CHECK_OK(card);
      run(**card, cut, cards::personalization(), [] {});
      CHECK(log.dead);
      auto again = open_again();
      CHECK_OK(again);
      CHECK_BYTES(states[octets == size ? write : write - 1], fingerprint(*cell));
    }
  }
}

TEST(PowerCut, while_a_card_is_made_leaves_none_or_a_whole_one) {
  auto card = blank_card({.write = 0, .octets = 0});
  CHECK_FAULT(Fault::io, card);
  CHECK_FAULT(Fault::malformed, open_again());
  card = blank_card({.write = 0, .octets = kNever});
  CHECK_FAULT(Fault::io, card);
  CHECK_OK(open_again());
}

TEST(PowerCut, leaves_a_card_whose_personalization_can_go_on) {
  const auto commands = cards::personalization();
  const Cut cut{.write = 7, .octets = 10};
  auto card = blank_card(cut);
  run(**card, cut, commands, [] {});
  auto again = open_again();
  CHECK_OK(again);
  log = {};
  // What was committed is refused a second time, with the state's own reason; the rest is done.
  (*again)->power_on();
  const auto wire = [&](ByteView command) { return (*again)->process(command); };
  auto channel = Channel::open(wire, cards::transport_keys());
  for (const auto& command : commands) {
    const auto sw = channel.transmit(wire, command).sw;
    if (sw == 0x6A89) {
      const auto df = command.data.size() > 4 && command.data[4] == 0x38;
      const auto select =
          df ? terminal::Command{.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex}
             : terminal::Command{.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {command.data[7], command.data[8]}};
      LONGS_EQUAL(0x9000, channel.transmit(wire, select).sw);
      continue;
    }
    LONGS_EQUAL(0x9000, sw);
  }
  CHECK((*again)->life_cycle() == kernel::LifeCycle::locked);
}

TEST(PowerCut, while_the_log_is_compacted_changes_nothing) {
  // Overwriting one file makes the log grow until a snapshot takes its place.
  std::vector<terminal::Command> commands = {{.ins = 0xE0, .data = cards::fcp_ef(0x0101, 200, 1, 0)}};
  for (unsigned i = 0; i < 400; ++i) {
    commands.push_back({.ins = 0xD6, .data = cards::pattern(200, static_cast<std::uint8_t>(i))});
  }
  std::size_t replacement = 0;
  {
    auto card = blank_card({});
    std::size_t last = cell->size();
    run(**card, {}, commands, [&] {
      if (cell->size() < last && replacement == 0) replacement = log.sizes.size() - 1;
      last = cell->size();
    });
  }
  CHECK(replacement != 0);
  const auto size = log.sizes[replacement];
  for (const std::size_t octets : {std::size_t{0}, size}) {
    auto card = blank_card({.write = replacement, .octets = octets});
    card.value()->power_on();
    const auto wire = [&](ByteView command) { return (*card)->process(command); };
    auto channel = Channel::open(wire, cards::transport_keys());
    std::size_t done = 0;
    while (!log.dead && channel.transmit(wire, commands.at(done)).sw == 0x9000) ++done;
    CHECK(log.dead);
    // The command that set off the compaction was committed before it, and was answered with 9000.
    CHECK_OK(open_again());
    const auto content = commands.at(done - 1).data;
    const auto state = fingerprint(*cell);
    CHECK(std::search(state.begin(), state.end(), content.begin(), content.end()) != state.end());
  }
}

TEST_GROUP(FullDisk) {
  cicada::tests::Folder folder;
};

TEST(FullDisk, is_6581_and_the_old_state_and_the_file_stays_valid) {
  ReplayRng rng{1};
  const FixedClock clock{Instant{}};
  const kernel::World world{rng, clock};
  const auto path = folder / "card";
  auto card = kernel::Card::create_blank(world, nvm::FileStorage::create(path).value(), cards::blank());
  CHECK_OK(card);
  (*card)->power_on();
  const auto wire = [&](ByteView command) { return (*card)->process(command); };
  auto channel = Channel::open(wire, cards::transport_keys());
  LONGS_EQUAL(0x9000, channel.transmit(wire, {.ins = 0xE0, .data = cards::fcp_ef(0x0101, 100, 1, 0)}).sw);
  const auto before = fingerprint(read_file(path).value());

  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT(cert-err33-c): it cannot fail for this signal
  rlimit unlimited{};
  ::getrlimit(RLIMIT_FSIZE, &unlimited);
  rlimit full = unlimited;
  full.rlim_cur = std::filesystem::file_size(path) + 10;
  ::setrlimit(RLIMIT_FSIZE, &full);
  LONGS_EQUAL(0x6581, channel.transmit(wire, {.ins = 0xD6, .data = Bytes(50, 0xAA)}).sw);
  LONGS_EQUAL(0x6581, channel.transmit(wire, {.ins = 0xE0, .data = cards::fcp_ef(0x0102, 100, 2, 0)}).sw);
  CHECK_BYTES(before, fingerprint(read_file(path).value()));
  ::setrlimit(RLIMIT_FSIZE, &unlimited);

  // The channel is alive, the file that could not be made is not selected, and writing works again.
  LONGS_EQUAL(0x9000, channel.transmit(wire, {.ins = 0xD6, .data = Bytes(50, 0xBB)}).sw);
  card->reset();
  CHECK_OK(kernel::Card::open(world, nvm::FileStorage::open(path).value()));
}

TEST_GROUP(CardFile){};

TEST(CardFile, with_any_bit_flipped_is_no_card) {
  Bench bench;
  bench.use_blank();
  auto channel = Channel::open(bench.wire(), cards::transport_keys());
  for (const auto& command : cards::personalization()) static_cast<void>(channel.transmit(bench.wire(), command));
  const auto memory = bench.memory();
  ReplayRng rng{1};
  const FixedClock clock{Instant{}};
  for (std::size_t bit = 0; bit < memory.size() * 8; ++bit) {
    auto flipped = std::make_shared<Bytes>(memory);
    (*flipped)[bit / 8] = static_cast<std::uint8_t>((*flipped)[bit / 8] ^ (1U << (bit % 8)));
    CHECK_FAULT(Fault::malformed, kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(flipped)));
  }
}

TEST(CardFile, that_contradicts_itself_is_no_card) {
  // A log with right checksums, but not one that a card writes.
  const std::vector<std::vector<applet::Change>> nonsense = [] {
    std::vector<std::vector<applet::Change>> lists(3);
    lists[0].emplace_back(applet::WriteBinary{.file = {}, .offset = 0, .data = "01"_hex});
    lists[1].emplace_back(applet::SetLifeCycle{applet::LifeCycle::locked});
    lists[1].emplace_back(applet::SetLifeCycle{applet::LifeCycle::blank});
    lists[2].emplace_back(applet::CreateFile{.spec = {.parent = {}, .fid = 1, .aid = {}, .size = 0}});
    return lists;
  }();
  ReplayRng rng{1};
  const FixedClock clock{Instant{}};
  for (const auto& changes : nonsense) {
    auto cell = std::make_shared<Bytes>();
    CHECK_OK(nvm::Journal::create(std::make_unique<nvm::MemoryStorage>(cell), applet::encode(changes)));
    CHECK_FAULT(Fault::malformed, kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell)));
  }
  for (const auto& record : {"00"_hex, "08"_hex, "0700"_hex, "0704"_hex, "01C1CADA"_hex, "05000000FFFF01"_hex}) {
    CHECK_FAULT(Fault::malformed, applet::decode(record));
  }
}

TEST(PowerCut, gives_back_no_try_of_a_pin) {
  using terminal::Pace;
  const auto attempt = [&](const Bytes& pin, Cut cut) {
    cell = std::make_shared<Bytes>();
    log = {};
    auto card = kernel::Card::create_personalized({rng, clock}, std::make_unique<CuttingStorage>(cell, cut, log),
                                                  cards::pace_content());
    CHECK_OK(card);
    (*card)->power_on();
    const auto step = [&](std::uint8_t cla, const terminal::Command& command) {
      return terminal::split((*card)->process(terminal::encode(cla, command)));
    };
    Pace pace{terminal::pace_oid(2, 2), 12, pin};
    LONGS_EQUAL(0x9000, step(0x00, {.ins = 0x22, .p1 = 0xC1, .p2 = 0xA4, .data = pace.mse(3)}).sw);
    pace.take_nonce(step(0x10, {.ins = 0x86, .data = Pace::nonce_request(), .le = 256}).data);
    pace.take_map(step(0x10, {.ins = 0x86, .data = pace.map_request(), .le = 256}).data);
    pace.take_agree(step(0x10, {.ins = 0x86, .data = pace.agree_request(), .le = 256}).data);
    LONGS_EQUAL(1, log.sizes.size());  // the card's making, and nothing since
    return step(0x00, {.ins = 0x86, .data = pace.token_request(), .le = 256}).sw;
  };
  const auto right = cards::password(3);
  const auto wrong = to_bytes(as_bytes("4712"));
  LONGS_EQUAL(0x63C2, attempt(wrong, {}));
  LONGS_EQUAL(2, log.sizes.size());
  LONGS_EQUAL(2, pin_tries_in(*cell));
  const auto size = log.sizes[1];
  LONGS_EQUAL(0x9000, attempt(right, {}));
  LONGS_EQUAL(3, log.sizes.size());
  LONGS_EQUAL(3, pin_tries_in(*cell));
  for (std::size_t octets = 0; octets <= size; ++octets) {
    // Before the try is in memory, right and wrong are answered alike.
    for (const auto& pin : {right, wrong}) {
      LONGS_EQUAL(0x6581, attempt(pin, {.write = 1, .octets = octets}));
      CHECK_OK(open_again());
      LONGS_EQUAL(octets < size ? 3 : 2, pin_tries_in(*cell));
    }
    // The right one took its try; whether it comes back depends on the second write, and so does the answer.
    LONGS_EQUAL(0x6581, attempt(right, {.write = 2, .octets = octets}));
    CHECK_OK(open_again());
    LONGS_EQUAL(octets < size ? 2 : 3, pin_tries_in(*cell));
  }
}
