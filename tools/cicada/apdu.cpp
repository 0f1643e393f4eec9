// cicada apdu: talks to a card in hexadecimal.
#include <fmt/format.h>

#include <iostream>
#include <string>
#include <vector>

#include "app.h"
#include "card_link.h"
#include "cicada/base/hex.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::tools {
namespace {

struct ApduOptions {
  CardOptions card;
  std::vector<std::string> commands;
};

/// Sends one command given as text and prints the answer with its status word's meaning.
std::expected<void, Exit> send(host::transport::Transport& card, const std::string& text) {
  const auto command = base::from_hex(text);
  if (!command) return std::unexpected{complain(text, command.error())};
  const auto answer = card.transceive(*command);
  std::cout << "> " << base::to_hex(*command) << '\n';
  if (!answer) return std::unexpected{complain(text, answer.error())};
  const auto data = base::ByteView{*answer}.first(answer->size() - 2);
  const auto sw = static_cast<std::uint16_t>(((*answer)[answer->size() - 2] << 8U) | answer->back());
  std::cout << "< " << base::to_hex(data) << (data.empty() ? "" : " ")
            << fmt::format("{:04X}  {}\n", sw, host::iso7816::describe(sw));
  return {};
}

Exit run(const ApduOptions& options) {
  SystemWorld world;
  auto card = open_card(options.card, world);
  if (!card) return complain(options.card.subject(), card.error());
  if (!options.commands.empty()) {
    for (const auto& text : options.commands) {
      if (const auto sent = send(**card, text); !sent) return sent.error();
    }
    return Exit::done;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (const auto sent = send(**card, line); !sent) return sent.error();
  }
  return Exit::done;
}

}  // namespace

void add_apdu(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("apdu", "Send command APDUs to a card and print its answers.");
  auto options = std::make_shared<ApduOptions>();
  options->card.add_to(*command);
  command->add_option("APDU", options->commands,
                      "Commands in hexadecimal; without any, one a line from standard input");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
