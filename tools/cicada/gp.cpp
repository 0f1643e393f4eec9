// cicada gp: what a card of the GlobalPlatform kind holds.
#include "gp.h"

#include <iostream>
#include <memory>

#include "cicada/host/gp/card_manager.h"
#include "gp_link.h"
#include "gp_text.h"

namespace cicada::tools {
namespace {

namespace gp = host::gp;

base::Result<Holdings> ask(gp::SecureChannel& channel) {
  gp::CardManager manager{channel};
  Holdings holdings;
  CICADA_TRY(holdings.domain, manager.registry(gp::Part::issuer_security_domain));
  CICADA_TRY(holdings.applications, manager.registry(gp::Part::applications));
  CICADA_TRY(holdings.load_files, manager.registry(gp::Part::load_files_and_modules));
  return holdings;
}

Exit list(const GpOptions& options) {
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    const auto holdings = ask(channel);
    if (!holdings) return complain(options.card.subject(), holdings.error());
    std::cout << (options.json ? to_json(*holdings).dump(2) + "\n" : to_text(*holdings));
    return Exit::done;
  });
}

Exit info(const GpCardOptions& options) {
  const auto card = GpCard::open(options);
  if (!card) return card.error();
  SelfDescription said{.domain = (*card)->domain(), .recognition = (*card)->recognition(), .keys = {}, .cplc = {}};
  // A card need not have any of these; what it says and we cannot read is told, and does not hide the rest.
  auto exit = Exit::done;
  const auto read = [&](std::uint16_t tag, std::string_view what, auto parse, auto& into) {
    const auto data = gp::get_data((*card)->channel(), tag);
    if (!data) {
      if (data.error().fault != base::Fault::card_status) exit = complain(options.card.subject(), data.error());
      return;
    }
    auto parsed = parse(*data);
    if (parsed) {
      into = *std::move(parsed);
    } else {
      exit = complain(what, parsed.error());
    }
  };
  read(gp::kTagKeyInformation, "key information", gp::parse_key_information, said.keys);
  read(gp::kTagCplc, "card production data", gp::parse_cplc, said.cplc);
  std::cout << (options.json ? to_json(said).dump(2) + "\n" : to_text(said));
  return exit;
}

void add_list(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("list", "Applications and load files, with life cycle and privileges.");
  auto options = std::make_shared<GpOptions>();
  options->add_to(*command);
  command->callback([options, &outcome] { outcome.exit = list(*options); });
}

void add_info(CLI::App& app, Outcome& outcome) {
  auto* command =
      app.add_subcommand("info", "What the card says to everybody: protocols, key versions, production data.");
  auto options = std::make_shared<GpCardOptions>();
  options->add_to(*command);
  command->callback([options, &outcome] { outcome.exit = info(*options); });
}

}  // namespace

void add_gp(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("gp", "Manage what is on a GlobalPlatform card.");
  command->require_subcommand(1);
  add_info(*command, outcome);
  add_list(*command, outcome);
  add_gp_install(*command, outcome);
  add_gp_delete(*command, outcome);
  add_gp_personalize(*command, outcome);
  add_gp_put_key(*command, outcome);
  add_gp_lock(*command, outcome);
  add_gp_unlock(*command, outcome);
  add_gp_secure(*command, outcome);
}

}  // namespace cicada::tools
