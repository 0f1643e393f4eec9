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
  explicit Bench(applet_sim::kernel::CardContent content = reference().content().value())
      : card(applet_sim::kernel::Card::create_personalized({.rng = card_rng, .clock = clock},
                                                           std::make_unique<applet_sim::nvm::MemoryStorage>(),
                                                           std::move(content))
                 .value()) {
    card->power_on();
  }

  ReplayRng card_rng{7};
  SystemClock clock;
  std::unique_ptr<applet_sim::kernel::Card> card;
  host::transport::LoopbackTransport slot{[this](ByteView command) { return card->process(command); }};
};

Result<Inspection> read_through(host::transport::Transport& wire, std::uint32_t extended = 0, bool only_bac = true) {
  host::iso7816::Channel channel{wire};
  ReplayRng rng{11};
  const SystemClock clock;
  auto credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value();
  if (only_bac) credentials.only_bac();
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

TEST(InspectSimulatedCard, with_pace_takes_92_16_or_13_commands) {
  for (const auto& [extended, apdus] : {std::pair{0U, 92U}, std::pair{4096U, 16U}, std::pair{65536U, 13U}}) {
    Bench bench{reference().pace_content().value()};
    auto inspection = read_through(bench.slot, extended, false);
    CHECK_OK(inspection);
    CHECK_STRING("PACE", inspection->access_protocol);
    LONGS_EQUAL(apdus, inspection->transfer.apdus);
    CHECK_BYTES(tests::ReferenceCard::card_access(), inspection->files.at(host::lds::Ef::card_access));
    inspection->files.erase(host::lds::Ef::card_access);
    CHECK(inspection->files == reference().files);
    CHECK(inspection->notes.empty());
    using host::auth::CheckName;
    CHECK(inspection->verdict.find(CheckName::access)->result == host::auth::CheckResult::passed);
    // DG14 repeats EF.CardAccess; nobody vouches for DG14 here.
    CHECK(inspection->verdict.find(CheckName::card_access_match)->result == host::auth::CheckResult::not_checked);
  }
}

TEST(InspectSimulatedCard, with_pace_and_trust_passes_the_comparison_with_dg14) {
  Bench bench{reference().pace_content().value()};
  host::iso7816::Channel channel{bench.slot};
  ReplayRng rng{11};
  const auto trust = reference().trust().value();
  host::inspect::InspectionOptions options{
      .credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value()};
  options.judge.trust = &trust;
  const auto inspection = host::inspect::inspect(channel, options, rng, bench.clock);
  CHECK_OK(inspection);
  const auto* const match = inspection->verdict.find(host::auth::CheckName::card_access_match);
  CHECK_STRING("EF.CardAccess is repeated in DG14", match->reason);
  CHECK(inspection->verdict.outcome() == host::auth::Outcome::passed);
}

TEST(InspectSimulatedCard, that_hides_the_pace_of_its_dg14_is_found_out) {
  Bench bench;  // the same signed document, without EF.CardAccess
  host::iso7816::Channel channel{bench.slot};
  ReplayRng rng{11};
  const auto trust = reference().trust().value();
  host::inspect::InspectionOptions options{
      .credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value()};
  options.judge.trust = &trust;
  const auto inspection = host::inspect::inspect(channel, options, rng, bench.clock);
  CHECK_OK(inspection);
  CHECK_STRING("BAC", inspection->access_protocol);
  LONGS_EQUAL(87, inspection->transfer.apdus);
  CHECK(inspection->verdict.find(host::auth::CheckName::card_access_match)->result == host::auth::CheckResult::failed);
}

TEST(InspectSimulatedCard, with_pace_accepts_no_response_with_a_flipped_bit) {
  using host::transport::FaultyTransport;
  using host::transport::Flip;
  ReplayRng rng{5};
  for (std::size_t exchange = 1; exchange < 92; ++exchange) {
    Bytes random(2);
    CHECK_OK(rng.fill(random));
    Bench bench{reference().pace_content().value()};
    FaultyTransport wire{bench.slot, {{.exchange = exchange, .kind = Flip{random[0] * 256U + random[1]}}}};
    const auto inspection = read_through(wire, 0, false);
    if (inspection && !inspection->access_error) FAIL(std::to_string(exchange).c_str());
    CHECK(wire.exchanges() <= exchange + 6);
  }
}
