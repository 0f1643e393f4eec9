// Shared by the files of the zone; not part of the room's promise.
#pragma once

#include <string>
#include <string_view>

#include "cicada/host/lds/mrz.h"

namespace cicada::host::lds {

inline constexpr char kFiller = '<';
inline constexpr std::size_t kDateSize = 6;
inline constexpr std::size_t kNumberSize = 9;  ///< places of the document number

[[nodiscard]] inline bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] inline bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
[[nodiscard]] inline bool is_mrz_character(char c) noexcept {
  return is_digit(c) || is_upper(c) || c == kFiller;
}

/// Where the fields of a format stand in the text without line breaks.
struct Span {
  std::size_t offset;
  std::size_t size;
  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(offset, size); }
};
struct MrzLayout {
  Span code, state, name, number, number_digit, nationality, birth, birth_digit, sex, expiry, expiry_digit, optional,
      optional_digit, optional_2, composite;  ///< size 0: the format has no such field
  std::array<Span, 4> composite_over;
};
[[nodiscard]] const MrzLayout& layout_of(MrzFormat format) noexcept;

}  // namespace cicada::host::lds
