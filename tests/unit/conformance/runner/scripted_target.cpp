#include "scripted_target.h"

#include "cicada/base/hex.h"

namespace cicada::tests {

using namespace cicada::conformance;
using base::Fault;

base::Result<void> ScriptedTarget::reset() {
  if (gone) return base::fail({.fault = Fault::card_removed, .what = "the card has gone"});
  ++resets;
  return {};
}

base::Result<void> ScriptedTarget::restore() {
  if (!restorable) return base::fail({.fault = Fault::unsupported, .what = "it cannot be restored"});
  ++restores;
  return {};
}

base::Result<base::Bytes> ScriptedTarget::transceive(base::ByteView command) {
  seen.push_back(base::to_hex(command));
  auto octets = gone ? base::Bytes{} : answer(command);
  if (octets.empty()) return base::fail({.fault = Fault::card_removed, .what = "the card has gone"});
  return octets;
}

model::Case case_of(int number, decltype(model::Case::body) body) {
  model::Case test;
  test.info.id = "U_" + std::to_string(number);
  test.info.unit = "U";
  test.info.title = "a case";
  test.info.clause = "9303-11";
  test.body = std::move(body);
  return test;
}

model::Case step_case(int number, std::string_view command, std::string_view sw) {
  model::Step step;
  step.command = base::from_hex(command).value();
  step.expect.sw.push_back(model::SwPattern::from(sw).value());
  step.expect.protection = model::Protection::plain;
  return case_of(number, model::Steps{{std::move(step)}});
}

Bench::Bench() {
  ics.name = "Scripted";
  ics.profiles = {"ICAO", "BAC"};
}

runner::Plan Bench::plan() const {
  return runner::make_plan(units, {}, order).value();
}

runner::Setting Bench::setting() {
  return {.target = target,
          .rng = rng,
          .ics = ics,
          .now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 25},
          .allow_changes = allow_changes,
          .stop = stop.get_token(),
          .book = book};
}

runner::Finished Bench::run() {
  const auto plan = this->plan();
  return runner::run(plan, setting());
}

}  // namespace cicada::tests
