// Data preparation with a token, beside the signatures that the same token gives to a loop that does nothing else.
//
//   prepare    host::line::Preparation over checked dossiers in memory: built, signed in the token, sealed, in a pack
//   on
//              disk; the journal says yes to everything
//   own        C_SignInit and C_Sign, in as many sessions, a thread each
//   `share`    is prepare over own, both by the clock on the wall, in turns, in this run
//   `host_us`  what a card costs the host's processors beside the token, `token_us` what a signature of own costs them
//
//   hsm        a stand-in for a token on a network, which costs this machine nothing: five milliseconds a signature,
//   four
//              sessions
//   fast_hsm   the same with one millisecond and eight sessions
//   one        SoftHSM2 with one session: it has one core, preparation has the others
//   all        SoftHSM2 with a session for every core, on the cores that preparation needs as well: `limit` is the
//   share
//              that no preparation can be above, since a card then costs host_us + token_us
#include <benchmark/benchmark.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "cicada/host/line/preparation.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/token_vault.h"
#include "line/journal_proxy.h"
#include "prepare_scene.h"
#include "soft_token.h"

namespace {

using namespace cicada;
using bench::Country;
using bench::must;
namespace fs = std::filesystem;
namespace issuance = host::issuance;
namespace journal = host::journal;
namespace line = host::line;
namespace pki = host::pki;
namespace vault = host::vault;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTime{1500};

/// Operations, the time on the wall, and that of all processors together, in seconds.
struct Measured {
  double count = 0, wall = 0, processors = 0;
  Measured& operator+=(const Measured& other) {
    count += other.count;
    wall += other.wall;
    processors += other.processors;
    return *this;
  }
  [[nodiscard]] double rate() const { return count / wall; }
  [[nodiscard]] double cost_us() const { return processors / count * 1e6; }
};

double processor_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// `work` tells how many it did.
template <typename Work>
Measured measure(Work work) {
  const auto start = Clock::now();
  const auto before = processor_time();
  const auto count = work();
  return {.count = static_cast<double>(count),
          .wall = std::chrono::duration<double>(Clock::now() - start).count(),
          .processors = processor_time() - before};
}

/// What the token gives to a loop.
class OwnRate {
 public:
  explicit OwnRate(const fs::path& module) : p11_(p11_kit_module_load(module.c_str(), 0)) {
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

  [[nodiscard]] std::uint64_t run(unsigned sessions) {
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> count{0};
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < sessions; ++i) {
        threads.emplace_back([&] {
          const auto session = open();
          const auto key = find_key(session);
          while (!stop) {
            sign(session, key);
            ++count;
          }
          p11_->C_CloseSession(session);
        });
      }
      std::this_thread::sleep_for(kTime);
      stop = true;
    }
    return count;
  }

 private:
  [[nodiscard]] CK_SESSION_HANDLE open() const {
    CK_SESSION_HANDLE session = 0;
    std::string pin = tests::SoftToken::kPin;
    if (p11_->C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session) != CKR_OK) std::abort();
    static_cast<void>(p11_->C_Login(session, CKU_USER, reinterpret_cast<CK_BYTE_PTR>(pin.data()), pin.size()));
    return session;
  }
  [[nodiscard]] CK_OBJECT_HANDLE find_key(CK_SESSION_HANDLE session) const {
    CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE query{CKA_CLASS, &wanted, sizeof wanted};
    CK_OBJECT_HANDLE key = 0;
    CK_ULONG found = 0;
    if (p11_->C_FindObjectsInit(session, &query, 1) != CKR_OK ||
        p11_->C_FindObjects(session, &key, 1, &found) != CKR_OK || p11_->C_FindObjectsFinal(session) != CKR_OK ||
        found != 1) {
      std::abort();
    }
    return key;
  }
  void sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) const {
    std::array<CK_BYTE, 32> digest{};
    std::array<CK_BYTE, 64> signature{};
    CK_ULONG size = signature.size();
    CK_MECHANISM how{CKM_ECDSA, nullptr, 0};
    if (p11_->C_SignInit(session, &how, key) != CKR_OK ||
        p11_->C_Sign(session, digest.data(), digest.size(), signature.data(), &size) != CKR_OK) {
      std::abort();
    }
  }

  CK_FUNCTION_LIST* p11_;
  CK_SLOT_ID slot_ = 0;
};

