// The provinces that the first digits of a number stand for; not part of the room's promise.
#pragma once

#include <string_view>

namespace cicada::host::issuance {

struct ProvinceNames {
  int prefix = 0;
  std::string_view name;
  std::string_view since_2025;
};

/// Nothing (nullptr) when the three digits are no province of the numbering scheme.
[[nodiscard]] const ProvinceNames* province_of_prefix(int prefix) noexcept;
/// Whether this is the name, folded, of a province of before or after July 2025.
[[nodiscard]] bool is_province(std::string_view folded);

}  // namespace cicada::host::issuance
