#include "cicada/tools/lower_tester/command_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

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

/// False: it did not come to that within kLongestWait, PC/SC cannot be asked, or `over` says that it never will.
bool wait_until(bool present, const std::string& reader, const std::atomic<bool>& over) {
  constexpr std::chrono::milliseconds kBetween{20};
  const auto end = std::chrono::steady_clock::now() + Inserted::kLongestWait;
  while (std::chrono::steady_clock::now() < end) {
    const auto seen = card_is_seen(reader);
    if (!seen || *seen == present) return seen.has_value();
    if (over) return false;
    std::this_thread::sleep_for(kBetween);
  }
  return false;
}

/// The last line that says something.
std::string last_line(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == '\r' || output.back() == ' '))
    output.remove_suffix(1);
  const auto from = output.rfind('\n');
  return std::string{from == std::string_view::npos ? output : output.substr(from + 1)};
}

bool is_program(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

/// As execvp() looks for it.
bool is_in_path(const std::string& program) {
  const char* const set = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  const std::string path = set == nullptr ? "/bin:/usr/bin" : set;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find(':', from), path.size());
    const auto folder = path.substr(from, end - from);
    if (is_program((folder.empty() ? "." : folder) + "/" + program)) return true;
    from = end + 1;
  }
  return false;
}

constexpr std::array<std::string_view, 8> kPlaceholders{"{mrz}", "{doc}",   "{birth}",    "{expiry}",
                                                        "{can}", "{trust}", "{terminal}", "{reader}"};

/// The first name in braces that is none of ours.
std::optional<std::string> unknown_placeholder(std::string_view word) {
  constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  for (auto from = word.find('{'); from != std::string_view::npos; from = word.find('{', from + 1)) {
    const auto end = word.find_first_not_of(kName, from + 1);
    if (end == std::string_view::npos || end == from + 1 || word[end] != '}') continue;
    if (from > 0 && word[from - 1] == '$') continue;
    const auto name = word.substr(from, end + 1 - from);
    if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end()) return std::string{name};
  }
  return std::nullopt;
}

}  // namespace

Inserted::Inserted(CardInField& card, const VirtualReader& where) : where_(where) {
  const bool was_empty = wait_until(false, where.name, ended_);
  thread_ = std::jthread{[this, &card](const std::stop_token& stop) {
    if (const auto served = card.serve(where_.host, where_.port, stop); !served) error_ = served.error();
    left_early_ = !stop.stop_requested();
    ended_ = true;
  }};
  seen_ = wait_until(true, where.name, ended_) && was_empty;
}

std::optional<base::Error> Inserted::remove() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (error_) return error_;
  if (!seen_) {
    return base::Error{.fault = base::Fault::transport,
                       .what = "PC/SC did not see the card come into the reader",
                       .hint = "is pcscd running, is the reader empty, do --vpcd and --reader-name say the same slot?"};
  }
  // A reader may put a card out; one that PC/SC no longer knows is gone itself.
  if (left_early_ && !card_is_seen(where_.name)) {
    return base::Error{.fault = base::Fault::transport,
                       .what = "the virtual reader went away with the card in it",
                       .hint = "start pcscd again; --resume goes on with this case"};
  }
  return std::nullopt;
}

Judgement judgement_of(const base::Error& error, const VirtualReader& where) {
  const bool is_bench = error.fault != base::Fault::malformed;
  return {.result = is_bench ? Judgement::Result::not_judged : Judgement::Result::trouble,
          .text = fmt::format("the virtual reader \"{}\" at {}:{}: {}", where.name, where.host, where.port,
                              error.describe())};
}

std::optional<std::string> trial(CardInField& card, const VirtualReader& where) {
  Inserted inserted{card, where};
  if (const auto error = inserted.remove()) return judgement_of(*error, where).text;
  return std::nullopt;
}

std::optional<std::string> refusal(const std::vector<std::string>& words) {
  if (words.empty()) return "it names no program";
  for (const auto& word : words) {
    if (const auto name = unknown_placeholder(word))
      return fmt::format("{} is replaced by nothing; known are: {}", *name, fmt::join(kPlaceholders, " "));
  }
  const auto& program = words.front();
  if (program.find('/') == std::string::npos) {
    if (!is_in_path(program))
      return fmt::format("there is no program {} in PATH: install it, or give its path", program);
  } else if (!is_program(program)) {
    return fmt::format("{} is no program that can be started: does it exist, is it executable?", program);
  }
  return std::nullopt;
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
  // In the order of kPlaceholders.
  const std::array<std::string, kPlaceholders.size()> values{
      presented.mrz, presented.document_number, presented.birth_date,        presented.expiry_date,
      presented.can, presented.trust.string(),  presented.terminal.string(), where_.name};
  std::vector<std::string> words;
  for (auto word : words_) {
    bool is_missing = false;
    for (std::size_t i = 0; i < kPlaceholders.size(); ++i) {
      const auto name = kPlaceholders.at(i);
      const auto& value = values.at(i);
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
  // Without a card the command would only wait for one.
  const auto ended = inserted.is_seen() ? run_child(words_for(card.presented()), timeout_) : Ended{};
  if (const auto error = inserted.remove()) return judgement_of(*error, where_);
  if (!ended.started) return {.result = Judgement::Result::not_judged, .text = ended.output};
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
