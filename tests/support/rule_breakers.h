// Files that break one rule: so that every case of LDS_A to LDS_O is seen to fail when it should.
#pragma once

#include <string>
#include <vector>

#include "lds_document.h"

namespace cicada::tests {

/// One change of a sound document. Everything around it is made right again: check digits, lengths, hashes, signatures.
struct RuleBreaker {
  std::string name;  ///< "dg1-name-with-a-digit"
  DocumentKind kind = DocumentKind::passport;
  File file = File::com;
  std::string check;  ///< that must break
  void (*apply)(LdsDocument&) = nullptr;
  /// Checks that break as well, because their rules overlap with this one by the standard's own text.
  std::vector<std::string> also = {};
};

/// All of them, by file; every check of conformance/lds is broken by one at least.
[[nodiscard]] const std::vector<RuleBreaker>& rule_breakers();

/// The document with the change made: the files and what stands beside them.
[[nodiscard]] conformance::lds::Evidence broken(const RuleBreaker& breaker);

}  // namespace cicada::tests
