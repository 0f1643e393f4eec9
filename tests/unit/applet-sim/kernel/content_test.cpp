// Cards that are made with their content.
#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using cards::Bench;
using kernel::LifeCycle;

TEST_GROUP(Content) {
  ReplayRng rng{1};
  FixedClock clock{Instant{}};

  Result<std::unique_ptr<kernel::Card>> make(const kernel::CardContent& content,
                                             nvm::MemoryStorage::Cell cell = std::make_shared<Bytes>()) {
    return kernel::Card::create_personalized({rng, clock}, std::make_unique<nvm::MemoryStorage>(std::move(cell)),
                                             content);
  }
  static kernel::CardContent with(std::vector<kernel::CardFile> files) {
    auto content = cards::content();
    content.files = std::move(files);
    return content;
  }
};

TEST(Content, without_transport_keys_is_locked) {
  const auto card = make(cards::content());
  CHECK_OK(card);
  CHECK((*card)->life_cycle() == LifeCycle::locked);
  CHECK((*card)->serial() == cards::blank().serial);
  (*card)->power_on();
  CHECK_BYTES("6D00"_hex, (*card)->process("8050300008112233445566778800"_hex));
}

TEST(Content, with_transport_keys_can_still_be_locked) {
  auto content = cards::content();
  content.transport_keys = cards::card_transport_keys();
  Bench bench;
  bench.use(content);
  CHECK(bench.card->life_cycle() == LifeCycle::personalized);
  auto channel = terminal::Channel::open(bench.wire(), cards::transport_keys());
  LONGS_EQUAL(0x6985, channel.transmit(bench.wire(), {.ins = 0xE0, .data = cards::fcp_ef(1, 1, 1, 0)}).sw);
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), {.ins = 0xF0, .p1 = 0x80, .p2 = 0x0F}).sw);
  CHECK(bench.card->life_cycle() == LifeCycle::locked);
}

TEST(Content, that_no_card_can_have_is_refused) {
  const auto one = "01"_hex;
  CHECK_FAULT(Fault::bad_input, make(with({{.fid = 0x0101, .content = {}}})));
  CHECK_FAULT(Fault::bad_input, make(with({{.fid = 0x0101, .content = Bytes(65536)}})));
  CHECK_FAULT(Fault::bad_input, make(with({{.fid = 0x0101, .security_condition = 0x41, .content = one}})));
  CHECK_FAULT(Fault::bad_input, make(with({{.fid = 0x0101, .sfi = 31, .content = one}})));
  CHECK_FAULT(Fault::conflict, make(with({{.fid = 0x0101, .content = one}, {.fid = 0x0101, .content = one}})));
  CHECK_FAULT(Fault::conflict,
              make(with({{.fid = 0x0101, .sfi = 1, .content = one}, {.fid = 0x0102, .sfi = 1, .content = one}})));
  CHECK_FAULT(Fault::limit, make(with({{.fid = 1, .content = Bytes(65535)},
                                       {.fid = 2, .content = Bytes(65535)},
                                       {.fid = 3, .content = Bytes(3)}})));
  CHECK_OK(make(with({})));
}

TEST(Content, is_not_written_over_another_card) {
  auto cell = std::make_shared<Bytes>();
  CHECK_OK(make(cards::content(), cell));
  const auto before = *cell;
  CHECK_FAULT(Fault::conflict, make(cards::content(), cell));
  CHECK(equal(before, *cell));
}

TEST(Content, is_the_same_after_the_card_was_opened_again) {
  Bench bench;
  bench.use_personalized();
  const auto before = bench.memory();
  bench.reopen();
  CHECK(equal(before, bench.memory()));
  auto session = bench.open_session();
  const auto read = session.transmit(bench.wire(), {.ins = 0xB0, .p1 = 0x82, .le = 600, .extended = true});
  CHECK_BYTES(cards::pattern(600, 5), read.data);
}
