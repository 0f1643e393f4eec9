// Documents that are wrong, or special, in what they say about the chip: the words of this library. What certificates,
// signatures and the files themselves can have wrong is in host/misissue.
#pragma once

#include <string_view>

#include "cicada/tools/lower_tester/document.h"

namespace cicada::tools::lower_tester {

struct NamedBend {
  std::string_view name;
  std::string_view title;  ///< one sentence
  Bend bend;
};
/// nullptr: there is no such document.
[[nodiscard]] const NamedBend* find_bend(std::string_view name);

}  // namespace cicada::tools::lower_tester
