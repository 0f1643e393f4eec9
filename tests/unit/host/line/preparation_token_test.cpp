// Preparation with a token of SoftHSM2 that goes, is full, or is slow while it signs: nothing is lost, nothing is half
// made.
#include <cstdlib>
#include <filesystem>

#include "cicada/base/rng.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/preparation.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/file_vault.h"
#include "cicada/host/vault/token_vault.h"
#include "record_maker.h"
#include "soft_token.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::line;
using base::Fault;
using cicada::tests::SoftToken;
namespace fs = std::filesystem;
namespace issuance = cicada::host::issuance;
namespace journal = cicada::host::journal;
namespace perso = cicada::host::perso;
namespace pki = cicada::host::pki;
namespace vault = cicada::host::vault;

namespace {

constexpr int kCards = 20;
constexpr const char* kBatch = "b1";
const journal::Actor kActor{.station = "prepare", .operator_id = "op"};

issuance::RecordOutcome record(int number) {
  static const issuance::CheckedDossier dossier = [] {
    const test::PortraitFolder folder;
    return *issuance::check(test::good_dossier(), folder.context()).dossier;
  }();
  issuance::RecordOutcome record;
  record.number = std::to_string(100'000'000'000 + number);
  record.origin.dossier = "VN-" + std::to_string(number);
  record.content[0] = static_cast<std::uint8_t>(number);
  record.dossier = dossier;
  record.dossier->number = record.number;
  return record;
}

void trouble(const char* name, const char* value) {
  ::setenv((std::string{"CICADA_TROUBLE_"} + name).c_str(), value, 1);
}

}  // namespace

TEST_GROUP(PreparationToken) {
  SoftToken soft;
  fs::path folder = soft.path() / "line";
  fs::path flag = soft.path() / "gone";
  fs::path count = soft.path() / "signed";
  std::unique_ptr<journal::Journal> book;
  std::unique_ptr<vault::Vault> keys;
  perso::Profile profile = perso::load_profile("../personalization-scripts/profiles/cccd-no-chip-keys.toml").value();

  void setup() override {
    trouble("GONE", flag.c_str());
    base::SystemRng rng;
    const auto country = pki::create_test_country({}, rng, base::SystemClock{}).value();
    CHECK_OK(pki::save(country, folder));
    CHECK_OK(pki::save_line_keys(pki::create_line_keys(rng).value(), folder));
    const auto job = pki::load_job_master_key(folder).value();
    soft.import_pair("ds", "01", country.ds_key.to_pem()->expose());
    soft.import_aes("transport", "11", country.transport_master_key.expose());
    soft.import_aes("job", "12", job.expose());
    auto opened = vault::open_token_vault(
        {.token = {.module = SoftToken::trouble_module(),
                   .label = SoftToken::kLabel,
                   .pin_file = soft.pin_file(),
                   .sessions = 2,
                   .deadline = std::chrono::seconds{20}},
         .transport = {.label = "transport",
                       .check = pki::key_check_value(country.transport_master_key.expose()).value()},
         .job = {.label = "job", .check = pki::key_check_value(job.expose()).value()},
         .signers = {{.label = "ds", .certificate = folder / "ds.crt"}},
         .trust = folder},
        {});
    CHECK_OK(opened);
    keys = std::move(*opened);
    book = journal::open_journal("sqlite:" + (folder / "journal.db").string(), "prepare").value();
    CHECK_OK(book->add_batch({.id = kBatch}, kActor));
    trouble("COUNT", count.c_str());
  }
  void teardown() override {
    keys.reset();
    book.reset();
    for (const auto* name : {"EVERY", "ANSWER", "SLEEP", "GONE", "GOES", "COUNT"}) {
      ::unsetenv((std::string{"CICADA_TROUBLE_"} + name).c_str());
    }
  }
  /// All cards once; what the run says at its end, and why it ended.
  base::Result<void> prepare(PreparationReport & report) {
    auto preparation = Preparation::open({.journal = *book,
                                          .vault = *keys,
                                          .profile = profile,
                                          .jobs = folder / "jobs",
                                          .batch = kBatch,
                                          .actor = kActor,
                                          .threads = 1,
                                          .block = 10})
                           .value();
    base::Result<void> done;
    for (int i = 1; i <= kCards && done; ++i) done = preparation.add(record(i));
    if (done) done = preparation.finish();
    report = preparation.report();
    CHECK(report.balances());
    LONGS_EQUAL(0, report.rejected + report.held);
    return done;
  }
  /// Runs into trouble, and again when it is over.
  void lose_nothing() {
    PreparationReport first;
    CHECK_FAULT(Fault::transport, prepare(first));
    CHECK(first.prepared > 0);
    CHECK(first.prepared < kCards);
    check_sealed(first.prepared);
    fs::remove(flag);
    trouble("EVERY", "0");
    PreparationReport second;
    CHECK_OK(prepare(second));
    LONGS_EQUAL(first.prepared, second.known);
    LONGS_EQUAL(kCards - first.prepared, second.prepared);
    check_sealed(kCards);
    LONGS_EQUAL(kCards, book->balance(kBatch)->dossiers);
  }
  /// So many dossiers are ready, each with a whole job; the others wait as if nobody had touched them.
  void check_sealed(std::uint64_t expected) {
    issuance::JobPackReader packs{folder / "jobs"};
    const auto in_files = vault::open_file_vault(folder, {}).value();
    std::uint64_t ready = 0;
    for (int i = 1; i <= kCards; ++i) {
      const auto id = "VN-" + std::to_string(i);
      const auto claim = book->find_dossier(id).value();
      if (!claim || claim->state == journal::State::accepted) continue;
      CHECK(claim->state == journal::State::ready);
      const auto& payload = claim->payload;
      const auto sealed =
          packs.read({.pack = payload.pack, .offset = payload.offset, .size = payload.size, .digest = payload.digest});
      CHECK_OK(sealed);
      const auto key = in_files->job_key(id, 1, issuance::run_of(*sealed).value());
      const auto job = issuance::open_sealed(*sealed, id, 1, key.value());
      CHECK_OK(job);
      CHECK_STRING(record(i).number, job->number);
      CHECK(job->files.contains(host::lds::Ef::sod));
      ++ready;
    }
    LONGS_EQUAL(expected, ready);
  }
};

TEST(PreparationToken, that_goes_in_the_middle_of_a_batch_of_signatures_costs_nothing) {
  trouble("GOES", "1");
  trouble("EVERY", "16");
  lose_nothing();
  // Each card once, and two rounds for the key of each run of sealing.
  CHECK(fs::file_size(count) <= kCards + 4);
}

TEST(PreparationToken, that_is_full_stops_the_flow) {
  trouble("ANSWER", "31");  // DEVICE_MEMORY
  trouble("EVERY", "14");
  lose_nothing();
}

TEST(PreparationToken, that_is_slow_is_waited_for) {
  trouble("SLEEP", "5");
  trouble("EVERY", "1");
  PreparationReport report;
  CHECK_OK(prepare(report));
  LONGS_EQUAL(kCards, report.prepared);
  check_sealed(kCards);
}
