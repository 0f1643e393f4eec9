// The power goes at every write of what the card manager and the two dialects do.
#include "cards.h"
#include "cutting_storage.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using issuer::Application;
using issuer::Channel;
using terminal::Wire;

TEST_GROUP(ManagedPowerCut) {
  FixedClock clock{Instant{}};

  using Script = std::function<void(const Wire& wire, const std::function<bool()>& dead)>;

  /// Runs the script with and without cuts: after each, the card opens again and is in the state before the write or in
  /// the one after it.
  void everywhere(Application application, const Script& script) {
    const auto run = [&](cutting::Cut cut, nvm::MemoryStorage::Cell cell, cutting::CuttingStorage::Log& log,
                         const std::function<void()>& after) {
      ReplayRng rng{1};
      auto card = kernel::Card::create_blank({rng, clock}, std::make_unique<cutting::CuttingStorage>(cell, cut, log),
                                             issuer::blank(application));
      CHECK_OK(card);
      (*card)->power_on();
      after();
      script(
          [&](ByteView command) {
            auto answer = (*card)->process(command);
            after();
            return answer;
          },
          [&] { return log.dead; });
    };
    std::vector<Bytes> states;
    cutting::CuttingStorage::Log whole;
    auto cell = std::make_shared<Bytes>();
    run({}, cell, whole, [&] {
      while (states.size() < whole.sizes.size()) states.push_back(cutting::fingerprint(*cell));
    });
    CHECK(whole.sizes.size() > 8);
    for (std::size_t write = 1; write < whole.sizes.size(); ++write) {
      const auto size = whole.sizes[write];
      for (const std::size_t octets : {std::size_t{0}, std::size_t{1}, std::size_t{8}, size / 2, size - 1, size}) {
        cell = std::make_shared<Bytes>();
        cutting::CuttingStorage::Log log;
        run({.write = write, .octets = octets}, cell, log, [] {});
        CHECK(log.dead);
        ReplayRng rng{1};
        CHECK_OK(kernel::Card::open({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell)));
        const auto now = cutting::fingerprint(*cell);
        // A replacement of the log changes no state, so a state may stand there twice.
        CHECK(now == states[write - 1] || now == states[write]);
        if (octets < size) CHECK_BYTES(states[write - 1], now);
      }
    }
  }
};

TEST(ManagedPowerCut, leaves_the_open_passport_in_the_old_or_the_new_state) {
  everywhere(Application::jmrtd, [](const Wire& wire, const std::function<bool()>& dead) {
    auto commands = issuer::open_document();
    commands.push_back({.ins = 0xDA, .p2 = 0x60, .data = terminal::tlv(0x60, terminal::tlv(0x04, Bytes(128, 0xC1)))});
    commands.push_back({.ins = 0xDA, .p1 = 0xDE, .p2 = 0xAD});
    for (const auto& command : commands) {
      const auto answer = terminal::split(wire(terminal::encode(0x00, command)));
      LONGS_EQUAL(dead() ? 0x6581 : 0x9000, answer.sw);
      if (dead()) return;
    }
  });
}

TEST(ManagedPowerCut, leaves_groupings_whole_or_not_there) {
  everywhere(Application::groupings, [](const Wire& wire, const std::function<bool()>& dead) {
    // Only a card that answers makes a channel.
    if (const auto answer = wire("80500000084041424344454647"_hex); dead()) {
      CHECK_BYTES("6581"_hex, answer);
      return;
    }
    const Bytes challenge = "4041424344454647"_hex;
    auto answer = wire(concat({"8050000008"_hex, challenge, "00"_hex}));
    if (dead()) return;
    auto channel = Channel::taken(issuer::keys(), challenge, answer);
    answer = wire(channel.external_authenticate(0x01));
    CHECK_BYTES("9000"_hex, answer);
    issuer::Groupings groupings{wire, std::move(channel)};
    groupings.begin();
    for (const auto& datum : issuer::document()) {
      const auto reply =
          datum.secret ? groupings.send_secret(datum.number, datum.value) : groupings.send(datum.number, datum.value);
      LONGS_EQUAL(dead() ? 0x6581 : 0x9000, reply.sw);
      if (dead()) return;
    }
    LONGS_EQUAL(dead() ? 0x6581 : 0x9000, groupings.send(0x9F00, {}, 0x80).sw);
  });
}
