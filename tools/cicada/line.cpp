// cicada line: stations, and what a shift leader says to them.
#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "app.h"
#include "line_orders.h"
#include "line_report.h"
#include "line_shop.h"
#include "stop_signal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

void add_run(CLI::App& line, Outcome& outcome) {
  auto* command = line.add_subcommand("run", "Make cards until there are no jobs or no blanks left.");
  auto options = std::make_shared<LineOptions>();
  command->add_option("--journal", options->journal, "sqlite:FILE or postgresql://...")->required()->type_name("URL");
  command->add_option("--jobs", options->jobs, "Folder of packs that `cicada prepare` made")
      ->required()
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  command->add_option("--profile", options->profile, "What the card holds and which commands write it")
      ->required()
      ->type_name("FILE.toml");
  add_dialect_dir(*command, options->dialect_dir);
  command->add_option("--pki", options->pki, "Folder of the issuing country, made by `cicada pki init`")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--token", options->token,
                   "Keys in a PKCS#11 token (docs/keys.md); of --pki only what is public is read then")
      ->type_name("FILE.toml");
  options->add_stations_to(*command);
  options->add_staff_to(*command);
  command->add_option("--limit", options->limit, "Make so many cards, then stop")->type_name("N");
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/line-report.schema.json)");
  command->callback([options, &outcome] {
    const StopSignal stop;  // before the first thread, so that it is the one that gets the signals
    outcome.exit = run_line(*options, stop.token());
  });
}

}  // namespace

Exit run_line(const LineOptions& options, const std::stop_token& stop) {
  LineProgress progress;
  const Prompt prompt = [&progress](const std::string& reader, const std::string& text) { progress.say(reader, text); };
  auto shop = LineShop::open(options, stop, prompt);
  if (!shop) return shop.error();
  auto waiting = (*shop)->waiting();
  if (options.limit) waiting = std::min(waiting, *options.limit);
  const auto begin = std::chrono::steady_clock::now();
  progress.expect(waiting);
  const auto report = (*shop)->run(
      stop, [&progress](const host::line::CardEvent& event) { progress.card(event); },
      [&progress](const host::line::StationReport& station) { progress.station(station); });
  if (!report) return complain("line", report.error());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return report_line(*report, (*shop)->last_balance(), took, options.json);
}

void add_line(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("line", "A personalization line: stations, stock, quarantine, delivery.");
  command->require_subcommand(1);
  add_run(*command, outcome);
  add_line_orders(*command, outcome);
}

}  // namespace cicada::tools
