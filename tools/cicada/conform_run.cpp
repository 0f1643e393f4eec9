// cicada conform, a run: plan, card, journal, reports.
#include <fmt/format.h>

#include <iostream>

#include "cicada/base/file.h"
#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "cicada/conformance/runner/run.h"
#include "conform.h"
#include "conform_target.h"
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

/// A report holds what the chip said: for the owner's eyes only.
std::expected<void, Exit> write_report(const std::filesystem::path& path, const std::string& text) {
  if (path.empty()) return {};
  if (const auto written = base::write_file(path, base::as_bytes(text), 0600); !written)
    return std::unexpected{complain(path.string(), written.error())};
  return {};
}

std::expected<void, Exit> write_reports(const ConformOptions& options, const model::RunRecord& record) {
  std::cout << (options.json ? report::to_json(record) + "\n" : report::to_text(record)) << std::flush;
  if (!options.junit.empty()) {
    if (const auto done = write_report(options.junit, report::to_junit(record)); !done) return done;
  }
  if (options.html.empty()) return {};
  return write_report(options.html, report::to_html(record));
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
  if (const auto written = write_reports(options, finished.record); !written) return written.error();
  return exit_of(options, finished);
}

}  // namespace cicada::tools
