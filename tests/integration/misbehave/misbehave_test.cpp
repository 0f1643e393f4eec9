// Every fault and every quirk of the catalogue, in a chip of the right kind, read by the code behind `cicada read`:
// each is caught by the check that it names, for the reason that it names, and a quirk is survived.
#include <fmt/format.h>

#include <memory>
#include <set>

#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/transport/loopback.h"
#include "documents.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
namespace misbehave = cicada::applet_sim::misbehave;
using host::auth::CheckResult;
using host::inspect::Inspection;
using misbehave::Outcome;

namespace {

/// A card in a slot of this process, and a watch that goes on by what the card says that it takes.
struct Bench {
  explicit Bench(const tests::ChipDocument& of) : document(of) {
    card = applet_sim::kernel::Card::create_personalized(
               {.rng = card_rng, .clock = clock}, std::make_unique<applet_sim::nvm::MemoryStorage>(), document.content)
               .value();
  }

  Result<Inspection> read(bool extended = false) {
    card->power_on();
    host::iso7816::Channel channel{slot};
    host::inspect::InspectionOptions options{.credentials = document.credentials()};
    options.verifier = document.verifier;
    options.judge.trust = document.trust;
    options.extended_response = extended ? 4096 : 0;
    options.watch = [this] { return std::chrono::steady_clock::time_point{} + elapsed; };
    ReplayRng rng{11};
    return host::inspect::inspect(channel, options, rng, clock);
  }

  const tests::ChipDocument& document;
  ReplayRng card_rng{7};
  SystemClock clock;
  std::chrono::milliseconds elapsed{0};
  std::unique_ptr<applet_sim::kernel::Card> card;
  host::transport::LoopbackTransport slot{[this](ByteView command) {
    auto answer = card->process(command);
    elapsed += card->pending_delay();
    return answer;
  }};
};

/// All that was found, to show when it is not what was wanted.
std::string told(const Result<Inspection>& read) {
  if (!read) return "the reading ended: " + read.error().describe();
  std::string text;
  for (const auto& check : read->verdict.checks) {
    text += fmt::format("\n  {}: {} ({})", to_string(check.check), to_string(check.result), check.reason);
    for (const auto& deviation : check.deviations) text += " [" + deviation + "]";
  }
  for (const auto& file : read->unread) {
    text += fmt::format("\n  unread {}: {:04X} {}", host::lds::to_string(file.ef), file.sw, file.reason);
  }
  return text;
}

bool is_complete(const Result<Inspection>& read) {
  return read && read->verdict.outcome() == host::auth::Outcome::passed && read->unread.empty();
}

const host::auth::Check* check_named(const Inspection& inspection, std::string_view name) {
  for (const auto& check : inspection.verdict.checks) {
    if (to_string(check.check) == name) return &check;
  }
  return nullptr;
}

bool lists(const host::auth::Check& check, std::string_view deviation) {
  return check.result == CheckResult::passed &&
         std::ranges::find(check.deviations, deviation) != check.deviations.end();
}

bool is_caught(const misbehave::Fault& fault, const Result<Inspection>& read) {
  const auto& wanted = fault.expectation;
  if (wanted.outcome == Outcome::passed) return is_complete(read);
  if (wanted.outcome == Outcome::refused)
    return !read && read.error().describe().find(wanted.reason) != std::string::npos;
  const auto* const check = read ? check_named(*read, wanted.check) : nullptr;
  if (check == nullptr) return false;
  if (wanted.outcome == Outcome::tolerated) return lists(*check, wanted.reason);
  const auto result = wanted.outcome == Outcome::failed ? CheckResult::failed : CheckResult::not_checked;
  return check->result == result && check->reason.find(wanted.reason) != std::string::npos;
}

void drive(const misbehave::Fault& fault) {
  const auto& document = tests::document_for(fault.needs.at(0));
  const bool extended = std::ranges::any_of(fault.actions, [](const auto& action) { return action.when.extended; });
  // The same card without the fault: what is caught afterwards is the fault.
  Bench sound{document};
  const auto without = sound.read(extended);
  if (!is_complete(without)) FAIL(("the card without the fault: " + told(without)).c_str());

  Bench bench{document};
  misbehave::Misbehaviour misbehaviour{std::vector{fault}, bench.card_rng};
  CHECK_OK(bench.card->install(misbehaviour));
  const auto read = bench.read(extended);
  if (!is_caught(fault, read)) FAIL(("not what was to be found: " + told(read)).c_str());
  // What only conformance tests notice may need a terminal that does something wrong.
  const bool unnoticed = fault.expectation.check == "conformance";
  if (!unnoticed && !misbehaviour.struck()) FAIL("an action never struck");
}

class FaultCase : public Utest {
 public:
  explicit FaultCase(const misbehave::Fault& fault) : fault_(fault) {}
  void testBody() override { drive(fault_); }

 private:
  const misbehave::Fault& fault_;
};

class FaultShell : public UtestShell {
 public:
  explicit FaultShell(const misbehave::Fault& fault)
      : UtestShell("Misbehaviour", fault.name.c_str(), "applet-sim/misbehave/faults", 0), fault_(fault) {}
  Utest* createTest() override { return new FaultCase(fault_); }

 private:
  const misbehave::Fault& fault_;
};

/// One case for each fault, known before the runner starts.
struct Register {
  Register() {
    static std::vector<std::unique_ptr<FaultShell>> shells;
    for (const auto& fault : misbehave::builtin_catalogue()) {
      shells.push_back(std::make_unique<FaultShell>(fault));
      TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(MisbehaviourCatalogue){};

TEST(MisbehaviourCatalogue, has_more_than_eighty_faults_and_every_quirk_that_readers_must_survive) {
  std::size_t faults = 0;
  std::set<std::string> quirks;
  for (const auto& entry : misbehave::builtin_catalogue()) {
    if (entry.kind == misbehave::Kind::fault) {
      ++faults;
    } else {
      quirks.insert(entry.name);
    }
  }
  CHECK(faults >= 80);
  for (const auto* name : {"slow-card", "no-extended-length", "le-6c", "stops-at-a0", "bac-le-zero", "mf-refused"}) {
    CHECK_TEXT(quirks.contains(name), name);
  }
}
