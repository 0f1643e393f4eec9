#include "cards.h"

#include <span>
#include <stdexcept>

#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/procedures/steps.h"
#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tests {

namespace model = conformance::model;
namespace tester = tools::lower_tester;
namespace kernel = applet_sim::kernel;
namespace misbehave = applet_sim::misbehave;
using base::Bytes;
using base::Result;
using host::lds::Ef;
using host::pki::HashAlgorithm;
using host::pki::SignatureFamily;

namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

constexpr std::uint8_t kBrainpoolP256 = 13;

tester::Plan plan_of(tester::TerminalPlan root, bool pace, std::string_view chip) {
  tester::Plan plan{.chip = {{.arcs = {chip}}}, .terminal = root, .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg4}};
  if (pace) plan.pace = {{.arcs = "2.2", .domain = kBrainpoolP256}};
  return plan;
}

tester::Plan plan_of_cam() {
  auto plan = plan_of({.scheme = {.family = SignatureFamily::ecdsa, .hash = HashAlgorithm::sha256},
                       .curve = crypto::openssl::Curve::p256},
                      true, "2.3");
  plan.bac = false;
  plan.pace = {{.arcs = "6.3", .domain = kBrainpoolP256}, {.arcs = "2.2", .domain = kBrainpoolP256}};
  plan.chip.front().id = kBrainpoolP256;
  plan.active = tester::ActivePlan{.key = std::size_t{2048}};
  plan.card_security = true;
  return plan;
}

/// Chip authentication over a prime field: Comp is a hash (9303-11 §9.6).
tester::Plan plan_of_dh() {
  auto plan = plan_of({.scheme = {.family = SignatureFamily::ecdsa, .hash = HashAlgorithm::sha256}}, true, "1.2");
  plan.chip.front().group = crypto::mbedtls::Modp::modp_2048_256;
  return plan;
}

/// What is made once for all chips of a kind: their keys cost more than everything else.
struct Kind {
  tester::Plan plan;
  host::pki::TestVerifiers verifiers;
  tester::Document document;
};

const std::map<std::string_view, tester::Plan>& plans() {
  constexpr auto kEcdsa = SignatureFamily::ecdsa;
  static const std::map<std::string_view, tester::Plan> kPlans = {
      {"bac-kat", plan_of({.scheme = {.family = kEcdsa, .hash = HashAlgorithm::sha256}}, false, "2.1")},
      {"bac-rsa-v15",
       plan_of({.scheme = {.family = SignatureFamily::rsa_pkcs1, .hash = HashAlgorithm::sha256}}, false, "2.2")},
      {"pace", plan_of({.scheme = {.family = kEcdsa, .hash = HashAlgorithm::sha256}}, true, "2.2")},
      {"pace-rsa",
       plan_of({.scheme = {.family = SignatureFamily::rsa_pss, .hash = HashAlgorithm::sha256}}, true, "2.4")},
      {"cam", plan_of_cam()},
      {"cam-only", plan_of_cam()},
      {"dh", plan_of_dh()},
      {"p384",
       plan_of({.scheme = {.family = kEcdsa, .hash = HashAlgorithm::sha384}, .curve = crypto::openssl::Curve::p384},
               true, "2.1")},
  };
  return kPlans;
}

const Kind& kind_of(std::string_view name) {
  static base::SystemRng rng;
  static const base::SystemClock kClock;
  static const auto kCountry = must(tester::make_country(rng, kClock));
  static std::map<std::string_view, Kind> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  const auto& plan = plans().at(name);
  auto verifiers = must(tester::make_verifiers(*plan.terminal, kClock));
  auto document = must(tester::make_document(plan, kCountry, std::span{&verifiers.cvca, 1}, rng));
  return made.try_emplace(plans().find(name)->first, Kind{plan, std::move(verifiers), std::move(document)})
      .first->second;
}

}  // namespace

const std::vector<std::string_view>& eac_cards() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const auto& [name, plan] : plans()) names.push_back(name);
    return names;
  }();
  return kNames;
}

EacCard::EacCard(std::string_view name, std::string_view fault) : name_(name), fault_(fault) {
  const auto& kind = kind_of(name);
  ics_.name = name;
  ics_.profiles = tester::profiles_of(kind.plan);
  // Chip authentication mapping alone: nothing is said of the key that it uses.
  if (name == "cam-only")
    std::erase_if(ics_.profiles, [](const auto& word) { return word.starts_with("CA-") || word == "CA"; });
  ics_.mrz = kind.document.mrz_text;
  if (!kind.plan.pace.empty()) ics_.can = base::SecretBytes::copy_of(base::as_bytes(tester::kCan));
  ics_.cvca_certificate = kind.verifiers.cvca.der;
  ics_.cvca_key = must(kind.verifiers.cvca_key.to_pem());
  if (const auto done = restore(); !done) throw std::runtime_error(done.error().describe());
}

Result<void> EacCard::reset() {
  card_->power_on();
  return {};
}

Result<void> EacCard::restore() {
  CICADA_TRY(card_, kernel::Card::create_personalized({.rng = rng_, .clock = clock_},
                                                      std::make_unique<applet_sim::nvm::MemoryStorage>(),
                                                      kind_of(name_).document.content));
  if (!fault_.empty()) {
    const auto* const fault = misbehave::find(misbehave::builtin_catalogue(), fault_);
    if (fault == nullptr) throw std::runtime_error("no fault is named " + std::string{fault_});
    misbehaviour_ = std::make_unique<misbehave::Misbehaviour>(std::vector{*fault}, rng_);
    CICADA_CHECK(card_->install(*misbehaviour_));
  }
  card_->power_on();
  return {};
}

std::vector<const model::Case*> eac_cases() {
  std::vector<const model::Case*> all;
  for (const auto& unit : model::builtin_units()) {
    constexpr std::string_view kUnits = "HJKLMN";
    if (!unit.id.starts_with("ISO7816_") || kUnits.find(unit.id.back()) == std::string_view::npos) continue;
    for (const auto& test : unit.cases) all.push_back(&test);
  }
  return all;
}

model::Outcome run_case(EacCard& card, const model::Case& test, std::map<std::string, Bytes>& files, bool restore) {
  namespace procedures = conformance::procedures;
  if (const auto missing = card.ics().missing(test.info.needs)) return model::not_applicable(*missing);
  base::SystemRng rng;
  conformance::terminal::Terminal terminal{card, rng};
  procedures::Scene scene{.terminal = terminal, .ics = card.ics(), .test = test, .now = {}, .files = files};
  if (const auto done = terminal.reset(); !done) throw std::runtime_error("no reset");
  if (!test.given.empty()) {
    auto reached = procedures::find_given(test.given)->given(scene);
    if (!reached.passed()) return model::inconclusive("precondition: " + reached.reason);
  }
  model::Outcome outcome;
  if (const auto* const call = std::get_if<model::Call>(&test.body)) {
    outcome = procedures::find_procedure(call->procedure)->procedure(scene, call->arguments);
  } else {
    outcome = procedures::run_steps(terminal, std::get<model::Steps>(test.body).steps);
  }
  if (test.persistent && restore && !card.restore()) throw std::runtime_error("the chip cannot be restored");
  return outcome;
}

}  // namespace cicada::tests
