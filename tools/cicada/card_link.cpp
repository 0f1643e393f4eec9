#include "card_link.h"

#include "app.h"
#include "cicada/host/transport/pcsc.h"

namespace cicada::tools {

void CardOptions::add_to(CLI::App& command) {
  auto* where = command.add_option_group("card", "The card: in a reader, or a card file");
  where->add_option("--reader", reader, "Reader's name, or a part of it that fits one reader only")
      ->check(not_empty())
      ->type_name("NAME");
  where->add_option("--card", card, "Card file, played in this process")->check(not_empty())->type_name("FILE");
  where->require_option(1);
  command.add_option("--wait", wait_seconds, "Wait so long for a card in the reader")->type_name("SECONDS");
}

base::Result<std::unique_ptr<host::transport::Transport>> open_card(const CardOptions& options, SystemWorld& world) {
  if (options.reader.empty()) {
    CICADA_TRY(auto card, SimulatedCard::open(options.card, world));
    return card;
  }
  host::transport::PcscOptions pcsc;
  pcsc.wait_for_card = std::chrono::seconds{options.wait_seconds};
  CICADA_TRY(auto card, host::transport::PcscTransport::open(options.reader, pcsc));
  return card;
}

}  // namespace cicada::tools
