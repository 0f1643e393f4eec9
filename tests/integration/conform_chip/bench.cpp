#include "bench.h"

#include <stdexcept>

#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/procedures/steps.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tests {
namespace {

namespace lower = tools::lower_tester;
namespace model = conformance::model;
using host::lds::Ef;

constexpr std::string_view kUnits = "ABCDEOQRSTU";

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

lower::Plan plan_of(std::string_view name) {
  if (const auto* const known = lower::find_configuration(name)) return known->plan;
  auto plan = lower::find_configuration("full")->plan;
  plan.terminal.reset();
  if (name == "groups-bac") {
    plan.pace.clear();
    plan.chip.clear();
    plan.card_security = false;
  } else if (name != "groups") {
    throw std::runtime_error("no such chip");
  }
  return plan;
}

/// One State for all chips: nobody looks at its signatures here.
struct State {
  base::ReplayRng rng{9303};
  base::SystemClock clock;
  lower::Country country = must(lower::make_country(rng, clock));
  std::map<std::string, lower::Document, std::less<>> documents = {};

  const lower::Document& document(std::string_view name) {
    const auto known = documents.find(name);
    if (known != documents.end()) return known->second;
    const auto plan = plan_of(name);
    std::optional<host::pki::TestVerifiers> verifiers;
    if (plan.terminal) verifiers = must(lower::make_verifiers(*plan.terminal, clock));
    const auto trusted = verifiers ? lower::TrustPoints{&verifiers->cvca, 1} : lower::TrustPoints{};
    auto made = must(lower::make_document(plan, country, trusted, rng));
    return documents.emplace(name, std::move(made)).first->second;
  }
};

State& state() {
  static State the_state;
  return the_state;
}

}  // namespace

std::vector<std::string> chip_names() {
  std::vector<std::string> names = {"groups", "groups-bac"};
  for (const auto& one : lower::configurations()) names.emplace_back(one.name);
  return names;
}

Chip::Chip(std::string_view name, applet_sim::kernel::Hooks* hooks) {
  const auto& document = state().document(name);
  ics_.name = name;
  ics_.profiles = lower::profiles_of(plan_of(name));
  // What LDS2 brings to the units here is EF.DIR; the simulator has none of its applications.
  if (name.starts_with("groups")) ics_.profiles.insert("LDS2");
  ics_.mrz = document.mrz_text;
  ics_.can = base::SecretBytes::copy_of(base::as_bytes(lower::kCan));
  card_ = must(applet_sim::kernel::Card::create_personalized(
      {.rng = rng_, .clock = clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(), document.content));
  if (hooks != nullptr && !card_->install(*hooks)) throw std::runtime_error("the hooks cannot be installed");
  card_->power_on();
}

base::Result<void> Chip::reset() {
  card_->reset();
  return {};
}

base::Result<void> Chip::restore() {
  return base::fail({.fault = base::Fault::unsupported, .what = "the units here change nothing"});
}

model::Outcome Chip::run(const model::Case& test) {
  if (const auto missing = ics_.missing(test.info.needs)) return model::not_applicable(*missing);
  return run_body(test, *this);
}

model::Outcome Chip::run_body(const model::Case& test, conformance::terminal::Target& target) {
  conformance::terminal::Terminal terminal{target, rng_};
  conformance::procedures::Scene scene{
      .terminal = terminal, .ics = ics_, .test = test, .now = clock_.now(), .files = files_};
  if (!terminal.reset()) return model::inconclusive("reset");
  if (!test.given.empty()) {
    auto reached = conformance::procedures::find_given(test.given)->given(scene);
    if (!reached.passed()) return model::inconclusive("precondition: " + reached.reason);
  }
  if (const auto* const steps = std::get_if<model::Steps>(&test.body)) {
    return conformance::procedures::run_steps(terminal, steps->steps);
  }
  const auto& call = std::get<model::Call>(test.body);
  return conformance::procedures::find_procedure(call.procedure)->procedure(scene, call.arguments);
}

std::vector<const model::Case*> file_cases() {
  std::vector<const model::Case*> cases;
  for (const auto& unit : model::builtin_units()) {
    constexpr std::string_view kPrefix = "ISO7816_";
    if (!unit.id.starts_with(kPrefix) || kUnits.find(unit.id.substr(kPrefix.size())) == std::string_view::npos)
      continue;
    for (const auto& test : unit.cases) cases.push_back(&test);
  }
  return cases;
}

}  // namespace cicada::tests
