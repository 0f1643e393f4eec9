// The inspection procedure: its steps, in order.
#include <array>
#include <utility>

#include "judge.h"
#include "run.h"

namespace cicada::host::inspect {

using base::Result;

namespace {

Result<void> judge_evidence(Run& run) {
  run.result.verdict = judge_open_chip(run);
  note_unread(run.result.verdict, run.result.unread);
  return {};
}

using Step = Result<void> (*)(Run&);

/// 9303-11 §4.2 opens the chip, 9303-10 §4.6 and §4.7 name the files, 9303-11 §6 and §7 are the proofs, §5.1 judges.
constexpr std::array<Step, 11> kInspection = {
    &ask_for_lengths,   &open_chip,          &read_com,          &read_security_object,
    &plan_data_groups,  &read_text_and_keys, &authenticate_chip, &authenticate_terminal,
    &read_other_groups, &challenge_chip,     &judge_evidence,
};

Result<void> perform(Run& run) {
  for (const auto step : kInspection) CICADA_CHECK(step(run));
  return {};
}

void finish(Run& run, const iso7816::Counters& before) {
  const auto& now = run.channel.counters();
  run.result.transfer = {.apdus = now.apdus - before.apdus,
                         .bytes_out = now.bytes_out - before.bytes_out,
                         .bytes_in = now.bytes_in - before.bytes_in};
  run.result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(run.options.watch() - run.start);
  if (run.habits) run.result.notes = std::move(run.habits->notes);
}

}  // namespace

Result<Inspection> inspect(iso7816::Channel& channel, const InspectionOptions& options, base::Rng& rng,
                           const base::Clock& clock) {
  const auto before = channel.counters();
  Run run{channel, options, rng, clock.now()};
  if (const auto done = perform(run); !done) {
    const bool opened = !run.result.access_protocol.empty();
    if (opened || !is_refusal(done.error())) return std::unexpected{done.error()};
    run.result.access_error = done.error();
    run.result.verdict = closed_chip(done.error());
  }
  finish(run, before);
  return std::move(run.result);
}

Inspection inspect_files(Files files, const JudgeOptions& options, base::Instant at) {
  Inspection result{.files = std::move(files)};
  result.at = at;
  result.verdict = judge(result.files, options, at);
  return result;
}

}  // namespace cicada::host::inspect
