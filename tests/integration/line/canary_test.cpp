// Every key of a run is looked for in everything that the run left: none is there. A planted one is found.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>

#include "cicada/base/file.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/issuance/job_pack.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/file_vault.h"
#include "line/canary.h"
#include "line/line_process.h"
#include "line/people.h"
#include "line/soft_plant.h"
#include "postgres_server.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace fs = std::filesystem;
namespace journal = cicada::host::journal;
namespace pki = cicada::host::pki;

namespace {

constexpr std::uint32_t kCards = 12;

void add(std::vector<Secret>& secrets, std::string name, base::ByteView octets) {
  secrets.push_back({.name = std::move(name), .octets = base::to_bytes(octets)});
}

/// Master keys, and the scalars of everybody who signs.
void add_keys_of_the_country(std::vector<Secret>& secrets, const fs::path& country) {
  const auto transport = must(pki::load_transport_master_key(country));
  add(secrets, "transport master key", transport.expose());
  const auto jobs = must(pki::load_job_master_key(country));
  add(secrets, "job master key", jobs.expose());
  const auto audit = must(pki::load_audit_key(country));
  add(secrets, "audit key", must(audit.ec()->scalar()).expose());
  for (const auto& [name, file] : {std::pair{"document signer's key", pki::test_country_file::kDsKey},
                                   std::pair{"CSCA's key", pki::test_country_file::kCscaKey}}) {
    const auto key = must(crypto::openssl::PrivateKey::from_pem(must(base::read_file(country / file))));
    add(secrets, name, must(key.ec()->scalar()).expose());
  }
}

/// SP 800-108 as docs/keys.md has it: two rounds of AES-CMAC.
base::Bytes derived(base::ByteView key, std::string_view label, base::ByteView context) {
  constexpr std::array<std::uint8_t, 1> kZero = {0};
  constexpr std::array<std::uint8_t, 2> kBits = {0x01, 0x00};
  const auto mac = must(crypto::openssl::Cmac::create(key));
  base::Bytes octets;
  for (const auto round : {std::uint8_t{1}, std::uint8_t{2}}) {
    const std::array<std::uint8_t, 1> counter = {round};
    base::append(octets, must(mac.compute({counter, base::as_bytes(label), kZero, context, kBits})));
  }
  return octets;
}

/// What opens one citizen's job, and what opens all jobs that were sealed in one run with it.
void add_keys_of_the_job(std::vector<Secret>& secrets, const std::string& id, const Plant& plant,
                         host::vault::Vault& vault) {
  const auto payload = must(plant.open_journal("")->find_dossier(id)).value().payload;
  host::issuance::JobPackReader packs{plant.packs()};
  const auto sealed = must(
      packs.read({.pack = payload.pack, .offset = payload.offset, .size = payload.size, .digest = payload.digest}));
  const auto run = must(host::issuance::run_of(sealed));
  add(secrets, id + " job key", must(vault.job_key(id, 1, run)).expose());
  const auto run_key = derived(must(pki::load_job_master_key(plant.country())).expose(), "CICADA RUN KEY", run);
  add(secrets, id + " run key", run_key);
  // The keys that are looked for are the keys of the run: a slip here would find nothing for ever.
  const auto version_and_id = base::concat({std::array<std::uint8_t, 4>{0, 0, 0, 1}, base::as_bytes(id)});
  CHECK_BYTES(derived(run_key, "CICADA JOB KEY", version_and_id), secrets[secrets.size() - 2].octets);
  // What a chip is given that makes no keys.
  const auto job = must(host::issuance::open_sealed(sealed, id, 1, must(vault.job_key(id, 1, run))));
  CHECK(plant.profile().takes_keys() == (job.keys != nullptr));
  if (!job.keys) return;
  for (const auto& half : job.keys->chip) add(secrets, id + " key of chip authentication", half.value.expose());
}

/// What one citizen's chip opens with, what opens the citizen's job, and what the job says.
void add_secrets_of(std::vector<Secret>& secrets, std::uint32_t index, const Plant& plant, host::vault::Vault& vault) {
  base::SystemRng rng;
  const auto person = citizen(index, plant.options().portrait_size);
  const auto job = must(host::issuance::prepare_files(person, plant.profile(), rng));
  const auto id = dossier_id(index);
  add_keys_of_the_job(secrets, id, plant, vault);
  const auto bac = must(host::access::BacKeys::from_mrz_information(job.mrz_information));
  add(secrets, id + " K_Enc", bac.k_enc().expose());
  add(secrets, id + " K_MAC", bac.k_mac().expose());
  add(secrets, id + " PACE password",
      must(host::access::PacePassword::from_mrz_information(job.mrz_information)).expose());
  add(secrets, id + " MRZ information", base::as_bytes(job.mrz_information));
  add(secrets, id + " MRZ line", base::as_bytes(job.mrz.at(2)));
  add(secrets, id + " name", base::as_bytes(person.name));
  add(secrets, id + " residence", base::as_bytes(person.residence));
  add(secrets, id + " portrait", base::ByteView{person.portrait.jpeg}.subspan(20, 64));
}

void add_transport_keys(std::vector<Secret>& secrets, const Plant& plant, host::vault::Vault& vault) {
  for (const auto& entry : fs::recursive_directory_iterator{plant.magazine()}) {
    if (entry.path().extension() != ".card") continue;
    const auto number = base::from_hex(entry.path().stem().string());
    host::gp::ChipSerial serial{};
    CHECK(number && number->size() == serial.size());
    std::ranges::copy(*number, serial.begin());
    const auto keys = must(vault.transport_keys(serial));
    add(secrets, "K-ENC of a chip", keys.k_enc.expose());
    add(secrets, "K-MAC of a chip", keys.k_mac.expose());
    add(secrets, "K-DEK of a chip", keys.k_dek.expose());
  }
}

/// A line in a process without cores, as tools/cicada/main.cpp makes it one; what it has to say goes into a file. It
/// gets `signal` when the first card is in work; 0: it works to its end.
void run_and_print(const Plant& plant, LineSettings settings, const fs::path& out, int signal) {
  const auto process = start_process([&] {
    const int file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    fs::current_path(plant.options().folder);  // where a core would fall
    settings.stations = 2;
    settings.on_card = [](const host::line::CardEvent& event) {
      fmt::print("{} {} {} {} {} {}\n", event.station, host::line::to_string(event.kind), event.dossier, event.chip,
                 event.reason, event.detail);
    };
    const auto report = run_line(plant, settings);
    for (const auto& station : report.stations) {
      fmt::print("{} {} {}\n", station.station, host::line::to_string(station.end), station.detail);
    }
    return report.orderly() ? 0 : 1;
  });
  if (signal != 0) {
    const auto started = [&] {
      const auto book = plant.open_journal("");
      return must(book->balance("")).good > 0 || !must(book->jobs_in_hand("")).empty();
    };
    siginfo_t ended{};
    while (!started()) {
      ::usleep(1000);
      ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT);
      if (ended.si_pid == process) FAIL("the line ended before it could be killed");
    }
    ::kill(process, signal);
  }
  const int code = end_of(process);
  LONGS_EQUAL(signal == 0 ? 0 : -signal, code);
}

