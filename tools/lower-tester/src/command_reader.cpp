#include "cicada/tools/lower_tester/command_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "child.h"
#include "cicada/host/transport/pcsc.h"

namespace cicada::tools::lower_tester {

using conformance::reader::CardInField;
using conformance::reader::Judgement;
using conformance::reader::Presented;

namespace {

/// What PC/SC says of the reader; nothing when it cannot be asked.
std::optional<bool> card_is_seen(const std::string& reader) {
  const auto readers = host::transport::list_readers();
  if (!readers) return std::nullopt;
  for (const auto& one : *readers) {
    if (one.name == reader) return one.card_present;
  }
  return std::nullopt;
}

void wait_until(bool present, const std::string& reader) {
  constexpr std::chrono::milliseconds kBetween{20};
  const auto end = std::chrono::steady_clock::now() + Inserted::kLongestWait;
  while (std::chrono::steady_clock::now() < end) {
    const auto seen = card_is_seen(reader);
    if (!seen || *seen == present) return;
    std::this_thread::sleep_for(kBetween);
  }
}

/// The last line that says something.
std::string last_line(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == '\r' || output.back() == ' '))
    output.remove_suffix(1);
  const auto from = output.rfind('\n');
  return std::string{from == std::string_view::npos ? output : output.substr(from + 1)};
}

}  // namespace

Inserted::Inserted(CardInField& card, const VirtualReader& where) {
  wait_until(false, where.name);
  thread_ = std::jthread{[this, &card, &where](const std::stop_token& stop) {
    if (const auto served = card.serve(where.host, where.port, stop); !served) error_ = served.error();
  }};
  wait_until(true, where.name);
}

std::optional<base::Error> Inserted::remove() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return error_;
}

std::optional<std::vector<std::string>> split_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word.push_back(c);
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (open || !word.empty()) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word.push_back(c);
    }
  }
  if (quote != 0) return std::nullopt;
  if (open || !word.empty()) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> CommandReader::words_for(const Presented& presented) const {
  const std::array<std::pair<std::string_view, std::string>, 8> values{{{"{mrz}", presented.mrz},
                                                                        {"{doc}", presented.document_number},
                                                                        {"{birth}", presented.birth_date},
                                                                        {"{expiry}", presented.expiry_date},
                                                                        {"{can}", presented.can},
                                                                        {"{trust}", presented.trust.string()},
                                                                        {"{terminal}", presented.terminal.string()},
                                                                        {"{reader}", where_.name}}};
  std::vector<std::string> words;
  for (auto word : words_) {
    bool is_missing = false;
    for (const auto& [name, value] : values) {
      const auto at = word.find(name);
      if (at == std::string::npos) continue;
      is_missing = is_missing || value.empty();
      word.replace(at, name.size(), value);
    }
    if (!is_missing) {
      words.push_back(std::move(word));
    } else if (words.size() > 1 && words.back().starts_with("-")) {
      words.pop_back();
    }
  }
  return words;
}

std::string CommandReader::name() const {
  return fmt::format("{}", fmt::join(words_, " "));
}

Judgement CommandReader::inspect(CardInField& card) {
  Inserted inserted{card, where_};
  const auto ended = run_child(words_for(card.presented()), timeout_);
  if (const auto error = inserted.remove())
    return {.result = Judgement::Result::trouble, .text = "the virtual reader: " + error->describe()};
  if (ended.timed_out)
    return {.result = Judgement::Result::trouble,
            .text = fmt::format("it had not ended after {} seconds; {}", timeout_.count(), last_line(ended.output))};
  if (!ended.exit_code)
    return {.result = Judgement::Result::trouble, .text = "it ended by a signal; " + last_line(ended.output)};
  if (*ended.exit_code == 0) return {.result = Judgement::Result::successful, .text = last_line(ended.output)};
  if (*ended.exit_code == 1) return {.result = Judgement::Result::failed, .text = last_line(ended.output)};
  return {.result = Judgement::Result::trouble,
          .text = fmt::format("exit code {}: {}", *ended.exit_code, last_line(ended.output))};
}

}  // namespace cicada::tools::lower_tester
