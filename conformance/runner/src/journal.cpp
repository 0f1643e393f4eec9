#include "cicada/conformance/runner/journal.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "cicada/base/file.h"
#include "cicada/conformance/report/record_json.h"
#include "journal_file.h"

namespace cicada::conformance::runner {

using model::Checked;
using model::Problem;
using model::Record;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kMaxHeader = 64UL * 1024;

std::unexpected<Problem> refuse(const std::filesystem::path& path, std::string_view text,
                                base::Fault fault = base::Fault::bad_input) {
  return std::unexpected{Problem{.fault = fault, .text = fmt::format("{}: {}", path.string(), text)}};
}

std::unexpected<Problem> refuse(const std::filesystem::path& path, const base::Error& error) {
  return refuse(path, error.describe(), error.fault);
}

std::string header_of(const Identity& identity, const Plan& plan, base::Instant started) {
  Json header{{"journal", kJournalVersion},
              {"started", base::to_iso_instant(started)},
              {"seconds", started.time_since_epoch().count()},
              {"planned", plan.cases.size()}};
  for (const auto& [name, value] : identity) header[name] = value;
  return header.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Lines with their ends. What stands behind the last of them is not a line yet.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  [[nodiscard]] bool next(std::string_view& line) {
    const auto end = text_.find('\n', at_);
    if (end == std::string_view::npos) return false;
    line = text_.substr(at_, end - at_);
    at_ = end + 1;
    ++number_;
    return true;
  }
  /// Octets of the lines so far.
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  /// Of the line given last, from 1.
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

Checked<Json> parse_header(const std::filesystem::path& path, Lines& lines) {
  std::string_view line;
  if (!lines.next(line)) return refuse(path, "holds no whole line: begin a new run with another --journal");
  auto header = line.size() > kMaxHeader ? Json{} : Json::parse(line, nullptr, false);
  if (!header.is_object() || !header.contains("journal") || header["journal"] != kJournalVersion)
    return refuse(path, "is not a journal of a conformance run");
  return header;
}

/// What of a run's identity is another in the journal: the operator learns what to give again.
std::string difference(const Json& header, const Identity& identity, const Plan& plan) {
  std::string text;
  for (const auto& [name, value] : identity) {
    const auto at = header.find(name);
    const bool same = at != header.end() && at->is_string() && at->get<std::string>() == value;
    if (!same) text += (text.empty() ? "" : ", ") + name;
  }
  const auto planned = header.find("planned");
  if (text.empty() && (planned == header.end() || *planned != plan.cases.size())) text = "number of cases";
  return text;
}

Checked<std::vector<Record>> parse_records(const std::filesystem::path& path, Lines& lines) {
  std::vector<Record> records;
  for (std::string_view line; lines.next(line);) {
    auto record = report::record_from_json(line);
    if (!record) return refuse(path, fmt::format("line {}: {}", lines.number(), record.error().text));
    if (records.size() >= kMaxPlanned) return refuse(path, fmt::format("line {}: too many records", lines.number()));
    records.push_back(*std::move(record));
  }
  return records;
}

Checked<void> check_places(const std::filesystem::path& path, const std::vector<Record>& records, const Plan& plan) {
  if (records.size() > plan.cases.size()) return refuse(path, "has more records than the plan has cases");
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& planned = plan.cases[i];
    if (records[i].info.id == planned.test->info.id && records[i].repetition == planned.repetition) continue;
    return refuse(path,
                  fmt::format("line {}: not the record of {}, which the plan has there", i + 2, planned.test->info.id));
  }
  return {};
}

}  // namespace

struct Journal::State {
  JournalFile file;
  base::Instant started{};
  std::vector<Record> finished = {};
};

Journal::Journal(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Checked<Journal> Journal::create(const std::filesystem::path& path, const Identity& identity, const Plan& plan,
                                 base::Instant started) {
  auto file = JournalFile::open(path, true);
  if (!file) return refuse(path, file.error());
  if (file->size() != 0)
    return refuse(path, "there is a journal already: continue it with --resume, or name another file",
                  base::Fault::conflict);
  if (const auto done = file->append_line(header_of(identity, plan, started)); !done) return refuse(path, done.error());
  return Journal{std::make_unique<State>(State{*std::move(file), started})};
}

Checked<Journal> Journal::resume(const std::filesystem::path& path, const Identity& identity, const Plan& plan) {
  auto file = JournalFile::open(path, false);
  if (!file) return refuse(path, file.error());
  const auto text = file->read();
  if (!text) return refuse(path, text.error());
  Lines lines{*text};
  CICADA_TRY(const auto header, parse_header(path, lines));
  if (const auto differs = difference(header, identity, plan); !differs.empty()) {
    return refuse(path, fmt::format("is the journal of another run; these differ: {}", differs), base::Fault::conflict);
  }
  const auto seconds = header.find("seconds");
  constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999
  if (seconds == header.end() || !seconds->is_number_unsigned() || seconds->get<std::uint64_t>() > kLastSecond)
    return refuse(path, "line 1: \"seconds\" is not a time");
  CICADA_TRY(auto records, parse_records(path, lines));
  CICADA_CHECK(check_places(path, records, plan));
  // The fields of the plan's own case count, whatever stands in the journal beside the same digest.
  for (std::size_t i = 0; i < records.size(); ++i) records[i].info = plan.cases[i].test->info;
  if (lines.at() < text->size()) {
    if (const auto cut = file->truncate(lines.at()); !cut) return refuse(path, cut.error());
  }
  return Journal{std::make_unique<State>(
      State{*std::move(file), base::Instant{std::chrono::seconds{seconds->get<std::int64_t>()}}, std::move(records)})};
}

base::Result<void> Journal::append(const Record& record) {
  return state_->file.append_line(report::to_json_line(record));
}

std::vector<Record> Journal::take_finished() {
  return std::exchange(state_->finished, {});
}

base::Instant Journal::started() const noexcept {
  return state_->started;
}

Checked<std::vector<Record>> read_journal(const std::filesystem::path& path) {
  const auto content = base::read_file(path, kMaxJournal);
  if (!content) return refuse(path, content.error());
  Lines lines{base::as_text(*content)};
  CICADA_CHECK(parse_header(path, lines));
  return parse_records(path, lines);
}

}  // namespace cicada::conformance::runner
