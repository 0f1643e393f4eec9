// What kind of blank a simulated card is: dialect, secure channel, keys, number.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/base/rng.h"
#include "cicada/tools/magazine/blank_kind.h"

namespace cicada::tools {

/// Dialect and secure channel.
struct BlankKindOptions {
  std::string dialect;      ///< cicada-1, jmrtd, gp-dgi; empty: none is asked for
  std::string scp;          ///< 02 or 03; empty: 03
  std::string option;       ///< i, two hexadecimal digits; empty: 55 or 70
  std::string key_version;  ///< two hexadecimal digits; empty: 30

  void add_to(CLI::App& command);
  /// `usual`: the dialect when none is asked for. Fails with bad_input when it is none that the simulator can be, or
  /// for what is no protocol, option or version.
  [[nodiscard]] base::Result<magazine::BlankKind> kind(std::string_view usual) const;
};

/// The options of whoever makes a blank. Its keys come from a file, or from a master key and the chip's number.
struct BlankOptions {
  BlankKindOptions kind;
  std::string serial;           ///< 20 hexadecimal digits; empty: random
  std::string scheme = "kdf3";  ///< of the diversification
  std::filesystem::path keys;
  std::filesystem::path master_key;

  void add_to(CLI::App& command);
  /// `pki`: the folder of a country with a master key, when neither keys nor a master key are named. Fails with
  /// bad_input for options that do not go together, and as reading the files does.
  [[nodiscard]] base::Result<applet_sim::kernel::BlankCard> make(const std::filesystem::path& pki,
                                                                 base::Rng& rng) const;
};

}  // namespace cicada::tools
