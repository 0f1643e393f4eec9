#include "cicada/host/line/record_feed.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace cicada::host::line {

using base::Fault;
using base::Result;
using issuance::RecordOutcome;

namespace {

/// A block of records, each with what the rules say of it alone.
struct Block {
  std::vector<issuance::RawRecord> raw;
  std::vector<Result<RecordOutcome>> outcomes;
};

void read(issuance::RecordReader& reader, std::size_t most, Block& block) {
  block.raw.clear();
  issuance::RawRecord record;
  while (block.raw.size() < most && reader.next(record)) block.raw.push_back(std::move(record));
}

/// Portraits are decoded here: this is most of what an intake costs.
void examine(const FeedSettings& settings, Block& block) {
  block.outcomes.assign(block.raw.size(), RecordOutcome{});
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next++; i < block.raw.size(); i = next++) {
      block.outcomes[i] = issuance::examine(block.raw[i], settings.format, settings.context);
    }
  };
  std::vector<std::jthread> others;
  const auto threads = std::min<std::size_t>(settings.threads, block.raw.size());
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

Result<void> hand_on(Block& block, issuance::BatchRules& rules, Preparation& preparation, FeedReport& report) {
  for (std::size_t i = 0; i < block.raw.size(); ++i) {
    CICADA_TRY(auto record, std::move(block.outcomes[i]));
    rules.check(record);
    ++report.records;
    for (const auto& finding : record.findings) {
      if (finding.severity == issuance::Severity::warn) ++report.warnings[finding.rule];
    }
    auto text = record.held() ? std::move(block.raw[i].text) : std::string{};
    CICADA_CHECK(preparation.add(std::move(record), std::move(text)));
  }
  return {};
}

}  // namespace

Result<FeedReport> feed(const FeedSettings& settings, Preparation& preparation) {
  if (settings.threads == 0 || settings.threads > kMaxPreparationThreads || settings.block == 0) {
    return base::fail({.fault = Fault::bad_input, .what = "threads or records of a block are out of range"});
  }
  issuance::BatchRules rules{settings.context.policy};
  FeedReport report;
  Block block;
  for (read(settings.reader, settings.block, block); !block.raw.empty(); read(settings.reader, settings.block, block)) {
    if (settings.stop.stop_requested()) {
      report.stopped = true;
      break;
    }
    examine(settings, block);
    CICADA_CHECK(hand_on(block, rules, preparation, report));
    if (settings.progress) settings.progress(report.records);
  }
  CICADA_CHECK(preparation.finish());
  if (!report.stopped) report.findings = rules.finish();
  return report;
}

std::function<std::optional<issuance::CheckedDossier>(const RecordOutcome&, std::string_view)> release_by_a_person(
    const issuance::RecordFormat& format, const issuance::RuleContext& context) {
  return [&format, &context](const RecordOutcome& record,
                             std::string_view text) -> std::optional<issuance::CheckedDossier> {
    const auto parsed = format.parse({.line = record.line, .text = std::string{text}});
    if (!parsed.findings.empty()) return std::nullopt;
    issuance::Portrait portrait;
    if (record.portrait) {
      auto loaded = issuance::reload_portrait(context.folder / parsed.dossier.portrait, *record.portrait);
      if (!loaded) return std::nullopt;
      portrait = *std::move(loaded);
    }
    return issuance::recheck(parsed.dossier, std::move(portrait), context, issuance::Release::by_a_person).dossier;
  };
}

}  // namespace cicada::host::line
