// The EF.SOD of the BSI reference data set (2008): made by people who never saw Cicada.
#pragma once

#include <string>

#include "cicada/asn1/tlv.h"
#include "vectors.h"

namespace cicada::test {

using tests::vectors::octets;

inline nlohmann::json lds_vector(const std::string& id) {
  return tests::vectors::data("lds_files.json", id);
}

/// The ContentInfo inside tag 77.
inline base::Bytes bsi_content_info() {
  const auto file = octets(lds_vector("bsi2008-sod"), "ef_sod");
  return base::to_bytes(asn1::read_only(file, 0x77).value().value);
}

}  // namespace cicada::test
