// cicada conform-reader: tests a reader under the standard's own test ids. The cards are ours.
#include <fmt/format.h>

#include <iostream>

#include "app.h"
#include "cicada/base/file.h"
#include "cicada/base/problem.h"
#include "cicada/base/strict_table.h"
#include "cicada/conformance/reader/loader.h"
#include "cicada/conformance/reader/run.h"
#include "cicada/conformance/report/report.h"
#include "cicada/conformance/report/summary.h"
#include "cicada/tools/lower_tester/bench.h"
#include "cicada/tools/lower_tester/command_reader.h"
#include "cicada/tools/lower_tester/own_reader.h"
#include "conform.h"
#include "conform_operator.h"
#include "report_files.h"
#include "stop_signal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace model = conformance::model;
namespace reader = conformance::reader;
namespace report = conformance::report;
namespace runner = conformance::runner;

constexpr std::string_view kProgram = "cicada " CICADA_VERSION;

struct ConformReaderOptions {
  runner::Selection selection;
  runner::Order order;
  std::filesystem::path cases;
  std::filesystem::path junit;
  std::filesystem::path html;
  std::filesystem::path journal;
  bool json = false;
  bool resume = false;
  bool list = false;
  std::vector<std::string> without;
  bool no_control = false;
  std::string command;
  bool ask_operator = false;
  std::string vpcd = "127.0.0.1:35963";
  std::string reader_name = "Virtual PCD 00 00";
  unsigned timeout = 60;
};

/// Loopback only: the deviating cards are for the reader on this desk.
std::expected<lower_tester::VirtualReader, Exit> virtual_reader(const ConformReaderOptions& options) {
  lower_tester::VirtualReader where{.name = options.reader_name};
  const auto colon = options.vpcd.rfind(':');
  const auto digits = colon == std::string::npos ? std::string{} : options.vpcd.substr(colon + 1);
  const bool is_number =
      !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == std::string::npos;
  where.host = options.vpcd.substr(0, colon == std::string::npos ? 0 : colon);
  const bool is_here =
      where.host == "127.0.0.1" || where.host == "localhost" || where.host == "[::1]" || where.host == "::1";
  const auto port = is_number ? std::stoul(digits) : 0;
  if (!is_here || port == 0 || port > 65535) {
    return std::unexpected{
        complain("--vpcd " + options.vpcd, "an address of this machine is wanted: 127.0.0.1:35963", Exit::bad_input)};
  }
  where.port = static_cast<std::uint16_t>(port);
  return where;
}

std::expected<std::vector<reader::ReaderUnit>, Exit> load_units(const ConformReaderOptions& options) {
  if (options.cases.empty()) return reader::builtin_reader_units();
  auto units = reader::load_reader_units(options.cases);
  if (!units) return std::unexpected{complain(units.error())};
  return *std::move(units);
}

/// The reader that the options name. Errors have been said.
std::expected<std::unique_ptr<reader::ReaderUnderTest>, Exit> reader_of(const ConformReaderOptions& options,
                                                                        base::Rng& rng, const base::Clock& clock) {
  if (options.command.empty() && !options.ask_operator) return std::make_unique<lower_tester::OwnReader>(rng, clock);
  const auto where = virtual_reader(options);
  if (!where) return std::unexpected{where.error()};
  if (options.ask_operator) return std::make_unique<OperatorReader>(*where);
  const auto words = lower_tester::split_words(options.command);
  if (!words) return std::unexpected{complain("--reader-command", "a quote is not closed", Exit::bad_input)};
  if (const auto why = lower_tester::refusal(*words))
    return std::unexpected{complain("--reader-command", *why, Exit::bad_input)};
  return std::make_unique<lower_tester::CommandReader>(*words, *where, std::chrono::seconds{options.timeout});
}

std::expected<std::set<std::string>, Exit> missing_profiles(const ConformReaderOptions& options) {
  const auto known = reader::known_reader_profiles();
  for (const auto& word : options.without) {
    if (std::ranges::find(known, word) == known.end()) {
      return std::unexpected{
          complain("--without " + word, "no such profile; known are: " + base::join(known), Exit::bad_input)};
    }
  }
  return std::set<std::string>{options.without.begin(), options.without.end()};
}

