// What the detail groups (DG11, DG12, DG16) are made of: dates, and lines for showing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cicada::host::lds {

/// A day (eight digits YYYYMMDD, unknown parts zero) or a moment (fourteen digits YYYYMMDDhhmmss).
/// @clause 9303-10 §4.7.11
struct DetailDate {
  std::string digits;
  bool bcd = false;  ///< two digits an octet instead of one; readers accept both
  friend bool operator==(const DetailDate&, const DetailDate&) = default;
};

/// One detail for showing.
struct DetailLine {
  std::uint32_t tag = 0;
  std::string_view label;  ///< English
  std::string text;
};

/// No holder has more other names, and no document more persons on it: their number is one octet.
inline constexpr std::size_t kMaxDetailNames = 255;

}  // namespace cicada::host::lds
