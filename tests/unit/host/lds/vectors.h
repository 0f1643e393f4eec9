// The shared data files of these tests.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/base/hex.h"

namespace cicada::test {

inline nlohmann::json read_json(const std::string& path) {
  std::ifstream file{path};
  return nlohmann::json::parse(file);
}

inline nlohmann::json lds_vector(const std::string& id) {
  const auto all = read_json("vectors/lds_files.json");
  for (const auto& vector : all.at("vectors")) {
    if (vector.at("id") == id) return vector;
  }
  throw std::runtime_error{"no vector " + id};
}

inline base::Bytes bytes_of(const nlohmann::json& hex) {
  return base::from_hex(hex.get<std::string>()).value();
}

}  // namespace cicada::test
