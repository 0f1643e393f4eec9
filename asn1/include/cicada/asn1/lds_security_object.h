// The signed list of data group hashes in EF.SOD (9303-10 §4.6.2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"

namespace cicada::asn1 {

/// LDS 1 has sixteen data groups; the list names two at least.
inline constexpr std::size_t kMinDataGroups = 2;
inline constexpr std::size_t kMaxDataGroups = 16;

struct DataGroupHash {
  std::uint8_t number = 0;  ///< 1 to 16
  base::Bytes hash;
};

struct LdsVersionInfo {
  std::string lds_version;      ///< "0108"
  std::string unicode_version;  ///< "040000"
};

/// LDSSecurityObject, version 0 (LDS 1.7) or 1 (LDS 1.8).
struct LdsSecurityObject {
  std::uint32_t version = 0;
  AlgorithmIdentifier hash_algorithm;
  std::vector<DataGroupHash> data_groups;      ///< in the order of the encoding
  std::optional<LdsVersionInfo> version_info;  ///< belongs to version 1; documents deviate both ways

  /// The hash of data group `number`; null when it is not listed.
  [[nodiscard]] const base::Bytes* find(int number) const noexcept;
};

/// Fails with malformed when a data group is listed twice, is not 1 to 16, or there are fewer than 2 or more than 16;
/// with unsupported for a version above 1. Whether version information fits the version is left to the caller.
[[nodiscard]] base::Result<LdsSecurityObject> parse_lds_security_object(base::ByteView der);
/// DER. Fails with bad_input on the same rules, and when version information does not fit the version.
[[nodiscard]] base::Result<base::Bytes> encode(const LdsSecurityObject& object);

}  // namespace cicada::asn1
