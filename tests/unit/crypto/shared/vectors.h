// Vector files: a list of { id, source, data }.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cicada/base/hex.h"

namespace vectors {

using nlohmann::json;

/// The vectors of tests/vectors/<name> whose id begins with `prefix`. Throws when there is none.
inline std::vector<json> load(const std::string& name, const std::string& prefix) {
  std::ifstream file{"vectors/" + name};
  const auto all = json::parse(file);
  std::vector<json> chosen;
  for (const auto& vector : all.at("vectors")) {
    if (vector.at("id").get<std::string>().starts_with(prefix)) chosen.push_back(vector);
  }
  if (chosen.empty()) throw std::runtime_error{"no vector " + prefix + " in " + name};
  return chosen;
}

inline std::string text(const json& vector, const char* name) {
  return vector.at("data").at(name).get<std::string>();
}

inline cicada::base::Bytes octets(const json& vector, const char* name) {
  return cicada::base::from_hex(text(vector, name)).value();
}

}  // namespace vectors
