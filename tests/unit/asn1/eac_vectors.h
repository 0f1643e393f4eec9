// Worked examples of others: TR-03110's (PACE, terminal and chip authentication), and card-verifiable certificates.
#pragma once

#include <string>

#include "vectors.h"

namespace cicada::test {

inline constexpr auto kEacVectors = "tr03110_eac2_worked_examples.json";
inline constexpr auto kCvVectors = "cv_certificates.json";

inline base::Bytes eac_octets(const std::string& id, const std::string& field) {
  return tests::vectors::octets(kEacVectors, id, field);
}

inline base::Bytes cv_octets(const std::string& id, const std::string& field) {
  return tests::vectors::octets(kCvVectors, id, field);
}

}  // namespace cicada::test
