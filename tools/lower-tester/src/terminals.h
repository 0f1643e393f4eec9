// What an inspection system holds, by the words of a case.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/tools/lower_tester/plan.h"

namespace cicada::tools::lower_tester {

/// A terminal's folder, and whom the chip trusts.
struct TerminalSet {
  std::vector<asn1::CvCertificate> trusted;                               ///< the newest first
  std::vector<std::pair<std::string, asn1::CvCertificate>> certificates;  ///< file names, and what is in them
  crypto::openssl::PrivateKey key;                                        ///< of is.cvcert
};

/// "", "no-dg3", "no-dg4", "no-dg3-dg4", "wrong-dv-signature", "wrong-is-signature", "expired", "no-verifier",
/// "one-link", "two-links", "needless-link".
[[nodiscard]] bool is_terminal(std::string_view word) noexcept;
/// Makes keys and certificates. Fails with crypto.
[[nodiscard]] base::Result<TerminalSet> make_terminal(std::string_view word, const TerminalPlan& plan,
                                                      const base::Clock& clock);
/// Fails with io.
[[nodiscard]] base::Result<void> save(const TerminalSet& set, const std::filesystem::path& folder);

}  // namespace cicada::tools::lower_tester
