// The two opinions meet: the reader's BAC, secure messaging and reading against the simulated card's.
#include "cicada/host/inspect/reader.h"

#include <sstream>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/host/transport/fault.h"
#include "cicada/host/transport/loopback.h"
#include "cicada/host/transport/recorder.h"
#include "cicada/host/transport/replay.h"
#include "harness.h"
#include "reference_card.h"

using namespace cicada;
using namespace cicada::base;
using host::inspect::Inspection;

namespace {

const tests::ReferenceCard& reference() {
  static const auto kCard = tests::make_reference_card().value();
  return kCard;
}

/// The reference card in a slot of this process, with power.
struct Bench {
  ReplayRng card_rng{7};
  SystemClock clock;
  std::unique_ptr<applet_sim::kernel::Card> card =
      applet_sim::kernel::Card::create_personalized({.rng = card_rng, .clock = clock},
                                                    std::make_unique<applet_sim::nvm::MemoryStorage>(),
                                                    reference().content().value())
          .value();
  host::transport::LoopbackTransport slot{[this](ByteView command) { return card->process(command); }};

  Bench() { card->power_on(); }
};

Result<Inspection> read_through(host::transport::Transport& wire, std::uint32_t extended = 0) {
  host::iso7816::Channel channel{wire};
  ReplayRng rng{11};
  const SystemClock clock;
  auto credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value();
  credentials.only_bac();
  const host::inspect::InspectionOptions options{.credentials = std::move(credentials), .extended_response = extended};
  return host::inspect::inspect(channel, options, rng, clock);
}

}  // namespace

TEST_GROUP(InspectSimulatedCard){};

TEST(InspectSimulatedCard, reads_every_octet_with_the_fewest_commands) {
  for (const auto& [extended, apdus] : {std::pair{0U, 86U}, std::pair{4096U, 12U}, std::pair{65536U, 9U}}) {
    Bench bench;
    const auto inspection = read_through(bench.slot, extended);
    CHECK_OK(inspection);
    LONGS_EQUAL(apdus, inspection->transfer.apdus);
    CHECK(inspection->files == reference().files);
    CHECK(inspection->notes.empty());
  }
}

TEST(InspectSimulatedCard, plays_a_recorded_session_again) {
  std::ostringstream trace;
  Bench bench;
  host::transport::Recorder recorder{bench.slot, trace};
  CHECK_OK(read_through(recorder));
  host::transport::Replay replay{host::transport::parse_trace(trace.str()).value()};
  const auto again = read_through(replay);
  CHECK_OK(again);
  CHECK(replay.depleted());
  CHECK(again->files == reference().files);
}

TEST(InspectSimulatedCard, accepts_no_response_with_a_flipped_bit) {
  using host::transport::FaultyTransport;
  using host::transport::Flip;
  ReplayRng rng{3};
  for (std::size_t exchange = 0; exchange < 86; ++exchange) {
    Bytes random(2);
    CHECK_OK(rng.fill(random));
    Bench bench;
    FaultyTransport wire{bench.slot, {{.exchange = exchange, .kind = Flip{random[0] * 256U + random[1]}}}};
    const auto inspection = read_through(wire);
    // Selecting and the challenge are not protected: there the chip does not open, or opens all the same.
    if (exchange < 2) continue;
    if (inspection && !inspection->access_error) FAIL(std::to_string(exchange).c_str());
    CHECK(wire.exchanges() <= exchange + 3);
  }
}

TEST(InspectSimulatedCard, tells_a_lost_response_at_every_command) {
  using host::transport::Drop;
  for (std::size_t exchange = 0; exchange < 86; exchange += 3) {
    Bench bench;
    host::transport::FaultyTransport wire{bench.slot, {{.exchange = exchange, .kind = Drop{}}}};
    CHECK_FAULT(Fault::transport, read_through(wire));
    LONGS_EQUAL(exchange + 1, wire.exchanges());
  }
}
