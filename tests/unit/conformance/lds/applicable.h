// Which checks are about a document.
#pragma once

#include <set>
#include <string>

#include "lds_document.h"

namespace cicada::tests {

/// Those that cases name whose profiles the document may claim. Read from conformance/cases.
[[nodiscard]] std::set<std::string> applicable_checks(DocumentKind kind);

}  // namespace cicada::tests
