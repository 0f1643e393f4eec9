// Test vectors of the standards, read from tests/vectors.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "cicada/base/hex.h"

namespace vectors {

/// The data of the vector with this id; the test ends with an exception when there is none.
inline nlohmann::json find(const std::string& file, const std::string& id) {
  std::ifstream stream{"vectors/" + file};
  const auto document = nlohmann::json::parse(stream);
  for (const auto& vector : document.at("vectors")) {
    if (vector.at("id") == id) return vector.at("data");
  }
  throw std::runtime_error("no vector " + id);
}

inline cicada::base::Bytes octets(const nlohmann::json& data, const char* name) {
  return cicada::base::from_hex(data.at(name).get<std::string>()).value();
}

}  // namespace vectors
