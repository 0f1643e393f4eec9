#include "sample_run.h"

#include "cicada/base/hex.h"

namespace cicada::tests {

using namespace cicada::conformance::model;
using namespace cicada::base::literals;

namespace {

Record record_of(std::string id, std::string unit, Outcome outcome) {
  Record record;
  record.info = {.id = std::move(id),
                 .unit = std::move(unit),
                 .title = "EF.COM cannot be selected without access",
                 .clause = "9303-11 §4.2",
                 .expectation = "Refused.",
                 .basis = Basis::inferred,
                 .basis_note = "from the title",
                 .needs = {{"BAC"}, {"CA", "PACE"}}};
  record.outcome = std::move(outcome);
  record.duration = std::chrono::microseconds{1500};
  record.exchanges.push_back({.command = "00A4020C02011E"_hex,
                              .response = "6982"_hex,
                              .plain_command = {},
                              .plain_response = {},
                              .note = "step 1"});
  return record;
}

}  // namespace

RunRecord sample_run() {
  RunRecord run;
  run.title = "Cicada conformance: chip";
  run.subject = "Sample";
  run.target = "card file x.card";
  run.program = "cicada 0.1.0";
  run.profiles = {"BAC", "PACE"};
  run.started = std::chrono::sys_days{std::chrono::year{2026} / 11 / 25} + std::chrono::hours{10};
  run.duration = std::chrono::milliseconds{7};
  run.order = "as listed";
  run.records.push_back(record_of("A_1", "A", pass()));
  run.records.push_back(record_of("A_2", "A", fail("9000 came, 6982 was wanted")));
  run.records.push_back(record_of("B_1", "B", inconclusive("the chip did not answer")));
  run.records.push_back(record_of("B_2", "B", not_applicable("the statement does not claim DG3")));
  return run;
}

RunRecord hostile_run() {
  auto run = sample_run();
  const std::string hostile{kHostile};
  for (auto* text : {&run.title, &run.subject, &run.target, &run.program, &run.order}) *text = hostile;
  run.profiles = {hostile};
  for (auto& record : run.records) {
    auto& info = record.info;
    for (auto* text : {&info.id, &info.unit, &info.title, &info.clause, &info.expectation, &info.basis_note,
                       &record.outcome.reason, &record.state_afterwards})
      *text = hostile;
    info.needs = {{hostile}};
    record.exchanges[0].note = hostile;
  }
  return run;
}

}  // namespace cicada::tests
