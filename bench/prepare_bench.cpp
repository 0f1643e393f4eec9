// Data preparation with keys in files, beside what it cannot do without: cards a second of one core.
//
//   files      a checked dossier in memory (portrait of 15 KB) to data groups, EF.SOD signed with a P-256 key in a
//              file, sealed; no key of the chip is waited for
//   floor      SHA-256 over the same data groups, one P-256 signature, AES-256-GCM over as many octets as the job has
//   `share`    is floor over files, both measured in this run, in this thread's own time
#include <benchmark/benchmark.h>

#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/gcm.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/vault/file_vault.h"
#include "prepare_scene.h"
#include "stopwatch.h"

namespace {

using namespace cicada;
using bench::Country;
using bench::dossier;
using bench::must;
using bench::profile;
namespace issuance = host::issuance;
namespace ossl = crypto::openssl;
namespace perso = host::perso;
namespace vault = host::vault;

/// One card, as cicada prepare makes it. Octets of the sealed job.
std::size_t prepare(const issuance::CheckedDossier& dossier, const perso::Profile& profile, vault::Vault& keys) {
  base::SystemRng rng;
  auto job = must(issuance::prepare_files(dossier, profile, rng));
  must(keys.complete(job, profile, {}, {.job = 1, .fence = 0, .dossier = dossier.number, .version = 1}));
  const auto key = must(keys.seal_key(dossier.number, 1));
  return must(issuance::seal(job, dossier.number, 1, key)).size();
}

void files(benchmark::State& state) {
  const Country country;
  const auto card = profile();
  const auto keys = must(vault::open_file_vault(country.folder.path(), {}));
  const auto signer = must(ossl::EcPrivateKey::generate(ossl::Curve::p256));
  const auto sample = dossier(0);
  base::SystemRng rng;
  const auto groups = must(issuance::prepare_files(sample, card, rng));
  base::Bytes sealed(prepare(sample, card, *keys));
  base::Bytes tag(ossl::kGcmTagSize);
  const base::Bytes key(ossl::kGcmKeySize, 1);
  const base::Bytes nonce(ossl::kGcmNonceSize, 2);
  bench::Seconds ours{0};
  bench::Seconds floor{0};
  std::uint64_t number = 0;
  for (auto _ : state) {
    const auto person = dossier(++number);
    bench::Stopwatch watch;
    benchmark::DoNotOptimize(prepare(person, card, *keys));
    ours += watch.lap();
    base::Bytes digest;
    for (const auto& [ef, content] : groups.files) digest = must(ossl::hash(ossl::HashAlgorithm::sha256, content));
    benchmark::DoNotOptimize(must(signer.sign_der(digest)));
    must(ossl::encrypt_gcm(key, nonce, {}, sealed, tag));
    floor += watch.lap();
  }
  const auto cards = static_cast<double>(state.iterations());
  state.counters["cards_a_second"] = cards / ours.count();
  state.counters["floor"] = cards / floor.count();
  state.counters["share"] = floor.count() / ours.count();
}
BENCHMARK(files)->Unit(benchmark::kMicrosecond)->MinTime(2.0);

}  // namespace
