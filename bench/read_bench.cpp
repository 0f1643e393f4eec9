// Whole reads of P18 in this process, reader and card, beside what the two crypto rooms alone need for them. One run
// measures both in turn, in the time of its own thread.
//
//   reads_per_s     on one core
//   share           the primitives' time (session_primitives.h) over the whole time
//   judging_share   passive authentication's: EF.SOD parsed, five hashes, one RSA signature
//   rest_share      what is left: APDUs, objects, files, copies, random numbers
#include "cicada/host/inspect/reader.h"
#include "reference_reader.h"
#include "session_primitives.h"
#include "stopwatch.h"

namespace {

using namespace cicada;
using bench::Access;
using bench::CardSide;
using bench::HostSide;
using bench::Seconds;

/// `primitives` is given the exchanges of the read before it.
void compare(benchmark::State& state, bench::ReferenceReader& reader, const tests::ReferenceCard& reference,
             auto primitives) {
  Seconds whole{}, alone{}, judging{};
  const auto now = base::SystemClock{}.now();
  for (auto _ : state) {
    auto files = reference.files;
    bench::Stopwatch watch;
    if (!reader.read()) return state.SkipWithError("the read failed");
    whole += watch.lap();
    primitives(reader.exchanges());
    alone += watch.lap();
    benchmark::DoNotOptimize(host::inspect::inspect_files(std::move(files), {}, now));
    judging += watch.lap();
  }
  state.counters["reads_per_s"] = static_cast<double>(state.iterations()) / whole.count();
  state.counters["share"] = alone / whole;
  state.counters["judging_share"] = judging / whole;
  state.counters["rest_share"] = 1 - (alone + judging) / whole;
}

void read_bac(benchmark::State& state) {
  const auto& reference = bench::reference();
  bench::ReferenceReader reader{reference, Access::bac};
  bench::MessagingPrimitives<HostSide, 8> host;
  bench::MessagingPrimitives<CardSide, 8> card;
  compare(state, reader, reference, [&](const auto& exchanges) {
    bench::bac_primitives<HostSide>();
    bench::bac_primitives<CardSide>();
    for (const auto& one : exchanges) {
      host.run(one);
      card.run(one);
    }
  });
}
BENCHMARK(read_bac);

void read_pace(benchmark::State& state, std::uint8_t domain, HostSide::Curve host_curve, CardSide::Curve card_curve) {
  const auto& reference = bench::reference(domain);
  bench::ReferenceReader reader{reference, Access::pace};
  bench::PacePrimitives<HostSide> host_pace{host_curve};
  bench::PacePrimitives<CardSide> card_pace{card_curve};
  bench::MessagingPrimitives<HostSide, 16> host;
  bench::MessagingPrimitives<CardSide, 16> card;
  compare(state, reader, reference, [&](const auto& exchanges) {
    host_pace.run();
    card_pace.run();
    for (const auto& one : exchanges) {
      host.run(one);
      card.run(one);
    }
  });
}

void read_pace_p256(benchmark::State& state) {
  read_pace(state, tests::kPaceOnP256, HostSide::Curve::p256, CardSide::Curve::p256);
}
BENCHMARK(read_pace_p256);

void read_pace_brainpool_p256r1(benchmark::State& state) {
  read_pace(state, tests::kPaceOnBrainpoolP256r1, HostSide::Curve::brainpool_p256r1, CardSide::Curve::brainpool_p256r1);
}
BENCHMARK(read_pace_brainpool_p256r1);

}  // namespace
