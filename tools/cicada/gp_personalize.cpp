// cicada gp personalize: data groupings into an application.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "cicada/base/hex.h"
#include "cicada/host/gp/card_manager.h"
#include "cicada/host/gp/store_data.h"
#include "gp.h"
#include "gp_link.h"

namespace cicada::tools {
namespace {

namespace gp = host::gp;

struct PersonalizeOptions : GpOptions {
  std::string application;
  std::vector<std::string> files;
  std::string hex;
  bool more = false;
};

/// Some of them are secrets.
struct Groupings {
  std::vector<gp::DataGrouping> all = {};

  Groupings() = default;
  Groupings(const Groupings&) = delete;
  Groupings& operator=(const Groupings&) = delete;
  Groupings(Groupings&&) = default;
  Groupings& operator=(Groupings&&) = delete;
  ~Groupings() {
    for (auto& grouping : all) base::wipe(grouping.value);
  }
};

std::expected<Groupings, Exit> groupings_from(const PersonalizeOptions& options) {
  Groupings groupings;
  for (const auto& file : options.files) {
    auto read = gp::read_groupings(file);
    if (!read) return std::unexpected{complain(file, read.error())};
    std::ranges::move(*read, std::back_inserter(groupings.all));
  }
  if (!options.hex.empty()) {
    const auto octets = base::from_hex(options.hex);
    auto parsed = octets ? gp::parse_groupings(*octets) : std::unexpected{octets.error()};
    if (!parsed) return std::unexpected{complain("--hex", parsed.error())};
    groupings.all = *std::move(parsed);
  }
  if (groupings.all.empty()) {
    return std::unexpected{complain("--groupings", "there is no data grouping to store", Exit::bad_input)};
  }
  return groupings;
}

Exit run(const PersonalizeOptions& options) {
  const auto application = aid_from("--aid", options.application);
  if (!application) return application.error();
  const auto groupings = groupings_from(options);
  if (!groupings) return groupings.error();
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    gp::CardManager manager{channel};
    const auto name = application->to_text();
    if (const auto begun = manager.begin_personalization(*application); !begun) return complain(name, begun.error());
    if (const auto stored = manager.store_data(groupings->all, !options.more); !stored) {
      return complain(name, stored.error());
    }
    if (options.json) {
      std::cout << nlohmann::json{{"personalized", name},
                                  {"groupings", groupings->all.size()},
                                  {"closed", !options.more}}
                       .dump(2)
                << '\n';
    } else {
      std::cout << fmt::format("{}: {} data groupings stored{}\n", name, groupings->all.size(),
                               options.more ? "" : ", the last one closes it");
    }
    return Exit::done;
  });
}

}  // namespace

void add_gp_personalize(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("personalize", "Store data groupings (DGI) in an application.");
  auto options = std::make_shared<PersonalizeOptions>();
  options->add_to(*command);
  command->add_option("--aid", options->application, "The application")
      ->required()
      ->check(not_empty())
      ->type_name("AID");
  auto* what = command->add_option_group("data", "What is stored");
  what->add_option("--groupings", options->files,
                   "File of data groupings, one a line in hexadecimal: DGI, * behind it when secret, value; several "
                   "files: in this order")
      ->check(not_empty())
      ->type_name("FILE");
  what->add_option("--hex", options->hex, "Data groupings as they stand in STORE DATA, none of them secret")
      ->check(not_empty())
      ->type_name("HEX");
  what->require_option(1);
  command->add_flag("--more", options->more, "Others follow: do not close the application with the last command");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
