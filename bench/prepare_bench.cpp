// Data preparation beside what it cannot do without: cards a second of one core, and of a token.
//
//   files      a checked dossier in memory (portrait of 15 KB) to data groups, EF.SOD signed with a P-256 key in a
//   file,
//              sealed; no key of the chip is waited for
//   floor      SHA-256 over the same data groups, one P-256 signature, AES-256-GCM over as many octets as the job has
//   `share`    is floor over files, both measured in this run, in this thread's own time
//   token      the same with the signer and both master keys in a token of SoftHSM2, by sixteen threads
//   token_own  signatures a second that sixteen sessions of that token give to nobody but a loop
//   `share`    of token is token over token_own, both by the clock on the wall, in turns
#include <benchmark/benchmark.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cicada/base/hex.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/gcm.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/file_vault.h"
#include "cicada/host/vault/token_vault.h"
#include "soft_token.h"
#include "stopwatch.h"

namespace {

using namespace cicada;
namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace ossl = crypto::openssl;
namespace perso = host::perso;
namespace pki = host::pki;
namespace vault = host::vault;
using Clock = std::chrono::steady_clock;

constexpr unsigned kThreads = 16;
constexpr std::size_t kPortrait = 15'000;

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

base::Date day(int year, unsigned month, unsigned number) {
  return {std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{number}};
}

/// Different every time, so that nothing is remembered from the card before.
issuance::CheckedDossier dossier(std::uint64_t number) {
  issuance::CheckedDossier dossier;
  dossier.number = std::to_string(36'088'000'000 + number).insert(0, 1, '0');
  dossier.name = "Nguyễn Thị Minh Khai";
  dossier.birth_date = day(1988, 6, 13);
  dossier.sex = 'F';
  dossier.sex_text = "Nữ";
  dossier.nationality = "Việt Nam";
  dossier.ethnic_group = "Kinh";
  dossier.religion = "Không";
  dossier.place_of_origin = "Xã Tân Lộc Hạ, huyện Vụ Bản, tỉnh Nam Định";
  dossier.residence = "Số 8 đường Hoa Gạo, thành phố Nam Định";
  dossier.identifying_marks = "Nốt ruồi cách 1 cm trên mép phải";
  dossier.issue_date = day(2025, 10, 4);
  dossier.expiry_date = day(2028, 6, 13);
  dossier.father = "Nguyễn Văn Thuần";
  dossier.mother = "Bùi Thị Nhạn";
  dossier.issuing_unit = "Bộ Công an";
  // Nobody decodes it here: the rules did.
  dossier.portrait = {.jpeg = base::Bytes(kPortrait, static_cast<std::uint8_t>(number)), .width = 480, .height = 640};
  std::ranges::copy(std::array<std::uint8_t, 3>{0xFF, 0xD8, 0xFF}, dossier.portrait.jpeg.begin());
  return dossier;
}

struct Country {
  Country() {
    auto pattern = (fs::temp_directory_path() / "cicada-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = pattern;
    base::SystemRng rng;
    must(pki::save(must(pki::create_test_country({}, rng, base::SystemClock{})), folder));
    must(pki::save_line_keys(must(pki::create_line_keys(rng)), folder));
  }
  Country(const Country&) = delete;
  Country& operator=(const Country&) = delete;
  Country(Country&&) = delete;
  Country& operator=(Country&&) = delete;
  ~Country() { fs::remove_all(folder); }
  fs::path folder;
};

perso::Profile profile() {
  auto loaded = perso::load_profile("personalization-scripts/profiles/cccd-no-chip-keys.toml");
  if (!loaded) throw std::runtime_error(loaded.error().text + " (run it in the repository's folder)");
  return *std::move(loaded);
}

/// One card, as cicada prepare makes it. Octets of the sealed job.
std::size_t prepare(const issuance::CheckedDossier& dossier, const perso::Profile& profile, vault::Vault& keys) {
  base::SystemRng rng;
  auto job = must(issuance::prepare_files(dossier, profile, rng));
  must(keys.complete(job, profile, {}, {.job = 1, .fence = 0, .dossier = dossier.number, .version = 1}));
  const auto key = must(keys.job_key(dossier.number, 1));
  return must(issuance::seal(job, dossier.number, 1, key)).size();
}

void files(benchmark::State& state) {
  const Country country;
  const auto card = profile();
  const auto keys = must(vault::open_file_vault(country.folder, {}));
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

/// Calls in a second that `threads` threads make.
template <typename Call>
double rate(unsigned threads, Call call) {
  constexpr std::chrono::milliseconds kTime{1000};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> count{0};
  const auto start = Clock::now();
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        auto mine = call(i);
        while (!stop) {
          mine();
          ++count;
        }
      });
    }
    std::this_thread::sleep_for(kTime);
    stop = true;
  }
  return static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - start).count();
}

