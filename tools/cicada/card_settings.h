// card.toml: what a folder of dumps cannot say about the chip that they came from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cicada/applet_sim/applet/chip_keys.h"
#include "cicada/base/error.h"

namespace cicada::tools {

/// Everything is optional; docs/command-line.md shows the file.
struct CardSettings {
  bool bac = true;                      ///< false: a chip that opens with PACE only
  std::optional<std::string> can = {};  ///< six digits
  std::optional<std::string> pin = {};  ///< 4 to 16 characters, three tries
  std::optional<std::string> puk = {};  ///< 4 to 16 characters, ten tries
  std::vector<applet_sim::applet::ChipKey> chip_keys = {};
  std::optional<applet_sim::applet::ActiveKey> active_key = {};
};

/// Reads FOLDER/card.toml; without the file, the defaults. Fails with bad_input: not TOML, a name that is not known, a
/// value that is none; `at` is the line.
[[nodiscard]] base::Result<CardSettings> read_card_settings(const std::filesystem::path& folder);

}  // namespace cicada::tools
