// cicada readers: what is connected.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app.h"
#include "cicada/base/hex.h"
#include "cicada/host/transport/pcsc.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

Exit run(bool json) {
  const auto readers = host::transport::list_readers();
  if (!readers) return complain("readers", readers.error());
  if (json) {
    auto list = nlohmann::json::array();
    for (const auto& reader : *readers) {
      list.push_back({{"name", safe(reader.name)}, {"card", reader.card_present}, {"atr", base::to_hex(reader.atr)}});
    }
    std::cout << nlohmann::json{{"readers", std::move(list)}}.dump(2) << '\n';
    return Exit::done;
  }
  if (readers->empty()) std::cerr << "no reader is connected\n";
  std::size_t width = 0;
  for (const auto& reader : *readers) width = std::max(width, columns(safe(reader.name)));
  for (const auto& reader : *readers) {
    const auto name = safe(reader.name);
    std::cout << name << std::string(width - columns(name) + 2, ' ')
              << (reader.card_present ? fmt::format("card  ATR {}", base::to_hex(reader.atr)) : std::string{"empty"})
              << '\n';
  }
  return Exit::done;
}

}  // namespace

void add_readers(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("readers", "List readers and the cards in them.");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON object");
  command->callback([json, &outcome] { outcome.exit = run(*json); });
}

}  // namespace cicada::tools
