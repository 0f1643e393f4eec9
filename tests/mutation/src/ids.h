// Ids of cases, short: "ISO7816_C: 2, 6-8; LDS_D: 3".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::tests::mutation {

/// "ISO7816_C" and "10" of "ISO7816_C_10".
struct SplitId {
  std::string_view unit;
  std::string_view number;
};
[[nodiscard]] SplitId split(std::string_view id) noexcept;

/// Of ids in natural order; neighbours by number become ranges.
[[nodiscard]] std::string shorten(const std::vector<std::string>& ids);
/// The ids again; nothing when it is no such text.
[[nodiscard]] std::optional<std::vector<std::string>> expand(std::string_view text);

/// Parts of a text between separators, without the blanks around them; an empty text has none.
[[nodiscard]] std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator);

}  // namespace cicada::tests::mutation