void export_audit(const Plant& plant, const fs::path& file) {
  std::ofstream out{file};
  const auto book = plant.open_journal("");
  must(book->audit([&](const journal::AuditRecord& record) { out << must(journal::to_line(record)) << '\n'; }));
}

/// What else is looked for and into, beside the usual.
struct More {
  LineSettings settings = {};
  std::vector<Secret> secrets = {};
  std::vector<fs::path> places = {};
  std::function<void()> before_search = [] {};
};

/// A whole run, killed once in a way that would leave a core; then everything is searched.
void look_everywhere(Plant& plant, const More& more = {}) {
  plant.begin_batch("canary", 0, kCards);
  const auto& folder = plant.options().folder;
  run_and_print(plant, more.settings, folder / "printed.txt", SIGABRT);
  run_and_print(plant, more.settings, folder / "printed.txt", 0);
  export_audit(plant, folder / "audit.jsonl");
  const auto truth = plant.check();
  CHECK(truth.sound());
  LONGS_EQUAL(kCards, truth.good + truth.quarantined);
  // Only cards that take their keys cannot be written again.
  CHECK(truth.quarantined == 0 || plant.profile().takes_keys());

  auto secrets = more.secrets;
  const auto vault = must(host::vault::open_file_vault(plant.country(), {}));
  add_keys_of_the_country(secrets, plant.country());
  for (std::uint32_t i = 0; i < kCards; ++i) add_secrets_of(secrets, i, plant, *vault);
  add_transport_keys(secrets, plant, *vault);
  more.before_search();
  std::uint64_t octets = 0;
  // The country's folder is where the keys are, and cards hold their own.
  const std::set<fs::path> excepted = {plant.country(), plant.magazine()};
  auto hits = find_secrets(secrets, folder, excepted, &octets);
  for (const auto& place : more.places) {
    const auto found = find_secrets(secrets, place, {}, &octets);
    hits.insert(hits.end(), found.begin(), found.end());
  }
  std::printf("\n%zu secrets in %llu octets: %zu found", secrets.size(), static_cast<unsigned long long>(octets),
              hits.size());
  for (const auto& hit : hits) {
    std::printf("\n%s (%s) in %s", hit.secret.c_str(), hit.form.c_str(), hit.file.string().c_str());
  }
  LONGS_EQUAL(0, hits.size());
  for (const auto& entry : fs::directory_iterator{folder}) {
    CHECK(!entry.path().filename().string().starts_with("core"));
  }
  // The search is able to find: the same secrets, where they have to be.
  CHECK(!find_secrets(secrets, folder, {plant.magazine()}, nullptr).empty());
  CHECK(!find_secrets(secrets, plant.magazine(), {}, nullptr).empty());
}

