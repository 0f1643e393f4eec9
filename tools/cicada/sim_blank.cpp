// cicada sim-blank: a blank simulated card as a file.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app.h"
#include "blank_options.h"
#include "card_link.h"
#include "cicada/base/hex.h"

namespace cicada::tools {
namespace {

struct SimBlankOptions {
  BlankOptions blank;
  std::filesystem::path pki;
  std::filesystem::path out;
  bool json = false;
};

Exit run(const SimBlankOptions& options) {
  SystemWorld world;
  const auto blank = options.blank.make(options.pki, world.world().rng);
  if (!blank) return complain("sim-blank", blank.error());
  auto storage = applet_sim::nvm::FileStorage::create(options.out);
  if (!storage) return complain(options.out.string(), storage.error());
  const auto card = applet_sim::kernel::Card::create_blank(world.world(), *std::move(storage), *blank);
  if (!card) return complain(options.out.string(), card.error());
  const auto number = base::to_hex(blank->serial);
  const std::string dialect = options.blank.kind.dialect.empty() ? "cicada-1" : options.blank.kind.dialect;
  if (options.json) {
    std::cout << nlohmann::json{{"card", options.out.string()}, {"dialect", dialect}, {"chip", number}}.dump(2) << '\n';
  } else {
    std::cout << fmt::format("{}: blank of dialect {}, chip {}\n", options.out.string(), dialect, number);
  }
  return Exit::done;
}

}  // namespace

void add_sim_blank(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("sim-blank", "Make a blank simulated card.");
  auto options = std::make_shared<SimBlankOptions>();
  options->blank.add_to(*command);
  command->add_option("--pki", options->pki, "Folder of a country: its transport master key, unless keys are named")
      ->type_name("DIR");
  command->add_option("--out", options->out, "Card file to make")->type_name("FILE")->required();
  command->add_flag("--json", options->json, "One JSON object");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
