#include "cicada/host/issuance/batch.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/issuance/vietnamese.h"
#include "digest.h"
#include "notes.h"

namespace cicada::host::issuance {
namespace {

constexpr std::size_t kNumberSize = 12;
constexpr std::size_t kOldNumberSize = 9;

BatchKeys keys_of(const Dossier& dossier) {
  BatchKeys keys;
  if (dossier.number.size() == kNumberSize) keys.number = dossier.number;
  if (dossier.old_number && dossier.old_number->size() == kOldNumberSize) keys.old_number = *dossier.old_number;
  if (!dossier.father.empty() && !dossier.mother.empty()) {
    keys.person =
        fold(dossier.name) + '|' + dossier.birth_date + '|' + fold(dossier.father) + '|' + fold(dossier.mother);
  }
  const auto& unit = dossier.origin.unit;
  if (!unit.commune.empty()) keys.commune = unit.province + '/' + unit.commune;
  keys.has_birth = base::parse_iso_date(dossier.birth_date).has_value();
  keys.born_on_first_of_january = keys.has_birth && dossier.birth_date.ends_with("-01-01");
  return keys;
}

void count(const RecordOutcome& outcome, BatchReport& report) {
  ++report.records;
  ++(outcome.accepted() ? report.accepted : report.refused);
  if (outcome.held()) ++report.held;
  report.warnings += static_cast<std::size_t>(std::ranges::count(outcome.findings, Severity::warn, &Finding::severity));
}

/// Where the sender finds the value.
void name_columns(const RecordFormat& format, Findings& findings) {
  for (auto& finding : findings) {
    const auto column = finding.field.empty() ? std::string_view{} : format.column_of(finding.field);
    if (column.empty()) continue;
    finding.message += fmt::format(" (column \"{}\")", column);
    finding.message_vi += fmt::format(" (cột \"{}\")", column);
  }
}

base::Result<BatchReport> run(std::istream& stream, RecordReader& reader, const RecordFormat& format,
                              const RuleContext& context, const std::function<void(RecordOutcome&&)>& handle) {
  BatchReport report;
  BatchRules batch{context.policy};
  RawRecord record;
  while (reader.next(record)) {
    CICADA_TRY(auto outcome, examine(record, format, context));
    batch.check(outcome);
    count(outcome, report);
    handle(std::move(outcome));
  }
  if (stream.bad()) {
    return base::fail(
        {.fault = base::Fault::io, .what = "the records cannot be read to their end", .at = report.records});
  }
  report.empty_lines = reader.empty_lines();
  report.findings = batch.finish();
  return report;
}

}  // namespace

bool RecordOutcome::held() const noexcept {
  return !accepted() &&
         std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::reject; });
}

base::Result<RecordOutcome> examine(const RawRecord& record, const RecordFormat& format, const RuleContext& context) {
  RecordOutcome outcome;
  outcome.line = record.line;
  CICADA_TRY(outcome.content, sha256(base::as_bytes(record.text)));
  auto parsed = format.parse(record);
  const auto& dossier = parsed.dossier;
  outcome.number = printable(dossier.number);
  if (context.passport) outcome.document_number = printable(dossier.document_number.value_or(""));
  outcome.name = printable(dossier.name);
  outcome.origin = dossier.origin;
  outcome.findings = std::move(parsed.findings);
  if (!outcome.findings.empty()) {
    name_columns(format, outcome.findings);
    return outcome;
  }
  outcome.keys = keys_of(dossier);
  auto result = check(dossier, context);
  outcome.findings = std::move(result.findings);
  name_columns(format, outcome.findings);
  outcome.portrait = outcome.keys.portrait = result.portrait;
  outcome.dossier = std::move(result.dossier);
  return outcome;
}

base::Result<BatchReport> read_batch(std::istream& records, const RuleContext& context,
                                     const std::function<void(RecordOutcome&&)>& handle) {
  const RecordFormat lines;
  RecordReader reader{records, lines};
  return run(records, reader, lines, context, handle);
}

base::Checked<BatchReport> read_batch(std::istream& records, const RecordFormat& format, const RuleContext& context,
                                      const std::function<void(RecordOutcome&&)>& handle) {
  RecordFormat bound = format;
  RecordReader reader{records, bound};
  if (bound.is_csv()) {
    RawRecord header;
    if (!reader.next(header)) {
      return std::unexpected(base::Problem{.fault = base::Fault::bad_input, .text = "the CSV file has no header"});
    }
    CICADA_CHECK(bound.read_header(header, "records"));
  }
  auto report = run(records, reader, bound, context, handle);
  if (!report) {
    return std::unexpected(base::Problem{.fault = report.error().fault, .text = report.error().describe()});
  }
  return *std::move(report);
}

}  // namespace cicada::host::issuance
