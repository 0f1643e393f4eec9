// A sender's file on its way into the preparation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>

#include "cicada/base/error.h"
#include "cicada/host/issuance/batch.h"
#include "cicada/host/issuance/record_reader.h"
#include "cicada/host/line/preparation.h"

namespace cicada::host::line {

/// Everything is borrowed and outlives the feed.
struct FeedSettings {
  issuance::RecordReader& reader;        ///< of CSV: its header was read already
  const issuance::RecordFormat& format;  ///< the reader's
  const issuance::RuleContext& context;
  unsigned threads = 1;       ///< that apply the rules and decode portraits, 1 to kMaxPreparationThreads
  std::size_t block = 250;    ///< records that are examined side by side
  std::stop_token stop = {};  ///< asked between blocks
  std::function<void(std::uint64_t done)> progress = {};
};

struct FeedReport {
  std::uint64_t records = 0;                           ///< read
  std::map<std::string, std::uint64_t> warnings = {};  ///< findings of severity warn, by rule
  bool stopped = false;                                ///< by `stop`: the file was not read to its end
  issuance::Findings findings = {};  ///< about the batch as a whole (D02); only when the file was read to its end
};

/// Reads records, applies every rule, and gives each to `preparation` in the file's order; finishes it, also when it
/// was stopped. Fails as the preparation does, crypto. Whether the stream failed is the caller's question.
[[nodiscard]] base::Result<FeedReport> feed(const FeedSettings& settings, Preparation& preparation);

/// For PreparationSettings::release: a record that the rules held and a person let pass becomes a dossier after all,
/// if only holds stood against it. Borrows both.
[[nodiscard]] std::function<std::optional<issuance::CheckedDossier>(const issuance::RecordOutcome&, std::string_view)>
release_by_a_person(const issuance::RecordFormat& format, const issuance::RuleContext& context);

}  // namespace cicada::host::line
