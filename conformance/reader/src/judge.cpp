// What the reader said against what it has to say.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/conformance/reader/run.h"

namespace cicada::conformance::reader {

using Kind = Expected::Kind;
using Result = Judgement::Result;

namespace {

std::string told(const Judgement& judgement) {
  std::string text{to_string(judgement.result)};
  if (!judgement.text.empty()) text += " (" + judgement.text + ")";
  return text;
}

std::optional<std::string> wrong_files(const ReaderCase& test, const Judgement& judgement) {
  if (!judgement.tells || judgement.result != Result::successful) return std::nullopt;
  for (const auto& file : test.expected.without) {
    if (std::ranges::find(judgement.unread, file) == judgement.unread.end())
      return fmt::format("{} was shown, to which this terminal has no right", file);
  }
  for (const auto& file : judgement.unread) {
    if (std::ranges::find(test.expected.without, file) == test.expected.without.end())
      return fmt::format("{} was not shown", file);
  }
  return std::nullopt;
}

/// Only our own verdict has names that a case can ask for.
std::optional<std::string> wrong_check(const ReaderCase& test, const Judgement& judgement) {
  if (test.check.empty() || !judgement.tells) return std::nullopt;
  for (const auto& check : judgement.checks) {
    if (check.name == test.check && check.result != "passed" && check.reason.find(test.reason) != std::string::npos)
      return std::nullopt;
  }
  return fmt::format("failed for another reason than {} ({}): {}", test.check, test.reason, judgement.text);
}

}  // namespace

std::string_view to_string(Judgement::Result result) noexcept {
  switch (result) {
    case Result::successful: return "successful";
    case Result::failed: return "failed";
    case Result::trouble: return "trouble";
    case Result::not_judged: return "not judged";
  }
  return {};
}

std::optional<std::string> disagreement(const ReaderCase& test, const Judgement& judgement) {
  if (judgement.result == Result::trouble || judgement.result == Result::not_judged)
    return "the reader gave no verdict: " + (judgement.text.empty() ? "it is not operational" : judgement.text);
  const bool successful = judgement.result == Result::successful;
  const auto kind = test.expected.kind;
  if ((kind == Kind::successful && !successful) || (kind == Kind::failed && successful))
    return fmt::format("wanted: {}; the reader: {}", test.expected.describe(), told(judgement));
  if (kind == Kind::either) return std::nullopt;
  if (auto files = wrong_files(test, judgement)) return files;
  return wrong_check(test, judgement);
}

}  // namespace cicada::conformance::reader
