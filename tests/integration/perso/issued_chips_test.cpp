// A citizen of the samples on each kind of chip: prepared, signed, sealed, written, and read back by an inspection that
// knows nothing of how the card was made. It proves chip and active authentication, so the keys that were prepared are
// in the chip.
#include <fstream>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/manager/state.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/asn1/crl.h"
#include "cicada/asn1/x509.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/prepare.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/line/content.h"
#include "cicada/host/line/read_back.h"
#include "cicada/host/perso/dialect.h"
#include "cicada/host/perso/run.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "cicada/host/transport/loopback.h"

#include "harness.h"

using namespace cicada;
using applet_sim::manager::Application;
using applet_sim::manager::Protocol;
using base::Bytes;
using base::ByteView;
namespace issuance = host::issuance;
namespace kernel = applet_sim::kernel;
namespace manager = applet_sim::manager;
namespace perso = host::perso;
namespace pki = host::pki;

namespace {

template <typename T>
T must(base::Result<T> result) {
  if (!result) FAIL(result.error().describe().c_str());
  return *std::move(result);
}

constexpr const char* kSamples = "../personalization-scripts/samples/citizens.jsonl";

}  // namespace

TEST_GROUP(IssuedChips) {
  base::SystemRng rng;
  base::SystemClock clock;
  pki::TestCountry country = must(pki::create_test_country({}, rng, clock));
  pki::TrustStore trust;
  applet_sim::nvm::MemoryStorage::Cell memory = std::make_shared<Bytes>();
  std::unique_ptr<kernel::Card> card;
  std::unique_ptr<applet_sim::port::Loopback> slot;
  host::transport::LoopbackTransport wire{
      [this](ByteView command) { return slot->transmit(command).value_or(Bytes{}); }};

  void setup() override {
    CHECK(trust.add(must(asn1::parse_certificate(country.csca.der))).has_value());
    CHECK(trust.add(must(asn1::parse_certificate_list(country.crl.der))).has_value());
  }

  host::gp::MasterKey master() {
    return host::gp::MasterKey{country.transport_master_key.expose().first<16>()};
  }

  void put_in(Application application, Protocol protocol, std::uint8_t option) {
    kernel::BlankCard blank;
    CHECK(rng.fill(blank.serial).has_value());
    const auto keys = must(host::gp::diversify(master(), blank.serial));
    blank.manager = must(manager::delivered(application, protocol, option,
                                            {.version = 0x30,
                                             .enc = base::SecretBytes::copy_of(keys.k_enc.expose()),
                                             .mac = base::SecretBytes::copy_of(keys.k_mac.expose()),
                                             .dek = base::SecretBytes::copy_of(keys.k_dek.expose())}));
    card =
        must(kernel::Card::create_blank({rng, clock}, std::make_unique<applet_sim::nvm::MemoryStorage>(memory), blank));
    power();
  }

  void power() {
    slot = std::make_unique<applet_sim::port::Loopback>(*card);
    slot->power_on();
  }

  issuance::CardJob job_for(const perso::Profile& profile) {
    std::ifstream records{kSamples};
    issuance::RuleContext rules;
    rules.today = base::date_of(clock.now());
    rules.folder = std::filesystem::path{kSamples}.parent_path();
    std::optional<issuance::CardJob> job;
    const auto read = issuance::read_batch(records, rules, [&](issuance::RecordOutcome&& record) {
      if (record.accepted() && !job) job = must(issuance::prepare_files(*record.dossier, profile, rng));
    });
    CHECK(read.has_value() && job.has_value());
    const auto signer = must(issuance::SodSigner::create(must(pki::document_signer(country))));
    CHECK(issuance::complete_files(*job, profile, {}, signer).has_value());
    // By way of a pack, as a station gets it.
    const issuance::JobKey key{std::array<std::uint8_t, 32>{0x01}};
    return must(
        issuance::open_sealed(must(issuance::seal(*job, "D1", 1, {.run = {}, .key = key.clone()})), "D1", 1, key));
  }

  void issue_and_inspect(const char* name) {
    const auto profile = perso::load_profile(std::filesystem::path{"../personalization-scripts/profiles"} / name);
    if (!profile) FAIL(profile.error().text.c_str());
    const auto job = job_for(*profile);
    const perso::TerminalTrust whom{.cvca = {must(pki::create_test_verifiers({}, clock)).cvca.der},
                                    .today = base::date_of(clock.now())};
    const auto content = must(host::line::content_of(job, whom));
    {
      host::iso7816::Channel channel{wire};
      auto session =
          must(perso::open_session(*perso::dialect_of(*profile), channel, host::gp::diversified(master()), rng));
      const auto plan = perso::make_plan(*profile, content, session.max_command_data());
      if (!plan) FAIL(plan.error().text.c_str());
      const auto report = perso::run(*plan, session);
      if (!report) FAIL(report.error().describe().c_str());
    }
    CHECK(card->life_cycle() == kernel::LifeCycle::locked);
    power();
    const auto seen = must(host::line::read_back(wire, job, *profile, {.trust = &trust}, rng, clock));
    CHECK(seen.opened);
    CHECK_STRING("", seen.problem);
  }
};

TEST(IssuedChips, jmrtd_passes_inspection) {
  put_in(Application::jmrtd, Protocol::scp03, 0x70);
  issue_and_inspect("jmrtd-cccd.toml");
}

TEST(IssuedChips, groupings_under_scp03_pass_inspection) {
  put_in(Application::groupings, Protocol::scp03, 0x70);
  issue_and_inspect("gp-dgi-cccd.toml");
}

// Its MACs have sixteen octets: a command carries 223 of data, not 239.
TEST(IssuedChips, groupings_under_scp03_with_long_macs_pass_inspection) {
  put_in(Application::groupings, Protocol::scp03, 0x71);
  issue_and_inspect("gp-dgi-cccd.toml");
}

TEST(IssuedChips, groupings_under_scp02_pass_inspection) {
  put_in(Application::groupings, Protocol::scp02, 0x55);
  issue_and_inspect("gp-dgi-cccd.toml");
}
