// The audit log as evidence: exported, signed when a batch is closed, and verified by somebody who trusts nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/literal.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/journal/journal.h"

namespace cicada::host::journal {

/// Longer lines are no records of ours.
inline constexpr std::size_t kMaxAuditLine = 1U << 20U;
/// Findings that are kept; more are counted.
inline constexpr std::size_t kMaxFindings = 1000;

/// One line of an exported log, without its end: the record's members and `hash`, keys sorted, no spaces.
[[nodiscard]] base::Result<std::string> to_line(const AuditRecord& record);

/// Closes a batch and signs its record, by which everything that all chains hold is signed: ECDSA over the record's
/// hash. May be called again after a crash between the two. Fails as close_batch, with bad_input when the key is not
/// P-256.
[[nodiscard]] base::Result<AuditRecord> sign_close(Journal& journal, std::string_view batch, const Actor& actor,
                                                   const crypto::openssl::PrivateKey& key);

struct AuditFinding {
  std::uint64_t line = 0;  ///< in the exported log, from 1; 0 when it is about no line
  base::Literal what;
  std::string where = {};  ///< "w1 17" (chain, sequence) or "job 4294967297"
};

struct AuditReport {
  std::uint64_t records = 0, chains = 0;
  std::uint64_t closings = 0;         ///< records of closed batches
  std::uint64_t signed_closings = 0;  ///< with a signature that verifies
  std::uint64_t not_yet_signed =
      0;                   ///< records behind the last signed closing that names their chain, its signature apart
  std::uint64_t jobs = 0;  ///< that the log knows
  std::uint64_t jobs_compared = 0;     ///< with a journal
  std::uint64_t more_findings = 0;     ///< beyond kMaxFindings
  std::vector<AuditFinding> findings;  ///< empty: nothing was changed, and nothing is missing

  [[nodiscard]] bool sound() const noexcept { return findings.empty(); }
};

/// Hands out an exported log line by line, from its beginning each time: it is read twice. A line that ended without a
/// line end is handed on with `ended` false.
using LineSource = std::function<base::Result<void>(const std::function<void(std::string_view line, bool ended)>&)>;

/// Every record against the one before it, every signed closing against the records that it names, and every job's
/// state against the steps that lead there. A changed octet anywhere is a finding. Fails when the source does.
[[nodiscard]] base::Result<AuditReport> verify_audit(const LineSource& source, const crypto::openssl::EcPublicKey& key);
/// The same over a journal, and its jobs against the log. Nothing may be writing to it meanwhile.
[[nodiscard]] base::Result<AuditReport> verify_audit(Journal& journal, const crypto::openssl::EcPublicKey& key);

}  // namespace cicada::host::journal