Exit list(const runner::Plan& plan, const reader::CasesById& cases) {
  std::vector<std::vector<std::string>> rows{{"id", "basis", "needs", "expected", "title"}};
  for (const auto& planned : plan.cases) {
    const auto& test = *cases.at(planned.test->info.id);
    std::string needs;
    for (const auto& entry : test.info.needs) needs += (needs.empty() ? "" : " ") + entry.front();
    const auto basis = std::string{model::to_string(test.info.basis)} + (test.low_confidence ? " (low)" : "");
    rows.push_back({test.info.id, basis, needs,
                    test.withdrawn.empty() ? test.expected.describe() : "withdrawn " + test.withdrawn,
                    test.info.title});
  }
  std::cout << table(rows);
  return Exit::done;
}

std::expected<std::optional<runner::Journal>, Exit> open_journal(const ConformReaderOptions& options,
                                                                 const runner::Plan& plan,
                                                                 const reader::CasesById& cases,
                                                                 const std::string& name, base::Instant now) {
  if (options.journal.empty()) return std::nullopt;
  const auto identity = reader::identity_of(plan, cases, kProgram, name);
  if (!identity) return std::unexpected{complain(options.journal.string(), identity.error())};
  auto journal = options.resume ? runner::Journal::resume(options.journal, *identity, plan)
                                : runner::Journal::create(options.journal, *identity, plan, now);
  if (!journal) return std::unexpected{complain(journal.error())};
  return *std::move(journal);
}

/// Cases of low confidence that came out otherwise are told and fail nothing.
bool is_clean(const model::RunRecord& record, const reader::CasesById& cases) {
  return std::ranges::all_of(record.records, [&cases](const model::Record& one) {
    const auto verdict = one.outcome.verdict;
    if (verdict == model::Verdict::pass || verdict == model::Verdict::not_applicable) return true;
    return verdict == model::Verdict::inconclusive && cases.at(one.info.id)->low_confidence;
  });
}

/// A bench that cannot hold a card says nothing about the reader. A run that is resumed may have nothing left to do: it
/// finds out with its next case.
std::expected<void, Exit> try_bench(reader::ReaderUnderTest& tested, lower_tester::Bench& bench) {
  const auto card = bench.make({.card = "plain"});
  if (!card) return std::unexpected{complain(card.error())};
  if (const auto why = tested.not_ready(**card))
    return std::unexpected{complain("conform-reader", *why, Exit::trouble)};
  return {};
}

Exit put_to(reader::ReaderUnderTest& tested, const ConformReaderOptions& options, const runner::Plan& plan,
            const reader::CasesById& cases, base::Rng& rng) {
  const base::SystemClock clock;
  const ReportFiles files{.junit = options.junit, .html = options.html, .journal = options.journal};
  if (const auto good = files.check(); !good) return good.error();
  const auto missing = missing_profiles(options);
  if (!missing) return missing.error();
  auto bench = lower_tester::Bench::create(rng, clock);
  if (!bench) return complain("conform-reader", bench.error());
  if (const auto known = reader::check(plan, cases, **bench); !known) return complain(known.error());
  if (!options.resume) {
    if (const auto ready = try_bench(tested, **bench); !ready) return ready.error();
  }
  const StopSignal stop;
  auto journal = open_journal(options, plan, cases, tested.name(), clock.now());
  if (!journal) return journal.error();
  ProgressLine line;
  const auto show = [&line](const reader::Progress& at) {
    if (at.id.empty()) return line.clear();
    line.show(
        fmt::format("{} {} of {}, {} failed: {}", bar(at.done, at.planned, 24), at.done, at.planned, at.failed, at.id));
  };
  auto finished = reader::run(plan, cases,
                              {.cards = **bench,
                               .reader = tested,
                               .clock = clock,
                               .missing = *missing,
                               .control = !options.no_control,
                               .stop = stop.token()},
                              *journal ? &**journal : nullptr, options.ask_operator ? reader::Listener{} : show);
  finished.record.title = "Cicada conformance: reader";
  finished.record.program = kProgram;
  for (const auto profile : reader::known_reader_profiles()) {
    if (!missing->contains(std::string{profile})) finished.record.profiles.emplace_back(profile);
  }
  std::cout << (options.json ? report::to_json(finished.record) + "\n" : report::to_text(finished.record))
            << std::flush;
  if (const auto written = files.write(finished.record); !written) return written.error();
  if (!finished.complete) return complain(tested.name(), finished.why, Exit::trouble);
  return is_clean(finished.record, cases) ? Exit::done : Exit::check_failed;
}

