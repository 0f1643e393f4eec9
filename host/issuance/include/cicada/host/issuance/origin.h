// Where a record comes from: who sent it, which version it is, who took it in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace cicada::host::issuance {

/// SHA-256
using Digest = std::array<std::uint8_t, 32>;

/// Administrative unit by its codes; names change. Empty where the record does not say.
struct UnitCodes {
  std::string province;
  std::string district;  ///< there are none since July 2025
  std::string commune;
  [[nodiscard]] bool empty() const noexcept { return province.empty() && district.empty() && commune.empty(); }
  bool operator==(const UnitCodes&) const = default;
};

struct Origin {
  std::string dossier;        ///< the sender's id; the number when the record names none
  std::uint32_t version = 1;  ///< a corrected record comes again under the same id with a higher one
  UnitCodes unit;
  std::string team;
  std::string machine;
  std::string shift;
  int priority = 0;                        ///< higher first
  std::optional<std::string> captured_on;  ///< day on which the person stood before the machine, YYYY-MM-DD
  bool operator==(const Origin&) const = default;
};

/// Longest id of a dossier, code of a team, machine or shift: letters, digits, ".", "_", "-".
inline constexpr std::size_t kMaxDossierId = 64;
inline constexpr std::size_t kMaxCode = 32;
inline constexpr std::uint32_t kMaxVersion = 9999;
inline constexpr int kMaxPriority = 99;

}  // namespace cicada::host::issuance
