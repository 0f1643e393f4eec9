// Whole reads and whole signatures as a share of what the wire and the primitives allow, measured in one run.
//
//   wire    P18 read in process; every APDU goes through the wire model. Floors: 86 APDUs, 22,362 bytes on the wire.
//   read    in-process BAC reads; `share` is the time of the crypto primitives alone (both sides) over the whole time.
//   sod     EF.SOD signatures with P-256; `share` is raw hashing and signing over the whole time.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <vector>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/transport/loopback.h"
#include "reference_card.h"
#include "wire_model.h"

namespace {

using namespace cicada;
using base::Bytes;
using Clock = std::chrono::steady_clock;
using host::lds::Ef;
namespace kernel = applet_sim::kernel;

const tests::ReferenceCard& reference() {
  static const auto card = tests::make_reference_card().value();
  return card;
}

/// The reference card with power, in this process.
class Bench {
 public:
  Bench()
      : card_(kernel::Card::create_personalized({rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(),
                                                reference().content().value())
                  .value()) {
    card_->power_on();
  }
  /// One whole read; each exchange is shown to `seen`.
  template <typename Seen>
  bool read(Seen seen) {
    card_->reset();
    host::transport::LoopbackTransport wire{[&](base::ByteView command) {
      auto answer = card_->process(command);
      seen(command.size(), answer.size());
      return answer;
    }};
    host::iso7816::Channel channel{wire};
    auto credentials = host::inspect::Credentials::from_mrz_information(reference().mrz_information).value();
    credentials.only_bac();
    const host::inspect::InspectionOptions options{.credentials = std::move(credentials)};
    const auto result = host::inspect::inspect(channel, options, rng_, clock_);
    return result && result->files.size() == reference().files.size();
  }

 private:
  base::SystemRng rng_;
  base::SystemClock clock_;
  std::unique_ptr<kernel::Card> card_;
};

struct Exchange {
  std::size_t command = 0;
  std::size_t response = 0;
};

void wire(benchmark::State& state) {
  constexpr double kFloorApdus = 86;
  constexpr double kFloorBytes = 22362;
  Bench bench;
  std::vector<Exchange> exchanges;
  for (auto _ : state) {
    exchanges.clear();
    if (!bench.read([&](std::size_t out, std::size_t in) { exchanges.push_back({out, in}); }))
      state.SkipWithError("the read failed");
  }
  bench::WireCost at_424;
  bench::WireCost at_848;
  for (const auto& one : exchanges) {
    at_424 += bench::exchange({.divisor = 32}, one.command, one.response);
    at_848 += bench::exchange({.divisor = 16}, one.command, one.response);
  }
  state.counters["apdus"] = static_cast<double>(exchanges.size());
  state.counters["apdus_to_floor"] = static_cast<double>(exchanges.size()) / kFloorApdus;
  state.counters["wire_bytes"] = static_cast<double>(at_424.bytes);
  state.counters["bytes_to_floor"] = static_cast<double>(at_424.bytes) / kFloorBytes;
  state.counters["ms_424"] = at_424.milliseconds;
  state.counters["ms_848"] = at_848.milliseconds;
}
BENCHMARK(wire);

/// What one library has to do for one side of an exchange with `size` octets of response cryptogram.
template <typename Cipher, typename Mac>
void one_side(const Cipher& cipher, const Mac& mac, std::size_t size, bool encrypt) {
  static constexpr std::size_t kCommandMac = 24;  // SSC, header, DO'97', padding
  static thread_local Bytes data(70000);
  const Bytes iv(8);
  benchmark::DoNotOptimize(mac.compute({base::ByteView{data}.first(kCommandMac)}));
  if (size == 0) return;
  const auto part = base::MutableByteView{data}.first(size);
  benchmark::DoNotOptimize(encrypt ? cipher.encrypt_cbc(iv, part, part) : cipher.decrypt_cbc(iv, part, part));
  benchmark::DoNotOptimize(mac.compute({base::ByteView{data}.first(8 + size + 16)}));
}

void read(benchmark::State& state) {
  const Bytes key(16, 0x5A);
  const auto host_cipher = crypto::openssl::BlockCipher::create(crypto::openssl::CipherAlgorithm::tdes2, key).value();
  const auto card_cipher = crypto::mbedtls::BlockCipher::create(crypto::mbedtls::CipherAlgorithm::tdes2, key).value();
  const auto host_mac = crypto::openssl::RetailMac::create(key).value();
  const auto card_mac = crypto::mbedtls::RetailMac::create(key).value();
  Bench bench;
  std::vector<Exchange> exchanges;
  Clock::duration whole{};
  Clock::duration primitives{};
  for (auto _ : state) {
    exchanges.clear();
    const auto start = Clock::now();
    if (!bench.read([&](std::size_t out, std::size_t in) { exchanges.push_back({out, in}); }))
      state.SkipWithError("the read failed");
    const auto middle = Clock::now();
    for (const auto& one : exchanges) {
      if (one.command < 19) continue;  // plain
      // The response is DO'87', DO'99' (4), DO'8E' (10), status word (2); the cryptogram is a whole number of blocks.
      const std::size_t size = one.response > 40 ? (one.response - 20) / 8 * 8 : 0;
      one_side(host_cipher, host_mac, size, false);
      one_side(card_cipher, card_mac, size, true);
    }
    whole += middle - start;
    primitives += Clock::now() - middle;
  }
  // What passive authentication takes of it: parsing EF.SOD, five hashes, one signature.
  const auto before = Clock::now();
  benchmark::DoNotOptimize(host::inspect::inspect_files(reference().files, {}, base::SystemClock{}.now()));
  const auto judging = Clock::now() - before;
  state.counters["judging_share"] = std::chrono::duration<double>(judging) / std::chrono::duration<double>(whole) *
                                    static_cast<double>(state.iterations());
  state.counters["reads_per_s"] =
      static_cast<double>(state.iterations()) / std::chrono::duration<double>(whole).count();
  state.counters["share"] = std::chrono::duration<double>(primitives) / std::chrono::duration<double>(whole);
}
BENCHMARK(read)->UseRealTime();

void sod(benchmark::State& state) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto country = host::pki::create_test_country({}, rng, clock).value();
  const auto raw = host::pki::document_signer(country).value();
  const auto signer = host::issuance::SodSigner::create(host::pki::document_signer(country).value()).value();
  // DG1 and DG13 only, and a small DG2: the limit of limits is the signature, not the hash of a photo.
  std::map<Ef, Bytes> files;
  for (const auto ef : {Ef::dg1, Ef::dg2, Ef::dg13}) files[ef] = reference().files.at(ef);
  Clock::duration whole{};
  Clock::duration limit{};
  const Bytes attributes(104, 0x31);
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(signer.sign(files));
    const auto middle = Clock::now();
    for (const auto& [ef, octets] : files)
      benchmark::DoNotOptimize(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, octets));
    benchmark::DoNotOptimize(raw.signer.sign(attributes));
    whole += middle - start;
    limit += Clock::now() - middle;
  }
  state.counters["sods_per_s"] = static_cast<double>(state.iterations()) / std::chrono::duration<double>(whole).count();
  state.counters["share"] = std::chrono::duration<double>(limit) / std::chrono::duration<double>(whole);
}
BENCHMARK(sod)->UseRealTime();

}  // namespace
