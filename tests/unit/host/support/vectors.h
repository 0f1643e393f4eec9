// Vector files of tests/vectors.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "cicada/base/hex.h"

namespace cicada::test {

[[nodiscard]] inline nlohmann::json load_vectors(const std::string& name) {
  std::ifstream file{"vectors/" + name};
  return nlohmann::json::parse(file);
}

/// The `data` of the vector with this id.
[[nodiscard]] inline nlohmann::json vector_data(const nlohmann::json& file, std::string_view id) {
  for (const auto& vector : file.at("vectors")) {
    if (vector.at("id") == id) return vector.at("data");
  }
  throw std::runtime_error{"no vector " + std::string{id}};
}

[[nodiscard]] inline base::Bytes hex_of(const nlohmann::json& data, const char* key) {
  return base::from_hex(data.at(key).get<std::string>()).value();
}

}  // namespace cicada::test
