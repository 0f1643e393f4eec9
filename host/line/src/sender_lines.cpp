#include "cicada/host/line/sender_lines.h"

#include <algorithm>
#include <optional>

#include "cicada/host/issuance/rejects.h"
#include "cicada/host/issuance/rule_table.h"

namespace cicada::host::line {

using issuance::Finding;
using issuance::Findings;
using issuance::Verdict;
using journal::IntakeResult;
using journal::State;

namespace {

/// As long as the journal takes it.
constexpr std::size_t kMaxReason = 200;

bool has(const Findings& findings, std::string_view rule) {
  return std::ranges::find(findings, rule, &Finding::rule) != findings.end();
}

std::string joined(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() ? one + other : one + ", " + other;
}

/// The finding for a code that stands in the journal.
Finding finding_of_code(std::string_view code, const issuance::RecordOutcome& record,
                        const journal::IntakeOutcome& outcome) {
  const auto& rule = *issuance::rule_info(code);
  const auto other = outcome.other.empty() ? std::string{} : "dossier " + outcome.other;
  if (code == rule_of(IntakeResult::number_taken)) {
    return finding_of(rule, joined(record.document_number.empty() ? record.number : record.document_number, other));
  }
  if (code == rule_of(IntakeResult::portrait_taken)) return finding_of(rule, other);
  if (code == rule_of(IntakeResult::version_conflict)) return finding_of(rule, std::to_string(record.origin.version));
  return finding_of(rule, {});
}

/// Codes that stood against a known record, and that its own findings of today do not name. What a rule said then and
/// does not say any more (another policy) is told only when nothing else refuses the record.
void add_codes_of_then(Findings& findings, const issuance::RecordOutcome& record,
                       const journal::IntakeOutcome& outcome) {
  const auto add = [&](bool of_the_journal) {
    for (std::string_view codes = outcome.findings; !codes.empty();) {
      const auto code = codes.substr(0, codes.find(','));
      codes.remove_prefix(std::min(codes.size(), code.size() + 1));
      const auto* const rule = issuance::rule_info(code);
      if (rule == nullptr || rule->severity == issuance::Severity::warn || has(findings, code)) continue;
      if ((rule->decided_by == issuance::DecidedBy::journal) != of_the_journal) continue;
      findings.push_back(finding_of_code(code, record, outcome));
    }
  };
  add(true);
  if (!outcome.reason.empty()) findings.push_back(finding_of_reason(outcome.reason));
  if (!issuance::any_refusing(findings)) add(false);
}

/// Refused, as far as the journal is concerned; nothing when it became a job or still may.
std::optional<Verdict> refusal(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome) {
  if (outcome.result == IntakeResult::version_conflict) return Verdict::rejected;
  if (!outcome.current) {
    return issuance::any_refusing(record.findings) && record.held() ? Verdict::held : Verdict::rejected;
  }
  // Its own findings first: of a line that stands twice, or that the rules refuse since, the journal may have a job.
  if (outcome.state == State::rejected || issuance::any_rejecting(record.findings)) return Verdict::rejected;
  if (outcome.state == State::held) return Verdict::held;
  return std::nullopt;
}

}  // namespace

std::string reject_line_of(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome) {
  const auto verdict = refusal(record, outcome);
  if (!verdict) return {};
  auto told = record;
  if (const auto code = rule_of(outcome.result); !code.empty()) {
    told.findings.push_back(finding_of_code(code, record, outcome));
  }
  add_codes_of_then(told.findings, record, outcome);
  // Whatever was against it when it came: it was corrected since.
  if (!outcome.current && !issuance::any_refusing(told.findings)) {
    told.findings.push_back(finding_of_code(rule_of(IntakeResult::version_conflict), record, outcome));
  }
  // A rule of then that only warns today.
  if (!issuance::any_refusing(told.findings)) {
    told.findings.push_back(finding_of(*issuance::rule_info("J06"), outcome.findings));
  }
  return issuance::finding_line(told, *verdict);
}

std::string warning_line_of(const issuance::RecordOutcome& record, const journal::IntakeOutcome& outcome) {
  if (record.findings.empty() || outcome.state == State::accepted || refusal(record, outcome)) return {};
  return issuance::finding_line(record, Verdict::accepted);
}

std::string reason_not_built(const base::Error& error) {
  const std::string what{error.what.view()};
  const auto reason = issuance::rule_at_start_of(what) == nullptr ? "C02 " + what : what;
  return reason.substr(0, kMaxReason);
}

std::string reason_refused_later(const Findings& findings) {
  return ("J06 refused by the rules of a later run: " + issuance::codes_of(findings)).substr(0, kMaxReason);
}

Finding finding_of_reason(std::string_view reason) {
  const auto* const rule = issuance::rule_at_start_of(reason);
  if (rule == nullptr) return finding_of(*issuance::rule_info("J06"), reason);
  reason.remove_prefix(rule->code.size());
  reason.remove_prefix(std::min(reason.size(), reason.find_first_not_of(": ")));
  return finding_of(*rule, reason);
}

}  // namespace cicada::host::line
