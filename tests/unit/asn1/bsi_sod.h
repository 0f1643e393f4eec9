// The EF.SOD of the BSI reference data set (2008): made by people who never saw Cicada.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"

namespace cicada::test {

inline nlohmann::json lds_vector(const std::string& id) {
  std::ifstream file{"vectors/lds_files.json"};
  const auto all = nlohmann::json::parse(file);
  for (const auto& vector : all.at("vectors")) {
    if (vector.at("id") == id) return vector.at("data");
  }
  throw std::runtime_error("no vector " + id);
}

inline base::Bytes octets(const nlohmann::json& data, const std::string& field) {
  return base::from_hex(data.at(field).get<std::string>()).value();
}

/// The ContentInfo inside tag 77.
inline base::Bytes bsi_content_info() {
  const auto file = octets(lds_vector("bsi2008-sod"), "ef_sod");
  return base::to_bytes(asn1::read_only(file, 0x77).value().value);
}

}  // namespace cicada::test
