// cicada sim-blanks: a box of simulated blank cards.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app.h"
#include "blank_options.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/tools/magazine/magazine.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

struct BoxOptions {
  std::filesystem::path folder, pki;
  BlankKindOptions kind;
  std::uint64_t count = 0;
};

Exit run(const BoxOptions& options) {
  const auto kind = options.kind.kind("cicada-1");
  if (!kind) return complain("sim-blanks", kind.error());
  const auto file = options.pki / host::pki::test_country_file::kTransportMasterKey;
  const auto master = host::gp::read_master_key(file);
  if (!master) return complain(file.string(), master.error());
  auto magazine = magazine::Magazine::open(options.folder);
  if (!magazine) return complain(options.folder.string(), magazine.error());
  const auto made = (*magazine)->make_blanks(options.count, host::gp::diversified(*master), *kind);
  if (!made) return complain(options.folder.string(), made.error());
  const auto there = (*magazine)->count(magazine::Magazine::Folder::blanks);
  if (!there) return complain(options.folder.string(), there.error());
  std::cout << fmt::format("{} blanks made, {} in the magazine\n", with_commas(options.count), with_commas(*there));
  return Exit::done;
}

}  // namespace

void add_sim_blanks(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("sim-blanks", "Put simulated blank cards into a magazine (cicada line --sim).");
  auto options = std::make_shared<BoxOptions>();
  command->add_option("folder", options->folder, "The magazine; made when it is not there")
      ->required()
      ->check(not_empty())
      ->type_name("DIR");
  command->add_option("--count", options->count, "How many")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, magazine::kMaxBlanks))
      ->type_name("N");
  command->add_option("--pki", options->pki, "Folder with the transport master key, made by `cicada pki init`")
      ->required()
      ->type_name("DIR");
  options->kind.add_to(*command);
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
