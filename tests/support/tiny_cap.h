// A CAP file invented for the tests: the frame of a package, with octets in it that no card could run.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::test {

/// Component name ("Header") -> octets.
using CapParts = std::map<std::string, base::Bytes>;

/// A package F0 4349434144 41 0102 with one applet F0 4349434144 41 010201, and every required component.
CapParts tiny_cap_parts();

/// The components of `parts` in one ZIP archive under PACKAGE/javacard/, deflated, in the order of their names; `extra`
/// are more entries, by their full names.
base::Bytes zipped(const CapParts& parts, const std::vector<std::pair<std::string, base::Bytes>>& extra = {},
                   const std::string& folder = "vn/cicada/tiny/javacard");

}  // namespace cicada::test
