#include "cicada/tests/mutation/mutant.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/tools/lower_tester/test_card.h"
#include "document_card.h"

namespace cicada::tests::mutation {

namespace lower_tester = tools::lower_tester;
namespace misbehave = applet_sim::misbehave;
using lower_tester::Plan;

namespace {

void add_pace(const Plan& plan, std::set<std::string>& to) {
  if (plan.pace.empty()) return;
  to.insert("pace");
  std::size_t generic = 0;
  for (const auto& [arcs, domain] : plan.pace) {
    // 9303-11 §9.2.1: the first arc behind id-PACE is mapping and group.
    const char first = arcs.front();
    if (first == '2') ++generic;
    if (first == '2') to.insert("pace-gm");
    if (first == '1') to.insert("pace-dh");
    if (first == '4') to.insert("pace-im");
    if (first == '6') to.insert("pace-cam");
  }
  if (generic > 1) to.insert("two-pace");
}

/// In the words of misbehave::known_needs().
std::set<std::string> abilities(const lower_tester::Configuration& of) {
  const auto& plan = of.plan;
  std::set<std::string> can;
  if (plan.bac) can.insert("bac");
  add_pace(plan, can);
  for (const auto& key : plan.chip) {
    can.insert("ca");
    for (const auto arcs : key.arcs) {
      if (arcs.ends_with(".1")) can.insert("ca-3des");
    }
  }
  if (plan.active) can.insert(std::holds_alternative<std::size_t>(plan.active->key) ? "aa-rsa" : "aa-ecdsa");
  if (plan.terminal) can.insert("ta");
  if (plan.holder == lower_tester::Holder::citizen) can.insert("cccd");
  return can;
}

std::vector<Mutant> make_all() {
  std::vector<Mutant> all;
  for (const auto kind : {misbehave::Kind::fault, misbehave::Kind::quirk}) {
    for (const auto& fault : misbehave::builtin_catalogue()) {
      if (fault.kind != kind) continue;
      all.push_back({.name = fault.name,
                     .title = fault.title,
                     .origin = kind == misbehave::Kind::quirk ? Origin::quirk : Origin::chip,
                     .configurations = configurations_with(fault.needs),
                     .faults = {fault}});
    }
  }
  for (const auto& breaker : rule_breakers()) {
    all.push_back({.name = breaker.name,
                   .title = fmt::format("{} breaks {}", conformance::lds::to_string(breaker.file), breaker.check),
                   .origin = Origin::file,
                   .configurations = {name_of(breaker.kind)},
                   .breaker = &breaker});
  }
  return all;
}

}  // namespace

std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::chip: return "chip";
    case Origin::quirk: return "quirk";
    case Origin::file: return "file";
  }
  return "";
}

std::vector<std::string_view> configurations_with(const std::vector<std::string>& needs) {
  std::vector<std::string_view> found;
  for (const auto& one : lower_tester::configurations()) {
    const auto can = abilities(one);
    if (std::ranges::all_of(needs, [&](const auto& need) { return can.contains(need); })) found.push_back(one.name);
  }
  return found;
}

const std::vector<Mutant>& all_mutants() {
  static const auto kAll = make_all();
  return kAll;
}

const Mutant* find_mutant(std::string_view name) noexcept {
  const auto found = std::ranges::find(all_mutants(), name, &Mutant::name);
  return found == all_mutants().end() ? nullptr : &*found;
}

base::Result<Specimen> sound_specimen(std::string_view configuration, base::Rng& rng, const base::Clock& clock) {
  if (const auto kind = document_kind(configuration))
    return card_with(*kind, sound_document(*kind).issue(), rng, clock);
  return make_specimen(configuration, rng, clock);
}

base::Result<Trial> put(const Mutant& mutant, const Specimen& sound, const Cases& cases, base::Rng& rng,
                        const base::Clock& clock) {
  if (mutant.breaker == nullptr) return put(sound, mutant.faults, cases, rng, clock);
  CICADA_TRY(const auto card, card_with(mutant.breaker->kind, broken(*mutant.breaker), rng, clock));
  return put(card, {}, cases, rng, clock);
}

}  // namespace cicada::tests::mutation
