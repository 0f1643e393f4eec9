// cicada conform-card: writes a sound test card with its statement, to try the suite or a terminal on.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "app.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/tools/lower_tester/test_card.h"

namespace cicada::tools {
namespace {

struct ConformCardOptions {
  std::string configuration;
  std::filesystem::path folder;
  std::string name;
  bool list = false;
};

std::string table() {
  std::string text;
  for (const auto& one : lower_tester::configurations()) text += fmt::format("{:<14} {}\n", one.name, one.title);
  return text;
}

Exit run(const ConformCardOptions& options) {
  if (options.list) {
    std::cout << table();
    return Exit::done;
  }
  if (options.configuration.empty() || options.folder.empty()) {
    return complain("conform-card", "name a configuration (--list) and a folder", Exit::bad_input);
  }
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto card = lower_tester::make_test_card(options.configuration, rng, clock);
  if (!card) return complain(options.configuration, card.error());
  const auto& name = options.name.empty() ? options.configuration : options.name;
  if (const auto saved = lower_tester::save(*card, name, options.folder, rng, clock); !saved) {
    return complain((options.folder / name).string(), saved.error());
  }
  std::cout << fmt::format("{0}.card\n{0}.ics.toml\n{0}.pki\n", (options.folder / name).string());
  return Exit::done;
}

}  // namespace

void add_conform_card(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("conform-card", "Write a test card and its statement, for the conformance suite.");
  auto options = std::make_shared<ConformCardOptions>();
  command->add_option("configuration", options->configuration, "Kind of card; --list prints them")->type_name("NAME");
  command->add_option("folder", options->folder, "Where NAME.card, NAME.ics.toml and NAME.pki/ are to be")
      ->type_name("DIR");
  command->add_option("--name", options->name, "Another name for the files")->check(not_empty())->type_name("NAME");
  command->add_flag("--list", options->list, "Print the kinds of cards");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
