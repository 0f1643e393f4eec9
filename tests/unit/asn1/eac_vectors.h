// Worked examples of others: TR-03110's (PACE, terminal and chip authentication), and card-verifiable certificates.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "cicada/base/hex.h"

namespace cicada::test {

inline base::Bytes octets_of_vector(const std::string& name, const std::string& id, const std::string& field) {
  std::ifstream file{"vectors/" + name + ".json"};
  const auto all = nlohmann::json::parse(file);
  for (const auto& vector : all.at("vectors")) {
    if (vector.at("id") == id) return base::from_hex(vector.at("data").at(field).get<std::string>()).value();
  }
  throw std::runtime_error("no vector " + id);
}

inline base::Bytes eac_octets(const std::string& id, const std::string& field) {
  return octets_of_vector("tr03110_eac2_worked_examples", id, field);
}

inline base::Bytes cv_octets(const std::string& id, const std::string& field) {
  return octets_of_vector("cv_certificates", id, field);
}

}  // namespace cicada::test
