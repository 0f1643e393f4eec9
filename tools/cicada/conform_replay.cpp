// cicada conform --replay: the commands of a case once more.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/conformance/report/record_json.h"
#include "cicada/conformance/runner/journal.h"
#include "cicada/conformance/runner/replay.h"
#include "conform.h"
#include "conform_target.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace model = conformance::model;
namespace runner = conformance::runner;
using Result = runner::Replayed::Result;

/// A journal is known by the first key of its first line; everything else has to be a JSON report.
std::expected<std::vector<model::Record>, Exit> load_records(const std::filesystem::path& path) {
  const auto content = base::read_file(path, runner::kMaxJournal);
  if (!content) return std::unexpected{complain(path.string(), content.error())};
  const bool is_journal = base::as_text(*content).starts_with("{\"journal\":");
  auto records =
      is_journal ? runner::read_journal(path) : conformance::report::records_from_report(base::as_text(*content));
  if (records) return *std::move(records);
  if (is_journal) return std::unexpected{complain(records.error())};
  return std::unexpected{complain(path.string(), records.error().text, Exit::bad_input)};
}

std::string line_of(const runner::Replayed& one, const model::Exchange& exchange) {
  auto text = fmt::format("{:>5} {}{}\n      > {}\n", one.index + 1, runner::to_string(one.result),
                          exchange.note.empty() ? "" : " # " + safe(exchange.note), base::to_hex(exchange.command));
  if (one.result == Result::same) return text + fmt::format("      < {}\n", base::to_hex(one.seen));
  text += fmt::format("      < {} (in the log)\n", base::to_hex(exchange.response));
  if (!one.seen.empty()) text += fmt::format("      < {}\n", base::to_hex(one.seen));
  if (one.result == Result::cannot)
    text +=
        "      not sent: it was computed from an answer that is another one now; run the case with --only instead\n";
  return text;
}

bool is_sound(const runner::Replayed& one) noexcept {
  return one.result == Result::same || one.result == Result::random;
}

}  // namespace

Exit replay_case(const ConformOptions& options) {
  const auto records = load_records(options.replay);
  if (!records) return records.error();
  const auto& id = options.selection.ids.front();
  const auto record = std::ranges::find(*records, id, [](const model::Record& one) { return one.info.id; });
  if (record == records->end()) return complain(options.replay.string(), "has no case " + id, Exit::bad_input);
  if (!options.has_card()) {
    std::cout << runner::to_text(*record);
    return Exit::done;
  }
  SystemWorld world;
  auto target = open_target(options.card, world);
  if (!target) return complain(options.card.subject(), target.error());
  const auto replayed = runner::replay(**target, *record);
  if (!replayed) return complain(options.card.subject(), replayed.error());
  std::cout << fmt::format("{} on {}\n", id, (*target)->describe());
  for (const auto& one : *replayed) std::cout << line_of(one, record->exchanges[one.index]);
  const bool whole = std::ranges::all_of(*replayed, is_sound);
  std::cout << (whole ? "every command was sent, and answered as in the log\n" : "not all is as in the log\n");
  return whole ? Exit::done : Exit::check_failed;
}

}  // namespace cicada::tools