Exit run(const ConformReaderOptions& options) {
  if (!options.command.empty() && options.ask_operator)
    return complain("conform-reader", "--reader-command and --operator are two readers: give one", Exit::bad_input);
  if (options.resume && options.journal.empty())
    return complain("conform-reader", "--resume needs the --journal FILE that it continues", Exit::bad_input);
  const auto units = load_units(options);
  if (!units) return units.error();
  const auto outline = reader::outline(*units);
  const auto cases = reader::by_id(*units);
  const auto plan = runner::make_plan(outline, options.selection, options.order);
  if (!plan) return complain(plan.error());
  if (options.list) return list(*plan, cases);
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto tested = reader_of(options, rng, clock);
  if (!tested) return tested.error();
  return put_to(**tested, options, *plan, cases, rng);
}

void add_reader(CLI::App& command, ConformReaderOptions& options) {
  command
      .add_option("--reader-command", options.command,
                  "The reader: a command whose exit code says 0 successful or 1 failed. {mrz} {doc} {birth} {expiry} "
                  "{can} {trust} {terminal} {reader} are replaced; no shell sees it")
      ->check(not_empty())
      ->type_name("'PROG ARG ...'");
  command.add_flag("--operator", options.ask_operator, "The reader: a device; you are asked what it says");
  command.add_option("--vpcd", options.vpcd, "Where the virtual reader listens for the cards, on this machine")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command.add_option("--reader-name", options.reader_name, "What PC/SC calls the virtual reader")
      ->check(not_empty())
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--timeout", options.timeout, "Seconds that a command may take")
      ->check(CLI::Range(1U, 3600U))
      ->type_name("SECONDS")
      ->capture_default_str();
  command.add_option("--without", options.without, "Profiles that the reader does not have: their cases do not apply")
      ->delimiter(',')
      ->type_name("PROFILE,...");
  command.add_flag("--no-control", options.no_control,
                   "Do not show the sound card after each case in which the reader had to fail");
}

void add_cases(CLI::App& command, ConformReaderOptions& options) {
  command.add_option("--only", options.selection.ids, "These cases")->delimiter(',')->type_name("ID,...");
  command.add_option("--unit", options.selection.units, "Cases of these units")->delimiter(',')->type_name("UNIT,...");
  command.add_option("--profile", options.selection.profiles, "Cases that need one of these profiles")
      ->delimiter(',')
      ->type_name("PROFILE,...");
  command.add_option("--cases", options.cases, "Cases from IS_* below this folder instead of those built in")
      ->check(not_empty())
      ->type_name("DIR");
  command.add_option("--repeat", options.order.repeat, "How many times each case runs")
      ->check(CLI::Range(1U, runner::kMaxRepeat))
      ->type_name("N");
  command.add_option("--shuffle", options.order.seed, "In an order that this seed gives, the same on every machine")
      ->type_name("SEED");
  command.add_flag("--list", options.list, "Print the cases instead of running them");
}

}  // namespace

void add_conform_reader(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("conform-reader", "Test a reader under the standard's test ids.");
  auto options = std::make_shared<ConformReaderOptions>();
  add_reader(*command, *options);
  add_cases(*command, *options);
  command->add_option("--junit", options->junit, "Write JUnit XML")->check(not_empty())->type_name("FILE");
  command->add_option("--html", options->html, "Write one HTML page")->check(not_empty())->type_name("FILE");
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/conformance-report.schema.json)");
  command->add_option("--journal", options->journal, "Write each finished case down at once (JSON Lines)")
      ->check(not_empty())
      ->type_name("FILE");
  command->add_flag("--resume", options->resume, "Go on with the run that the journal is of");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
