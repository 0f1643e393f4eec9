// What a card holds, for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/registry.h"

namespace cicada::tools {

/// All parts of the registry.
struct Holdings {
  std::vector<host::gp::RegistryEntry> domain;
  std::vector<host::gp::RegistryEntry> applications;
  std::vector<host::gp::RegistryEntry> load_files;
};

[[nodiscard]] std::string to_text(const Holdings& holdings);
[[nodiscard]] nlohmann::json to_json(const Holdings& holdings);

/// What a card says to everybody; what it does not say is empty.
struct SelfDescription {
  host::gp::Aid domain;
  std::optional<host::gp::Recognition> recognition;
  std::vector<host::gp::KeyInformation> keys;
  host::gp::Cplc cplc;
};

[[nodiscard]] std::string to_text(const SelfDescription& card);
[[nodiscard]] nlohmann::json to_json(const SelfDescription& card);

}  // namespace cicada::tools