vault::TokenConfiguration configuration(const tests::SoftToken& soft, const Country& country, const fs::path& module,
                                        unsigned sessions) {
  const auto made = must(pki::load_test_country(country.folder.path()));
  soft.import_pair("ds-1", "01", must(made.ds_key.to_pem()).expose());
  soft.import_aes("transport", "11", made.transport_master_key.expose());
  const auto job = must(pki::load_job_master_key(country.folder.path()));
  soft.import_aes("job", "12", job.expose());
  return {.token = {.module = module,
                    .label = tests::SoftToken::kLabel,
                    .pin_file = soft.pin_file(),
                    .sessions = sessions,
                    .deadline = std::chrono::seconds{30}},
          .transport = {.label = "transport", .check = must(pki::key_check_value(made.transport_master_key.expose()))},
          .job = {.label = "job", .check = must(pki::key_check_value(job.expose()))},
          .signers = {{.label = "ds-1", .certificate = country.folder / "ds.crt"}},
          .trust = country.folder.path()};
}

/// Accepts everything at once: what a database costs is measured by bench/journal.
class YesJournal final : public test::JournalProxy {
 public:
  using JournalProxy::JournalProxy;
  base::Result<std::vector<journal::IntakeOutcome>> take_in(std::string_view /*batch*/,
                                                            std::span<const journal::Intake> dossiers,
                                                            const journal::Actor& /*actor*/) override {
    std::vector<journal::IntakeOutcome> outcomes(dossiers.size());
    for (auto& outcome : outcomes) outcome = {.job = ++jobs_, .state = journal::State::accepted};
    return outcomes;
  }
  base::Result<void> make_ready(std::string_view /*batch*/, std::span<const journal::Prepared> /*jobs*/,
                                const journal::Actor& /*actor*/) override {
    return {};
  }

 private:
  journal::JobId jobs_ = 0;
};

issuance::RecordOutcome record(std::uint64_t number) {
  issuance::RecordOutcome record;
  record.dossier = bench::dossier(number);
  record.number = record.dossier->number;
  record.origin.dossier = std::to_string(number).append("-VN");
  return record;
}

/// Cards until the time is over.
std::uint64_t prepare(vault::Vault& keys, YesJournal& book, const fs::path& folder, unsigned threads,
                      std::uint64_t& numbers) {
  static const auto card = bench::profile();
  auto preparation = must(line::Preparation::open({.journal = book,
                                                   .vault = keys,
                                                   .profile = card,
                                                   .jobs = folder / "jobs",
                                                   .batch = std::to_string(numbers).append("-bench"),
                                                   .threads = threads}));
  const auto end = Clock::now() + kTime;
  while (Clock::now() < end) must(preparation.add(record(++numbers)));
  must(preparation.finish());
  const auto prepared = preparation.report().prepared;
  fs::remove_all(folder / "jobs");
  return prepared;
}

void measure(benchmark::State& state, const fs::path& module, unsigned sessions, unsigned threads,
             const char* far = nullptr) {
  const Country country;
  const tests::SoftToken soft;
  const auto keys = must(vault::open_token_vault(configuration(soft, country, module, sessions), {}));
  const auto inner = must(journal::open_journal("sqlite:" + (country.folder / "journal").string(), "bench"));
  YesJournal book{*inner};
  OwnRate own{module};
  if (far != nullptr) ::setenv("CICADA_TROUBLE_FAR", far, 1);
  Measured ours;
  Measured theirs;
  std::uint64_t numbers = 0;
  for (auto _ : state) {
    theirs += measure([&] { return own.run(sessions); });
    ours += measure([&] { return prepare(*keys, book, country.folder.path(), threads, numbers); });
  }
  ::unsetenv("CICADA_TROUBLE_FAR");
  const auto token_us = theirs.cost_us();
  const auto host_us = ours.cost_us() - token_us;
  state.counters["prepare"] = ours.rate();
  state.counters["own"] = theirs.rate();
  state.counters["share"] = ours.rate() / theirs.rate();
  state.counters["token_us"] = token_us;
  state.counters["host_us"] = host_us;
  const auto cores = std::thread::hardware_concurrency();
  const auto possible = std::min(theirs.rate(), cores * 1e6 / (token_us + host_us));
  state.counters["limit"] = possible / theirs.rate();
}

void hsm(benchmark::State& state) {
  measure(state, tests::SoftToken::trouble_module(), 4, std::thread::hardware_concurrency(), "5000");
}
BENCHMARK(hsm)->Unit(benchmark::kMillisecond)->Iterations(3);

void fast_hsm(benchmark::State& state) {
  measure(state, tests::SoftToken::trouble_module(), 8, std::thread::hardware_concurrency(), "1000");
}
BENCHMARK(fast_hsm)->Unit(benchmark::kMillisecond)->Iterations(3);

void one(benchmark::State& state) {
  measure(state, tests::SoftToken::module(), 1, std::max(1U, std::thread::hardware_concurrency() - 1));
}
BENCHMARK(one)->Unit(benchmark::kMillisecond)->Iterations(3);

void all(benchmark::State& state) {
  measure(state, tests::SoftToken::module(), std::thread::hardware_concurrency(), std::thread::hardware_concurrency());
}
BENCHMARK(all)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
