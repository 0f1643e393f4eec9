// Reads of P18 on the wire, and signatures of EF.SOD.
//
//   wire    every APDU of a read goes through the wire model; *_to_floor compares with the fewest there can be
//   sod     EF.SOD signatures with P-256; `share` is raw hashing and signing over the whole time
#include <benchmark/benchmark.h>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/prepare.h"
#include "reference_reader.h"
#include "stopwatch.h"
#include "wire_model.h"

namespace {

using namespace cicada;
using base::Bytes;
using bench::Access;
using host::lds::Ef;

/// A way to read P18, and the fewest APDUs and octets that it takes: every file by its short identifier, every response
/// as full as secure messaging lets it be.
struct Way {
  Access access;
  std::uint32_t extended;  ///< octets of the largest response; 0: short
  double apdus;
  double bytes;
};

void wire(benchmark::State& state, const Way& way) {
  bench::ReferenceReader reader{bench::reference(), way.access, way.extended};
  for (auto _ : state) {
    if (!reader.read()) return state.SkipWithError("the read failed");
  }
  bench::WireCost at_424;
  bench::WireCost at_848;
  for (const auto& one : reader.exchanges()) {
    at_424 += bench::exchange({.divisor = 32}, one.command, one.response);
    at_848 += bench::exchange({.divisor = 16}, one.command, one.response);
  }
  const auto apdus = static_cast<double>(reader.exchanges().size());
  const auto bytes = static_cast<double>(at_424.bytes);
  state.counters["apdus"] = apdus;
  state.counters["apdus_to_floor"] = apdus / way.apdus;
  state.counters["wire_bytes"] = bytes;
  state.counters["bytes_to_floor"] = bytes / way.bytes;
  state.counters["ms_424"] = at_424.milliseconds;
  state.counters["ms_848"] = at_848.milliseconds;
}
BENCHMARK_CAPTURE(wire, bac_short, {Access::bac, 0, 86, 22362})->Iterations(1);
BENCHMARK_CAPTURE(wire, bac_4k, {Access::bac, 4096, 12, 19417})->Iterations(1);
BENCHMARK_CAPTURE(wire, bac_64k, {Access::bac, 65536, 9, 19267})->Iterations(1);
BENCHMARK_CAPTURE(wire, pace_short, {Access::pace, 0, 92, 23034})->Iterations(1);
BENCHMARK_CAPTURE(wire, pace_4k, {Access::pace, 4096, 16, 20005})->Iterations(1);
BENCHMARK_CAPTURE(wire, pace_64k, {Access::pace, 65536, 13, 19855})->Iterations(1);

void sod(benchmark::State& state) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto country = host::pki::create_test_country({}, rng, clock).value();
  const auto raw = host::pki::document_signer(country).value();
  const auto signer = host::issuance::SodSigner::create(host::pki::document_signer(country).value()).value();
  // DG1 and DG13 only, and a small DG2: the limit of limits is the signature, not the hash of a photo.
  std::map<Ef, Bytes> files;
  for (const auto ef : {Ef::dg1, Ef::dg2, Ef::dg13}) files[ef] = bench::reference().files.at(ef);
  bench::Seconds whole{}, limit{};
  const Bytes attributes(104, 0x31);
  for (auto _ : state) {
    bench::Stopwatch watch;
    benchmark::DoNotOptimize(signer.sign(files));
    whole += watch.lap();
    for (const auto& [ef, octets] : files)
      benchmark::DoNotOptimize(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, octets));
    benchmark::DoNotOptimize(raw.signer.sign(attributes));
    limit += watch.lap();
  }
  state.counters["sods_per_s"] = static_cast<double>(state.iterations()) / whole.count();
  state.counters["share"] = limit / whole;
}
BENCHMARK(sod);

}  // namespace