/// What the token gives to a loop: C_SignInit and C_Sign, a session a thread.
class OwnRate {
 public:
  OwnRate() : p11_(p11_kit_module_load(tests::SoftToken::module().c_str(), 0)) {
    if (p11_ == nullptr || p11_kit_module_initialize(p11_) != CKR_OK) throw std::runtime_error("no PKCS#11 library");
    std::array<CK_SLOT_ID, 8> slots{};
    CK_ULONG count = slots.size();
    if (p11_->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) throw std::runtime_error("no slot");
    for (CK_ULONG i = 0; i < count; ++i) {
      CK_TOKEN_INFO info{};
      const bool known = p11_->C_GetTokenInfo(slots.at(i), &info) == CKR_OK;
      if (known && (info.flags & CKF_TOKEN_INITIALIZED) != 0) slot_ = slots.at(i);
    }
  }
  OwnRate(const OwnRate&) = delete;
  OwnRate& operator=(const OwnRate&) = delete;
  OwnRate(OwnRate&&) = delete;
  OwnRate& operator=(OwnRate&&) = delete;
  ~OwnRate() {
    p11_kit_module_finalize(p11_);
    p11_kit_module_release(p11_);
  }

  double measure() {
    return rate(kThreads, [this](unsigned) {
      CK_SESSION_HANDLE session = 0;
      std::string pin = tests::SoftToken::kPin;
      if (p11_->C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session) != CKR_OK) std::abort();
      static_cast<void>(p11_->C_Login(session, CKU_USER, reinterpret_cast<CK_BYTE_PTR>(pin.data()), pin.size()));
      CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
      CK_ATTRIBUTE query{CKA_CLASS, &wanted, sizeof wanted};
      CK_OBJECT_HANDLE key = 0;
      CK_ULONG found = 0;
      if (p11_->C_FindObjectsInit(session, &query, 1) != CKR_OK ||
          p11_->C_FindObjects(session, &key, 1, &found) != CKR_OK || p11_->C_FindObjectsFinal(session) != CKR_OK ||
          found != 1) {
        std::abort();
      }
      return [this, session, key] {
        std::array<CK_BYTE, 32> digest{};
        std::array<CK_BYTE, 64> signature{};
        CK_ULONG size = signature.size();
        CK_MECHANISM how{CKM_ECDSA, nullptr, 0};
        if (p11_->C_SignInit(session, &how, key) != CKR_OK ||
            p11_->C_Sign(session, digest.data(), digest.size(), signature.data(), &size) != CKR_OK) {
          std::abort();
        }
      };
    });
  }

 private:
  CK_FUNCTION_LIST* p11_;
  CK_SLOT_ID slot_ = 0;
};

vault::TokenConfiguration configuration(const tests::SoftToken& soft, const Country& country) {
  const auto made = must(pki::load_test_country(country.folder));
  soft.import_pair("ds-1", "01", must(made.ds_key.to_pem()).expose());
  soft.import_aes("transport", "11", made.transport_master_key.expose());
  const auto job = must(pki::load_job_master_key(country.folder));
  soft.import_aes("job", "12", job.expose());
  vault::TokenConfiguration configuration{
      .token = {.module = tests::SoftToken::module(),
                .label = tests::SoftToken::kLabel,
                .pin_file = soft.pin_file(),
                .sessions = kThreads,
                .deadline = std::chrono::seconds{30}},
      .transport = {.label = "transport", .check = must(pki::key_check_value(made.transport_master_key.expose()))},
      .job = {.label = "job", .check = must(pki::key_check_value(job.expose()))},
      .signers = {{.label = "ds-1", .certificate = country.folder / "ds.crt"}},
      .trust = country.folder};
  return configuration;
}

void token(benchmark::State& state) {
  const Country country;
  const tests::SoftToken soft;
  const auto keys = must(vault::open_token_vault(configuration(soft, country), {}));
  const auto card = profile();
  OwnRate own;
  double ours = 0;
  double theirs = 0;
  std::atomic<std::uint64_t> numbers{0};
  for (auto _ : state) {
    theirs += own.measure();
    ours += rate(kThreads,
                 [&](unsigned) { return [&] { benchmark::DoNotOptimize(prepare(dossier(++numbers), card, *keys)); }; });
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["cards_a_second"] = ours / rounds;
  state.counters["token_own"] = theirs / rounds;
  state.counters["share"] = ours / theirs;
}
BENCHMARK(token)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
