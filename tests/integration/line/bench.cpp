#include "bench.h"

#include <algorithm>
#include <fstream>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/read_back.h"
#include "cicada/host/pki/test_verifiers.h"

namespace cicada::test {

namespace fs = std::filesystem;
namespace gp = host::gp;
namespace issuance = host::issuance;
namespace journal = host::journal;
namespace kernel = applet_sim::kernel;
namespace line = host::line;
namespace perso = host::perso;
namespace pki = host::pki;
using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kProfiles = "../personalization-scripts/profiles";
constexpr std::string_view kSamples = "../personalization-scripts/samples/citizens.jsonl";

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

gp::MasterKey master_key_of(const pki::TestCountry& country) {
  return gp::MasterKey{country.transport_master_key.expose().first<16>()};
}

void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

std::string dossier_name(std::size_t person) {
  return "D" + std::to_string(person);
}

}  // namespace

issuance::JobKey bench_job_key(std::string_view dossier, std::uint32_t version) {
  const auto name = std::string{dossier} + "/" + std::to_string(version);
  const auto hash =
      must(crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(std::string_view{name})));
  return issuance::JobKey{ByteView{hash}.first<issuance::JobKey::kSize>()};
}

BenchVault::BenchVault(const pki::TestCountry& country, host::vault::HoldsFence holds)
    : master_(master_key_of(country)),
      signer_(must(issuance::SodSigner::create(must(pki::document_signer(country))))),
      holds_(std::move(holds)) {}

Result<gp::StaticKeys> BenchVault::transport_keys(const gp::ChipSerial& serial) {
  return gp::diversify(master_, serial);
}

Result<issuance::JobKey> BenchVault::job_key(std::string_view dossier, std::uint32_t version,
                                             const issuance::SealRun& /*run*/) {
  return bench_job_key(dossier, version);
}

Result<issuance::SealKey> BenchVault::seal_key(std::string_view dossier, std::uint32_t version) {
  return issuance::SealKey{.run = {}, .key = bench_job_key(dossier, version)};
}

Result<std::string> BenchVault::complete(issuance::CardJob& job, const perso::Profile& profile,
                                         const perso::ChipKeys& keys, const host::vault::Grant& grant) {
  if (away > 0) {
    --away;
    return base::fail({.fault = Fault::transport, .what = "the token is gone"});
  }
  CICADA_TRY(const auto held, holds_(grant));
  if (!held) return base::fail({.fault = Fault::conflict, .what = "the job is another's"});
  CICADA_CHECK(issuance::complete_files(job, profile, keys, signer_));
  ++signatures;
  return "DS1";
}

/// The wire to the card in the slot, which the test may cut.
class BenchFeeder::Wire final : public host::transport::Transport {
 public:
  explicit Wire(BenchFeeder& feeder) : feeder_(feeder) {}

  Result<Bytes> transceive(ByteView command) override {
    const auto number = feeder_.exchanges++;
    if (feeder_.gone) return base::fail({.fault = Fault::transport, .what = "the reader is gone"});
    if (out_) return base::fail({.fault = Fault::card_removed, .what = "the card is out"});
    const auto trouble = feeder_.trouble ? feeder_.trouble(number) : Break::none;
    if (trouble == Break::removed) {
      out_ = true;
      return base::fail({.fault = Fault::card_removed, .what = "the card is out"});
    }
    if (trouble == Break::before) return base::fail({.fault = Fault::transport, .what = "the wire is cut"});
    auto answer = feeder_.power_->transmit(command);
    if (trouble == Break::after) return base::fail({.fault = Fault::transport, .what = "the wire is cut"});
    if (answer && feeder_.meddle) feeder_.meddle(number, *answer);
    return answer;
  }

 private:
  BenchFeeder& feeder_;
  bool out_ = false;
};

BenchFeeder::BenchFeeder(std::string name) : name_(std::move(name)) {}

BenchFeeder::~BenchFeeder() {
  crash();
}

void BenchFeeder::crash() {
  wire_.reset();
  power_.reset();
  card_.reset();
}

