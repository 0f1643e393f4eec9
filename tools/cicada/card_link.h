// A card that a subcommand can talk to: in a reader, or a card file played in this process.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/transport/transport.h"
#include "cicada/tools/magazine/simulated_card.h"

namespace cicada::tools {

/// `--reader NAME` or `--card FILE`, as every subcommand that talks to a card has them.
struct CardOptions {
  std::string reader;
  std::filesystem::path card;
  unsigned wait_seconds = 0;

  void add_to(CLI::App& command);
  /// What errors are about: the reader's or the file's name.
  [[nodiscard]] std::string subject() const { return reader.empty() ? card.string() : reader; }
};

/// Opens the card that the options name. The world must live longer than the transport.
[[nodiscard]] base::Result<std::unique_ptr<host::transport::Transport>> open_card(const CardOptions& options,
                                                                                  SystemWorld& world);

}  // namespace cicada::tools
