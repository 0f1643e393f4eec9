// What opens a chip, as the command line gives it.
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <string>

#include "app.h"
#include "cicada/host/inspect/credentials.h"
#include "cicada/host/inspect/reader.h"

namespace cicada::tools {

/// --mrz; --doc/--birth/--expiry; --id alone or with --birth/--expiry; --can; --pin; --puk. And how far to go.
struct AccessOptions {
  std::string mrz;
  std::string document_number;
  std::string citizen_number;
  std::string birth;
  std::string expiry;
  std::string can;
  std::string pin;
  std::string puk;
  bool only_bac = false;
  host::inspect::AccessPolicy policy;

  void add_to(CLI::App& command);
  /// What opens the chip. What is wrong with the options has been said (complain) when this gives an exit code.
  [[nodiscard]] std::expected<host::inspect::Credentials, Exit> credentials() const;

 private:
  [[nodiscard]] std::expected<host::inspect::Credentials, Exit> from_citizen_number() const;
  [[nodiscard]] std::expected<host::inspect::Credentials, Exit> from_fields(const std::string& number) const;
};

}  // namespace cicada::tools
