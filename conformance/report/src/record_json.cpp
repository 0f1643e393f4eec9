#include "cicada/conformance/report/record_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cicada/base/hex.h"
#include "json_parts.h"

namespace cicada::conformance::report {

using model::Basis;
using model::Checked;
using model::Exchange;
using model::Problem;
using model::Record;
using model::Verdict;

namespace {

constexpr std::size_t kMaxExchangesOfRecord = 10'000;
constexpr std::uint64_t kMaxMicroseconds = 1'000'000'000'000;  // eleven days

constexpr std::array kVerdicts = {Verdict::pass, Verdict::fail, Verdict::not_applicable, Verdict::inconclusive};
constexpr std::array kBases = {Basis::printed, Basis::inferred, Basis::assumed};

Json json_of(const Exchange& exchange) {
  Json json{{"command", base::to_hex(exchange.command)}, {"response", base::to_hex(exchange.response)}};
  if (!exchange.plain_command.empty()) json["plain_command"] = base::to_hex(exchange.plain_command);
  if (!exchange.plain_response.empty()) json["plain_response"] = base::to_hex(exchange.plain_response);
  if (!exchange.note.empty()) json["note"] = exchange.note;
  return json;
}

/// Takes an object apart, key by key, and remembers the first thing that was wrong.
class Reader {
 public:
  explicit Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) refuse("is not an object");
  }

  std::string text(const char* key, bool optional = false) {
    const auto* value = find(key, optional);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    refuse(fmt::format("\"{}\" is not a text", key));
    return {};
  }
  base::Bytes octets(const char* key, bool optional = false) {
    auto octets = base::from_hex(text(key, optional));
    if (octets) return *std::move(octets);
    refuse(fmt::format("\"{}\" is not hexadecimal", key));
    return {};
  }
  std::uint64_t number(const char* key, std::uint64_t most) {
    const auto* value = find(key, false);
    if (value == nullptr) return 0;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most) return value->get<std::uint64_t>();
    refuse(fmt::format("\"{}\" is not a number from 0 to {}", key, most));
    return 0;
  }
  const Json* list(const char* key) {
    const auto* value = find(key, false);
    if (value == nullptr || value->is_array()) return value;
    refuse(fmt::format("\"{}\" is not a list", key));
    return nullptr;
  }
  template <typename Words>
  auto word(const char* key, const Words& words) {
    const auto said = text(key);
    const auto* const found = std::ranges::find(words, said, [](auto word) { return model::to_string(word); });
    if (found != words.end()) return *found;
    refuse(fmt::format("\"{}\" is none of the words that it may be", key));
    return words.back();
  }
  void refuse(std::string what) {
    if (problem_.empty()) problem_ = fmt::format("{} {}", where_, what);
  }
  /// Keys that nobody asked for are refused too.
  [[nodiscard]] std::string problem() {
    if (problem_.empty() && json_.size() != seen_) refuse("has a key that is not known here");
    return problem_;
  }

 private:
  const Json* find(const char* key, bool optional) {
    if (!json_.is_object()) return nullptr;
    const auto at = json_.find(key);
    if (at == json_.end()) {
      if (!optional) refuse(fmt::format("has no \"{}\"", key));
      return nullptr;
    }
    ++seen_;
    return &*at;
  }

  const Json& json_;
  std::string where_;
  std::string problem_;
  std::size_t seen_ = 0;
};

Checked<Exchange> exchange_of(const Json& json, std::size_t index) {
  Reader reader{json, fmt::format("exchange {}", index)};
  Exchange exchange{.command = reader.octets("command"),
                    .response = reader.octets("response"),
                    .plain_command = reader.octets("plain_command", true),
                    .plain_response = reader.octets("plain_response", true),
                    .note = reader.text("note", true)};
  if (auto problem = reader.problem(); !problem.empty()) return std::unexpected{Problem{.text = std::move(problem)}};
  return exchange;
}

model::Needs needs_of(Reader& reader) {
  model::Needs needs;
  const auto* list = reader.list("needs");
  if (list == nullptr) return needs;
  for (const auto& entry : *list) {
    if (!entry.is_string()) {
      reader.refuse("\"needs\" is not a list of texts");
      return needs;
    }
    const auto text = entry.get<std::string>();
    auto& alternatives = needs.emplace_back();
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('|', at), text.size());
      alternatives.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  return needs;
}

}  // namespace

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Record& record) {
  const auto& info = record.info;
  auto needs = Json::array();
  for (const auto& entry : info.needs) {
    std::string text;
    for (std::size_t i = 0; i < entry.size(); ++i) text += (i == 0 ? "" : "|") + entry[i];
    needs.push_back(std::move(text));
  }
  auto exchanges = Json::array();
  for (const auto& exchange : record.exchanges) exchanges.push_back(json_of(exchange));
  return {{"id", info.id},
          {"unit", info.unit},
          {"title", info.title},
          {"clause", info.clause},
          {"expectation", info.expectation},
          {"basis", model::to_string(info.basis)},
          {"basis_note", info.basis_note},
          {"needs", std::move(needs)},
          {"repetition", record.repetition},
          {"verdict", model::to_string(record.outcome.verdict)},
          {"reason", record.outcome.reason},
          {"state_afterwards", record.state_afterwards},
          {"microseconds", static_cast<std::uint64_t>(std::max<std::int64_t>(0, record.duration.count()))},
          {"exchanges", std::move(exchanges)}};
}

Checked<Record> record_of(const Json& json) {
  Reader reader{json, "a record"};
  Record record;
  auto& info = record.info;
  info.id = reader.text("id");
  info.unit = reader.text("unit");
  info.title = reader.text("title");
  info.clause = reader.text("clause");
  info.expectation = reader.text("expectation");
  info.basis = reader.word("basis", kBases);
  info.basis_note = reader.text("basis_note");
  info.needs = needs_of(reader);
  record.repetition = static_cast<unsigned>(reader.number("repetition", std::numeric_limits<unsigned>::max()));
  record.outcome.verdict = reader.word("verdict", kVerdicts);
  record.outcome.reason = reader.text("reason");
  record.state_afterwards = reader.text("state_afterwards");
  record.duration = std::chrono::microseconds{reader.number("microseconds", kMaxMicroseconds)};
  const auto* exchanges = reader.list("exchanges");
  if (exchanges != nullptr && exchanges->size() > kMaxExchangesOfRecord) reader.refuse("has too many exchanges");
  if (auto problem = reader.problem(); !problem.empty()) return std::unexpected{Problem{.text = std::move(problem)}};
  for (const auto& entry : *exchanges) {
    auto exchange = exchange_of(entry, record.exchanges.size());
    if (!exchange) return std::unexpected{exchange.error()};
    record.exchanges.push_back(*std::move(exchange));
  }
  return record;
}

std::string to_json_line(const Record& record) {
  auto line = dumped(json_of(record), -1);
  if (line.size() <= kMaxRecordLine) return line;
  Record cut = record;
  while (line.size() > kMaxRecordLine && !cut.exchanges.empty()) {
    cut.exchanges.resize(cut.exchanges.size() / 2);
    auto shown = cut;
    shown.exchanges.emplace_back().note =
        fmt::format("{} more exchanges were not kept", record.exchanges.size() - cut.exchanges.size());
    line = dumped(json_of(shown), -1);
  }
  return line;
}

Checked<Record> record_from_json(std::string_view line) {
  if (line.size() > kMaxRecordLine) return std::unexpected{Problem{.text = "the line is too long"}};
  const auto json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return std::unexpected{Problem{.text = "this is not JSON"}};
  return record_of(json);
}

}  // namespace cicada::conformance::report
