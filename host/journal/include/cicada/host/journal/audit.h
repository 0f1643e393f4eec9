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
/// hash. May be called again after a crash between the two. Fails as close_batch and check_audit_key, and with
/// bad_input when the key is not P-256.
[[nodiscard]] base::Result<AuditRecord> sign_close(Journal& journal, std::string_view batch, const Actor& actor,
                                                   const crypto::openssl::PrivateKey& key);

/// Signs that `fresh` takes the place of `old_key`, and says so to the journal. Fails as set_audit_key, with security
/// when `old_key` is not the journal's.
[[nodiscard]] base::Result<void> change_audit_key(Journal& journal, const crypto::openssl::EcPrivateKey& old_key,
                                                  base::ByteView fresh, std::string_view reason, const Actor& actor);

/// The end of a chain.
struct AuditHead {
  std::uint64_t sequence = 0;
  Digest hash{};
};
using AuditHeads = std::map<std::string, AuditHead>;

/// What somebody who verifies a log knows from elsewhere.
struct AuditTrust {
  /// Any of them may have signed, and whatever key one of them says takes its place.
  std::vector<const crypto::openssl::EcPublicKey*> keys;
  AuditHeads heads = {};  ///< ends of chains, as they were seen before: a log is not shorter
};

/// "w1:17:HASH", as `audit export` prints it. Fails with bad_input.
[[nodiscard]] base::Result<std::pair<std::string, AuditHead>> parse_head(std::string_view text);
[[nodiscard]] std::string to_text(const std::string& chain, const AuditHead& head);
/// Where the chains of a journal end.
[[nodiscard]] base::Result<AuditHeads> audit_heads(Journal& journal);

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
  /// Sound, and not only in itself: a closing is signed. Without one, whoever can write the log could have written all
  /// of it anew.
  [[nodiscard]] bool established() const noexcept { return sound() && signed_closings > 0; }
};

/// Hands out an exported log line by line, from its beginning each time: it is read twice. A line that ended without a
/// line end is handed on with `ended` false.
using LineSource = std::function<base::Result<void>(const std::function<void(std::string_view line, bool ended)>&)>;

/// Every record against the one before it, every signed closing against the records that it names, and every job's
/// state against the steps that lead there. A changed octet anywhere is a finding, and so is an empty log. Fails when
/// the source does.
[[nodiscard]] base::Result<AuditReport> verify_audit(const LineSource& source, const AuditTrust& trust);
/// The same over a journal, and its jobs against the log. Nothing may be writing to it meanwhile.
[[nodiscard]] base::Result<AuditReport> verify_audit(Journal& journal, const AuditTrust& trust);
template <typename Log>
[[nodiscard]] base::Result<AuditReport> verify_audit(Log&& log, const crypto::openssl::EcPublicKey& key) {
  return verify_audit(std::forward<Log>(log), AuditTrust{.keys = {&key}});
}

}  // namespace cicada::host::journal
