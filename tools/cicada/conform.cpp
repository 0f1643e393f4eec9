// cicada conform: tests a chip under the standard's own test ids.
#include "conform.h"

#include <fmt/format.h>

#include <iostream>

#include "cicada/conformance/model/ics.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/runner/names.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace model = conformance::model;

std::string needs_text(const model::Needs& needs) {
  std::string text;
  for (const auto& entry : needs) {
    text += text.empty() ? "" : " ";
    for (std::size_t i = 0; i < entry.size(); ++i) text.append(i == 0 ? "" : "|").append(entry[i]);
  }
  return text;
}

/// What does not go together, before anything is opened. Empty: all is well.
std::string wrong_use(const ConformOptions& options) {
  const auto ways =
      static_cast<int>(options.list) + static_cast<int>(options.probe) + static_cast<int>(!options.replay.empty());
  if (ways > 1) return "--list, --probe and --replay are three different things: give one of them";
  if (options.list) return {};
  if (!options.replay.empty())
    return options.selection.ids.size() == 1 ? "" : "--replay wants the one case that is to be sent again: --only ID";
  if (!options.has_card()) return "which card? give --reader NAME or --card FILE";
  if (options.probe) return {};
  if (!options.mrz.empty() || !options.can.empty())
    return "--mrz and --can are for --probe; a run takes them from the statement's [access]";
  if (options.ics.empty())
    return "a run needs the statement of what the chip claims to be: --ics FILE (--probe drafts one)";
  if (options.resume && options.journal.empty()) return "--resume needs the --journal FILE that it continues";
  return {};
}

Exit run(const ConformOptions& options) {
  if (const auto wrong = wrong_use(options); !wrong.empty()) return complain("conform", wrong, Exit::bad_input);
  if (options.list) return list_cases(options);
  if (options.probe) return probe_card(options);
  return options.replay.empty() ? run_conformance(options) : replay_case(options);
}

void add_selection(CLI::App& command, ConformOptions& options) {
  command.add_option("--only", options.selection.ids, "These cases")->delimiter(',')->type_name("ID,...");
  command.add_option("--unit", options.selection.units, "Cases of these units")->delimiter(',')->type_name("UNIT,...");
  command.add_option("--profile", options.selection.profiles, "Cases that are about one of these profiles")
      ->delimiter(',')
      ->type_name("PROFILE,...");
  command.add_option("--cases", options.cases, "Cases from *.toml below this folder instead of those built in")
      ->check(not_empty())
      ->type_name("DIR");
  command.add_option("--repeat", options.order.repeat, "How many times each case runs")
      ->check(CLI::Range(1U, conformance::runner::kMaxRepeat))
      ->type_name("N");
  command.add_option("--shuffle", options.order.seed, "In an order that this seed gives, the same on every machine")
      ->type_name("SEED");
}

void add_card(CLI::App& command, ConformOptions& options) {
  auto* reader =
      command.add_option("--reader", options.card.reader, "Reader's name, or a part that fits one reader only")
          ->check(not_empty())
          ->type_name("NAME");
  command.add_option("--card", options.card.card, "Card file: a copy of it plays in this process")
      ->check(not_empty())
      ->type_name("FILE")
      ->excludes(reader);
  command.add_option("--wait", options.card.wait_seconds, "Wait so long for a card in the reader")
      ->type_name("SECONDS");
}

void add_output(CLI::App& command, ConformOptions& options) {
  command.add_option("--junit", options.junit, "Write JUnit XML")->check(not_empty())->type_name("FILE");
  command.add_option("--html", options.html, "Write one HTML page")->check(not_empty())->type_name("FILE");
  command.add_flag("--json", options.json, "Print one JSON object (docs/schemas/conformance-report.schema.json)");
  command.add_option("--journal", options.journal, "Write each finished case down at once (JSON Lines)")
      ->check(not_empty())
      ->type_name("FILE");
  command.add_flag("--resume", options.resume, "Go on with the run that the journal is of");
}

}  // namespace

std::expected<std::vector<model::Unit>, Exit> load_cases(const ConformOptions& options) {
  if (options.cases.empty()) return model::builtin_units();
  auto units = model::load_units(options.cases);
  if (!units) return std::unexpected{complain(units.error())};
  if (units->empty())
    return std::unexpected{complain(options.cases.string(), "there is no *.toml with cases in it", Exit::bad_input)};
  const auto unknown = conformance::runner::unknown_names(*units);
  for (const auto& line : unknown) complain(options.cases.string(), line, Exit::bad_input);
  if (!unknown.empty()) return std::unexpected{Exit::bad_input};
  return *std::move(units);
}

Exit list_cases(const ConformOptions& options) {
  const auto units = load_cases(options);
  if (!units) return units.error();
  std::optional<model::Ics> ics;
  if (!options.ics.empty()) {
    auto loaded = model::load_ics(options.ics);
    if (!loaded) return complain(loaded.error());
    ics = *std::move(loaded);
  }
  const auto plan = conformance::runner::make_plan(*units, options.selection, options.order);
  if (!plan) return complain(plan.error());
  std::vector<std::vector<std::string>> rows{{"id", "basis", "needs", "title"}};
  if (ics) rows[0].emplace_back("with this statement");
  for (const auto& planned : plan->cases) {
    const auto& info = planned.test->info;
    auto& row = rows.emplace_back(std::vector<std::string>{info.id, std::string{model::to_string(info.basis)},
                                                           needs_text(info.needs), info.title});
    if (std::holds_alternative<model::NotRunnable>(planned.test->body)) row.back() += " (not runnable)";
    if (!ics) continue;
    const auto missing = ics->missing(info.needs);
    row.push_back(missing ? "not-applicable: " + *missing : "runs");
  }
  std::cout << table(rows);
  return Exit::done;
}

void add_conform(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("conform", "Test a chip under the standard's test ids.");
  auto options = std::make_shared<ConformOptions>();
  add_card(*command, *options);
  command->add_option("--ics", options->ics, "What the chip claims to be (docs/conformance.md)")
      ->check(not_empty())
      ->type_name("FILE");
  add_selection(*command, *options);
  add_output(*command, *options);
  command->add_flag("--allow-changes", options->allow_changes,
                    "Run also what leaves something in the memory of a chip that cannot be restored");
  command->add_flag("--list", options->list, "Print the cases instead of running them");
  command
      ->add_option("--replay", options->replay,
                   "Send the commands of one case (--only) again as a journal or a JSON "
                   "report has them; print them when no card is named")
      ->check(not_empty())
      ->type_name("FILE");
  command->add_flag("--probe", options->probe, "Print a draft of a statement, as the card gives it");
  auto* mrz = command->add_option("--mrz", options->mrz, "Of --probe: opens the chip, so that more can be said")
                  ->check(not_empty())
                  ->type_name("TEXT");
  command->add_option("--can", options->can, "Of --probe: the same")
      ->check(not_empty())
      ->type_name("CAN")
      ->excludes(mrz);
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
