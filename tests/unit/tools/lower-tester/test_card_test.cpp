// Every configuration is a card that our own reader reads and believes, with a statement that holds.
#include <filesystem>
#include <memory>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/trust_store.h"
#include "cicada/host/transport/loopback.h"
#include "cicada/tools/lower_tester/test_card.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
namespace lower_tester = cicada::tools::lower_tester;
namespace fs = std::filesystem;

namespace {

/// What is wrong with a saved card; empty when nothing is.
std::string judge(const lower_tester::TestCard& made, const fs::path& pki) {
  SystemRng rng;
  const SystemClock clock;
  const auto cell = std::make_shared<Bytes>(made.card);
  auto card = applet_sim::kernel::Card::open({.rng = rng, .clock = clock},
                                             std::make_unique<applet_sim::nvm::MemoryStorage>(cell));
  if (!card) return card.error().describe();
  (*card)->power_on();
  host::transport::LoopbackTransport slot{[&card](ByteView command) { return (*card)->process(command); }};
  host::iso7816::Channel channel{slot};
  const auto trust = host::pki::TrustStore::load(pki);
  const auto verifier = host::pki::CvStore::load(pki);
  if (!trust || !verifier) return "the folder is no trust material";
  host::inspect::InspectionOptions options{
      .credentials = host::inspect::Credentials::from_mrz_information(made.document.mrz_information).value()};
  options.verifier = &*verifier;
  options.judge.trust = &*trust;
  const auto read = host::inspect::inspect(channel, options, rng, clock);
  if (!read) return read.error().describe();
  if (!read->unread.empty()) return "a file was not read: " + read->unread.front().reason;
  for (const auto& check : read->verdict.checks) {
    const bool left = check.result == host::auth::CheckResult::not_checked && check.matters;
    if (left || check.result == host::auth::CheckResult::failed || !check.deviations.empty())
      return std::string{to_string(check.check)} + ": " + check.reason;
  }
  return {};
}

}  // namespace

TEST_GROUP(TestCard){};

TEST(TestCard, of_every_configuration_is_believed_and_its_statement_holds) {
  SystemRng rng;
  const SystemClock clock;
  const tests::Folder folder;
  CHECK(lower_tester::configurations().size() >= 15);
  for (const auto& configuration : lower_tester::configurations()) {
    const std::string name{configuration.name};
    const auto made = lower_tester::make_test_card(name, rng, clock);
    if (!made) FAIL((name + ": " + made.error().describe()).c_str());
    const auto saved = lower_tester::save(*made, name, folder.path(), rng, clock);
    if (!saved) FAIL((name + ": " + saved.error().describe()).c_str());
    const auto ics = conformance::model::load_ics(folder / (name + ".ics.toml"));
    if (!ics) FAIL(ics.error().text.c_str());
    LONGS_EQUAL(configuration.plan.terminal.has_value(), ics->claims("TA"));
    LONGS_EQUAL(1, ics->csca_certificates.size());
    const auto wrong = judge(*made, folder / (name + ".pki"));
    if (!wrong.empty()) FAIL((name + ": " + wrong).c_str());
  }
}

TEST(TestCard, is_made_for_known_names_only_and_never_written_over_another) {
  SystemRng rng;
  const SystemClock clock;
  const tests::Folder folder;
  const auto none = lower_tester::make_test_card("visa", rng, clock);
  CHECK(!none);
  CHECK(none.error().fault == Fault::not_found);
  const auto made = lower_tester::make_test_card("bac", rng, clock);
  CHECK_OK(made);
  CHECK_OK(lower_tester::save(*made, "bac", folder.path(), rng, clock));
  const auto again = lower_tester::save(*made, "bac", folder.path(), rng, clock);
  CHECK(!again);
  CHECK(again.error().fault == Fault::conflict);
}
