// cicada conform, a run: plan, card, journal, reports.
#include <fmt/format.h>

#include <iostream>

#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "cicada/conformance/runner/run.h"
#include "conform.h"
#include "conform_target.h"
#include "report_files.h"
#include "stop_signal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace model = conformance::model;
namespace report = conformance::report;
namespace runner = conformance::runner;

constexpr std::string_view kProgram = "cicada " CICADA_VERSION;

std::expected<std::optional<runner::Journal>, Exit> open_journal(const ConformOptions& options,
                                                                 const runner::Plan& plan, const model::Ics& ics,
                                                                 const std::string& target, base::Instant now) {
  if (options.journal.empty()) return std::nullopt;
  const auto identity = runner::identity_of(
      plan, ics, {.program = std::string{kProgram}, .target = target, .allow_changes = options.allow_changes});
  if (!identity) return std::unexpected{complain(options.journal.string(), identity.error())};
  auto journal = options.resume ? runner::Journal::resume(options.journal, *identity, plan)
                                : runner::Journal::create(options.journal, *identity, plan, now);
  if (!journal) return std::unexpected{complain(journal.error())};
  return *std::move(journal);
}

void show(ProgressLine& line, const runner::Progress& at) {
  if (at.id.empty()) return line.clear();
  line.show(fmt::format("{} {} of {}, {} failed: {}", bar(at.done, at.planned, 24), at.done, at.planned, at.failed,
                        safe(at.id)));
}

Exit exit_of(const ConformOptions& options, const runner::Finished& finished) {
  if (finished.ending == runner::Ending::complete)
    return report::clean(finished.record) ? Exit::done : Exit::check_failed;
  const auto hint = options.journal.empty() ? std::string{"a run with --journal FILE can be continued with --resume"}
                                            : std::string{"go on with the same options and --resume"};
  return complain(finished.record.target, fmt::format("{}; {}", finished.why, hint),
                  finished.ending == runner::Ending::stopped ? Exit::check_failed : Exit::trouble);
}

}  // namespace

Exit run_conformance(const ConformOptions& options) {
  const auto units = load_cases(options);
  if (!units) return units.error();
  const auto ics = model::load_ics(options.ics);
  if (!ics) return complain(ics.error());
  const auto plan = runner::make_plan(*units, options.selection, options.order);
  if (!plan) return complain(plan.error());
  const ReportFiles files{.junit = options.junit, .html = options.html, .journal = options.journal};
  if (const auto good = files.check(); !good) return good.error();
  const StopSignal stop;
  SystemWorld world;
  auto target = open_target(options.card, world);
  if (!target) return complain(options.card.subject(), target.error());
  const auto now = base::SystemClock{}.now();
  auto journal = open_journal(options, *plan, *ics, (*target)->describe(), now);
  if (!journal) return journal.error();
  base::SystemRng rng;
  ProgressLine line;
  auto finished = runner::run(*plan,
                              {.target = **target,
                               .rng = rng,
                               .ics = *ics,
                               .now = now,
                               .allow_changes = options.allow_changes,
                               .stop = stop.token()},
                              *journal ? &**journal : nullptr, [&](const auto& at) { show(line, at); });
  finished.record.title = "Cicada conformance: chip";
  finished.record.program = kProgram;
  std::cout << (options.json ? report::to_json(finished.record) + "\n" : report::to_text(finished.record))
            << std::flush;
  if (const auto written = files.write(finished.record); !written) return written.error();
  return exit_of(options, finished);
}

}  // namespace cicada::tools
