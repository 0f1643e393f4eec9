// What opens a chip, as the command line gives it.
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <string>

#include "app.h"
#include "cicada/host/access/bac.h"

namespace cicada::tools {

/// --mrz, or --doc/--birth/--expiry, or --id/--birth/--expiry.
struct AccessOptions {
  std::string mrz;
  std::string document_number;
  std::string citizen_number;
  std::string birth;
  std::string expiry;

  void add_to(CLI::App& command);
  /// The access keys. What is wrong with the options has been said (complain) when this gives an exit code.
  [[nodiscard]] std::expected<host::access::BacKeys, Exit> keys() const;
};

}  // namespace cicada::tools
