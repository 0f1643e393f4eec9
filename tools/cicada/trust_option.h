// --trust, --strict and their like, as read and verify have them.
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::tools {

struct TrustOption {
  std::vector<std::filesystem::path> paths;
  bool strict = false;
  bool conforming = false;
  bool accept_expired_signer = false;
  std::string issued;  ///< YYYY-MM-DD, checked while the options are read

  CLI::Option* add_to(CLI::App& command);
  /// Nothing when no trust material was named. Warnings and errors have been said.
  [[nodiscard]] std::expected<std::optional<host::pki::TrustStore>, Exit> load() const;
  /// Borrows the store.
  [[nodiscard]] host::inspect::JudgeOptions judge(const std::optional<host::pki::TrustStore>& store) const;
};

}  // namespace cicada::tools
