// Data groups and their tags (9303-10 §4.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "cicada/conformance/lds/checks.h"

namespace cicada::conformance::lds {

/// Tags of DG1 to DG16. DG2, DG3 and DG4 do not follow the order.
inline constexpr std::array<std::uint8_t, 16> kDataGroupTags = {0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
                                                                0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70};

/// The number of the data group with this tag.
[[nodiscard]] constexpr std::optional<unsigned> data_group_of(std::uint8_t tag) noexcept {
  for (unsigned i = 0; i < kDataGroupTags.size(); ++i) {
    if (kDataGroupTags.at(i) == tag) return i + 1;
  }
  return std::nullopt;
}

/// The file of data group 1 to 16.
[[nodiscard]] constexpr File data_group_file(unsigned number) noexcept {
  return static_cast<File>(static_cast<unsigned>(File::dg1) + number - 1);
}

}  // namespace cicada::conformance::lds
