#include "cicada/host/issuance/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "notes.h"

namespace cicada::host::issuance {
namespace {

/// One line without its end; more than the cap is read over and only remembered as being there.
class LineReader {
 public:
  explicit LineReader(std::istream& stream) : stream_(stream) {}

  /// False at the end of the stream.
  bool next(std::string& line) {
    line.clear();
    bool any = false;
    char octet = 0;
    while (stream_.get(octet)) {
      any = true;
      if (octet == '\n') break;
      // One octet over the cap is kept, so that the line is seen to be too long.
      if (line.size() <= kMaxLineSize) line.push_back(octet);
    }
    if (line.ends_with('\r')) line.pop_back();
    return any;
  }

 private:
  std::istream& stream_;
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// The numbers of this file and the lines where they stood.
class NumbersSeen {
 public:
  void check(const Dossier& dossier, std::size_t line, Findings& findings) {
    constexpr std::size_t kNumberSize = 12;
    if (dossier.number.size() != kNumberSize) return;  // N01 has refused it
    const auto [place, fresh] = lines_.emplace(dossier.number, line);
    if (fresh) return;
    Notes{findings, "number", dossier.number}.reject("N02", fmt::format("stands in line {} already", place->second));
  }

 private:
  std::unordered_map<std::string, std::size_t> lines_;
};

RecordOutcome process(std::string_view text, std::size_t line, const RuleContext& context, NumbersSeen& seen) {
  RecordOutcome outcome;
  outcome.line = line;
  auto parsed = parse_dossier(text);
  if (auto* const findings = std::get_if<Findings>(&parsed)) {
    outcome.findings = std::move(*findings);
    return outcome;
  }
  const auto& dossier = std::get<Dossier>(parsed);
  outcome.number = printable(dossier.number);
  outcome.name = printable(dossier.name);
  auto result = check(dossier, context);
  outcome.findings = std::move(result.findings);
  seen.check(dossier, line, outcome.findings);
  if (!any_refusing(outcome.findings)) outcome.dossier = std::move(result.dossier);
  return outcome;
}

void count(const RecordOutcome& outcome, BatchReport& report) {
  ++report.records;
  ++(outcome.accepted() ? report.accepted : report.refused);
  if (outcome.held()) ++report.held;
  report.warnings += static_cast<std::size_t>(std::ranges::count(outcome.findings, Severity::warn, &Finding::severity));
}

}  // namespace

bool RecordOutcome::held() const noexcept {
  return !accepted() &&
         std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::reject; });
}

base::Result<BatchReport> read_batch(std::istream& records, const RuleContext& context,
                                     const std::function<void(RecordOutcome&&)>& handle) {
  BatchReport report;
  NumbersSeen seen;
  LineReader reader{records};
  std::string text;
  for (std::size_t line = 1; reader.next(text); ++line) {
    std::string_view record = text;
    if (line == 1 && record.starts_with(kByteOrderMark)) record.remove_prefix(kByteOrderMark.size());
    if (is_blank(record)) {
      ++report.empty_lines;
      continue;
    }
    auto outcome = process(record, line, context, seen);
    count(outcome, report);
    handle(std::move(outcome));
  }
  if (records.bad()) {
    return base::fail(
        {.fault = base::Fault::io, .what = "the records cannot be read to their end", .at = report.records});
  }
  return report;
}

}  // namespace cicada::host::issuance