PlantOptions in(const Folder& folder) {
  return {.folder = folder.path(), .journal = "sqlite:" + (folder.path() / "journal.sqlite").string()};
}

}  // namespace

TEST_GROUP(LineCanary){void setup() override{::setenv("TMPDIR", Folder::root().c_str(), 1);
}
}
;

TEST(LineCanary, no_key_of_a_run_is_left_with_sqlite) {
  const Folder folder{"canary"};
  Plant plant{in(folder)};
  look_everywhere(plant);
}

/// Everything that the server has, with a log that says each statement with what it was about.
TEST(LineCanary, no_key_of_a_run_is_left_with_postgresql) {
  tests::PostgresServer server{std::vector<std::string>{"log_statement=all"}};
  const Folder folder{"canary"};
  Plant plant{{.folder = folder.path(), .journal = server.new_database()}};
  look_everywhere(plant, {.places = {server.folder()}, .before_search = [&] {
                            server.stop_fast();
                            const auto log = must(base::read_file(server.folder() / "log"));
                            CHECK(base::as_text(log).find("INSERT INTO") != std::string_view::npos);
                          }});
}

/// Their private keys are in the sealed jobs.
TEST(LineCanary, no_key_is_left_that_was_made_for_a_chip) {
  const Folder folder{"canary"};
  auto options = in(folder);
  options.profile = "support/line/small-jmrtd.toml";
  Plant plant{options};
  look_everywhere(plant);
}

TEST(LineCanary, no_pin_of_a_token_is_left) {
  const tests::SoftToken token;
  const Folder folder{"canary"};
  Plant plant{in(folder)};
  const auto configuration = put_into_token(token, plant);
  More more;
  more.secrets.push_back({.name = "PIN", .octets = base::to_bytes(base::as_bytes(tests::SoftToken::kPin))});
  more.settings.own_vault = [&](host::vault::HoldsFence holds) { return open_vault(configuration, std::move(holds)); };
  look_everywhere(plant, more);
  LONGS_EQUAL(1, find_secrets(more.secrets, token.pin_file().parent_path(), {}, nullptr).size());
}

TEST(LineCanary, finds_a_planted_secret_in_each_form) {
  const Folder folder{"canary"};
  Secret secret{.name = "planted", .octets = {}};
  for (std::uint8_t i = 0; i < 16; ++i) secret.octets.push_back(static_cast<std::uint8_t>(0xC3 + 7 * i));
  const auto raw = std::string{base::as_text(secret.octets)};
  const auto hex = base::to_hex(secret.octets);
  int number = 0;
  for (const std::string& text :
       {raw, hex, "key=" + hex + "\n", "w8rR2N/m7fT7Agn//" + raw, std::string(100'000, 'x') + raw}) {
    must(base::write_file(folder.path() / std::to_string(number++), base::as_bytes(text)));
  }
  LONGS_EQUAL(5, find_secrets({secret}, folder.path(), {}, nullptr).size());
  // openssl base64 <<< $'\xC3\xCA...', after none, one and two octets before it
  must(base::write_file(folder.path() / "64", base::as_bytes(std::string_view{"w8rR2N/m7fT7AgkQFx4lLA=="})));
  LONGS_EQUAL(6, find_secrets({secret}, folder.path(), {}, nullptr).size());
  LONGS_EQUAL(0,
              find_secrets({{.name = "another", .octets = base::Bytes(16, 0x5A)}}, folder.path(), {}, nullptr).size());
}