Result<host::transport::Transport*> BenchFeeder::next() {
  if (gone) return base::fail({.fault = Fault::transport, .what = "the reader is gone"});
  crash();
  if (!slot) {
    if (blanks.empty()) return nullptr;
    slot = std::move(blanks.front());
    blanks.pop_front();
  }
  CICADA_TRY(card_, kernel::Card::open({rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(slot->memory)));
  power_ = std::make_unique<applet_sim::port::Loopback>(*card_);
  return reset();
}

Result<host::transport::Transport*> BenchFeeder::reset() {
  if (gone) return base::fail({.fault = Fault::transport, .what = "the reader is gone"});
  power_->power_on();
  wire_ = std::make_unique<Wire>(*this);
  return wire_.get();
}

bool BenchFeeder::reader_is_back() {
  if (comes_back) gone = false;
  return comes_back;
}

std::string BenchFeeder::label() const {
  return slot && has_numbers ? base::to_hex(slot->serial) : std::string{};
}

Result<void> BenchFeeder::put(line::Tray tray) {
  crash();
  if (tray == line::Tray::slot || !slot) return {};
  auto card = *std::exchange(slot, std::nullopt);
  if (tray == line::Tray::good) good.push_back(std::move(card));
  if (tray == line::Tray::quarantine) quarantine.push_back(std::move(card));
  if (tray == line::Tray::back) blanks.push_back(std::move(card));
  return {};
}

Bench::Bench(std::size_t people, const char* profile_file, const tools::magazine::BlankKind& kind) : kind_(kind) {
  const base::SystemClock clock;
  base::SystemRng rng;
  country_ = must(pki::create_test_country({}, rng, clock));
  const auto verifiers = must(pki::create_test_verifiers({}, clock));
  terminal_trust_ = {.cvca = {verifiers.cvca.der}, .today = base::date_of(clock.now())};
  must(trust_.add(must(asn1::parse_certificate(country_->csca.der))));
  must(trust_.add(must(asn1::parse_certificate_list(country_->crl.der))));
  auto parsed = perso::load_profile(fs::path{kProfiles} / profile_file);
  if (!parsed) throw std::runtime_error(parsed.error().text);
  profile = *std::move(parsed);

  std::ifstream records{fs::path{kSamples}};
  issuance::RuleContext rules;
  rules.today = base::date_of(clock.now());
  rules.folder = fs::path{kSamples}.parent_path();
  std::vector<issuance::CardJob> drawn;
  static_cast<void>(must(issuance::read_batch(records, rules, [&](issuance::RecordOutcome&& record) {
    if (record.accepted() && drawn.size() < people) {
      drawn.push_back(must(issuance::prepare_files(*record.dossier, profile, rng)));
    }
  })));
  // Without keys of the chip everything is signed before the job is sealed.
  const auto signer = must(issuance::SodSigner::create(must(pki::document_signer(*country_))));
  for (auto& job : drawn) {
    if (!profile.makes_keys()) must(issuance::complete_files(job, profile, {}, signer));
  }
  auto packs = must(issuance::JobPackWriter::open(folder.path(), "b"));
  for (std::size_t i = 0; i < people; ++i) {
    jobs_.push_back(drawn.at(i % drawn.size()));
    const auto name = dossier_name(i);
    const auto placed =
        must(packs.append(must(issuance::seal(jobs_.back(), name, 1, {.run = {}, .key = bench_job_key(name, 1)}))));
    payloads_.push_back({.pack = placed.pack, .offset = placed.offset, .size = placed.size, .digest = placed.digest});
  }
  must(packs.flush());
}

BenchCard Bench::blank() {
  base::SystemRng rng;
  const base::SystemClock clock;
  BenchCard card{.memory = std::make_shared<Bytes>()};
  must(rng.fill(card.serial));
  const auto keys = must(gp::diversify(master_key_of(*country_), card.serial));
  const auto blank = must(tools::magazine::blank_card(kind_, card.serial, keys));
  static_cast<void>(must(
      kernel::Card::create_blank({rng, clock}, std::make_unique<applet_sim::nvm::MemoryStorage>(card.memory), blank)));
  return card;
}

void Bench::add_jobs(MemoryJournal& journal) const {
  for (std::size_t i = 0; i < payloads_.size(); ++i) journal.add(dossier_name(i), payloads_[i]);
}

line::LineConfig Bench::config() const {
  line::LineConfig config;
  config.name = "bench";
  config.operator_id = "op";
  config.jobs = folder.path();
  config.notes = folder / "notes";
  config.profile = &profile;
  config.terminal_trust = terminal_trust_;
  config.trust = &trust_;
  config.claims.batch = 4;
  config.limits.vault_wait = std::chrono::milliseconds{1};
  config.limits.journal_patience = std::chrono::milliseconds{0};
  config.limits.journal_look = std::chrono::milliseconds{1};
  return config;
}

bool Bench::is_good_card_of(const BenchCard& card, std::size_t person, const MemoryJournal& journal) const {
  BenchFeeder reader;
  reader.slot = card;
  auto* wire = must(reader.next());
  auto job = jobs_.at(person);
  const auto& completion = journal.job(static_cast<journal::JobId>(person) + 1).claim.completion;
  if (profile.makes_keys() && !issuance::apply_completion(job, completion)) return false;
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto seen = line::read_back(*wire, job, profile, {.trust = &trust_}, rng, clock);
  return seen && seen->good();
}

line::LineReport run_line(const Bench& bench, journal::Journal& journal, std::vector<line::Feeder*> feeders,
                          const fs::path& spool, line::LineConfig* config, int vault_away) {
  line::QueueOptions fast{.gather = std::chrono::milliseconds{1}, .try_again = std::chrono::milliseconds{1}};
  line::JournalQueue queue{journal, spool.empty() ? nullptr : must(line::Spool::open(spool)), fast};
  BenchVault vault{bench.country(),
                   [&queue](const host::vault::Grant& grant) { return queue.holds(grant.job, grant.fence); }};
  vault.away = vault_away;
  line::Line stations{config != nullptr ? *config : bench.config(), queue, vault, std::move(feeders)};
  return must(stations.run({}));
}

std::uint64_t exchanges_of_a_card() {
  static const auto kCount = [] {
    Bench bench{1};
    MemoryJournal journal;
    bench.add_jobs(journal);
    BenchFeeder feeder;
    feeder.blanks.push_back(bench.blank());
    static_cast<void>(run_line(bench, journal, {&feeder}));
    return feeder.exchanges;
  }();
  return kCount;
}

}  // namespace cicada::test
