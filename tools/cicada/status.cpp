// cicada status: how the line stands, and where one card is.
#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <iostream>
#include <mutex>

#include "app.h"
#include "rule_text.h"
#include "status_report.h"
#include "stop_signal.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace journal = host::journal;

struct StatusOptions {
  std::string journal;
  std::string batch;
  std::string dossier;
  std::vector<std::string> by{"province", "station", "shift"};
  unsigned watch = 0;
  bool json = false;
  bool metrics = false;
};

/// "Where is this card?"
Exit show_dossier(journal::Journal& source, const StatusOptions& options) {
  const auto card = source.find_card(options.dossier);
  if (!card) return complain_of_journal(options.journal, card.error());
  if (!*card) return complain("--dossier " + options.dossier, "no such dossier in this journal", Exit::bad_input);
  const auto& found = **card;
  const auto rules = rules_in(found.findings, found.reason);
  const auto when = [](std::optional<base::Instant> instant) { return instant ? base::to_iso_instant(*instant) : ""; };
  if (options.json) {
    auto told = nlohmann::json::array();
    for (const auto* const rule : rules) told.push_back(rule_json(*rule));
    std::cout << nlohmann::json{{"dossier", safe(found.dossier)},    {"version", found.version},
                                {"batch", safe(found.batch)},        {"state", to_string(found.state)},
                                {"findings", safe(found.findings)},  {"reason", safe(found.reason)},
                                {"station", safe(found.station)},    {"chip", safe(found.chip)},
                                {"document_signer", safe(found.ds)}, {"delivery", to_string(found.delivery)},
                                {"changed", when(found.changed_at)}, {"done", when(found.done_at)},
                                {"rules", std::move(told)}}
                     .dump(2)
              << '\n';
    return Exit::done;
  }
  const auto line = [](std::string_view name, std::string_view value) {
    if (!value.empty()) std::cout << fmt::format("{:<12} {}\n", name, safe(value));
  };
  line("dossier", fmt::format("{} (version {})", found.dossier, found.version));
  line("batch", found.batch);
  line("state", to_string(found.state));
  line("findings", found.findings);
  line("reason", found.reason);
  for (const auto* const rule : rules) line("rule", to_text(*rule));
  line("station", found.station);
  line("chip", found.chip);
  line("signed by", found.ds);
  line("last change", when(found.changed_at));
  line("done", when(found.done_at));
  if (found.delivery != journal::Delivery::none) line("delivery", to_string(found.delivery));
  return Exit::done;
}

Exit print(const StatusReport& report, const StatusOptions& options, bool redraw) {
  std::string text = options.metrics ? status_metrics(report)
                     : options.json  ? status_json(report).dump(2) + "\n"
                                     : status_text(report);
  if (redraw) {
    // Home, then every line to its end, then the rest of the screen: nothing flickers.
    constexpr std::string_view kHome = "\x1b[H";
    constexpr std::string_view kRestOfLine = "\x1b[K";
    constexpr std::string_view kRestOfScreen = "\x1b[J";
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + kRestOfLine.size() + 1)) {
      text.insert(end, kRestOfLine);
    }
    text = std::string{kHome} + text + std::string{kRestOfScreen};
  }
  std::cout << text << std::flush;
  return report.balances() ? Exit::done : Exit::check_failed;
}

Exit run(const StatusOptions& options) {
  std::vector<journal::GroupBy> groups;
  for (const auto& name : options.by) {
    const auto by = group_by_name(name);
    if (!by) {
      return complain("--by " + name, "give batch, province, district, commune, station, shift, team or day",
                      Exit::bad_input);
    }
    groups.push_back(*by);
  }
  auto source = journal::open_journal(options.journal, "");
  if (!source) return complain_of_journal(options.journal, source.error());
  if (!options.dossier.empty()) return show_dossier(**source, options);

  const StopSignal signal;
  const auto stop = signal.token();
  const bool redraw = options.watch > 0 && !options.json && !options.metrics && ::isatty(STDOUT_FILENO) == 1;
  if (redraw) std::cout << "\x1b[2J";
  while (true) {
    const auto report = gather_status(**source, options.journal, options.batch, groups);
    if (!report) return complain_of_journal(options.journal, report.error());
    const auto exit = print(*report, options, redraw);
    if (options.watch == 0) return exit;
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any wake;
    wake.wait_for(lock, stop, std::chrono::seconds{options.watch}, [] { return false; });
    if (stop.stop_requested()) return exit;
  }
}

}  // namespace

void add_status(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("status", "How a personalization line stands; where one card is.");
  auto options = std::make_shared<StatusOptions>();
  command->add_option("--journal", options->journal, "sqlite:FILE or postgresql://...")
      ->required()
      ->check(not_empty())
      ->type_name("URL");
  command->add_option("--batch", options->batch, "Reconcile this batch only")->type_name("ID");
  command->add_option("--by", options->by, "Groups: batch, province, district, commune, station, shift, team, day")
      ->delimiter(',')
      ->type_name("GROUP,...")
      ->capture_default_str();
  command->add_option("--dossier", options->dossier, "Where the card of this dossier is")->type_name("ID");
  command->add_option("--watch", options->watch, "Show it again every so many seconds, until Ctrl-C")
      ->check(CLI::Range(1, 3600))
      ->type_name("SECONDS");
  auto* json = command->add_flag(
      "--json", options->json,
      "Print one JSON object (docs/schemas/status.schema.json; with --dossier dossier-status.schema.json)");
  command->add_flag("--metrics", options->metrics, "Print the text format of Prometheus")->excludes(json);
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
