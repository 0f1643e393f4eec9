#include "ids.h"

#include <fmt/format.h>

#include <charconv>

#include "cicada/tests/mutation/coverage.h"

namespace cicada::tests::mutation {
namespace {

constexpr unsigned kMaxNumber = 9999;

/// The number that a text is, or begins with.
struct Leading {
  unsigned value = 0;
  std::string_view rest;
};
Leading leading(std::string_view text) {
  Leading read;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), read.value);
  read.rest = text.substr(static_cast<std::size_t>(done.ptr - text.data()));
  return read;
}

std::optional<unsigned> number(std::string_view text) {
  const auto read = leading(text);
  if (text.empty() || !read.rest.empty() || read.value > kMaxNumber) return std::nullopt;
  return read.value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "2" or "6-8".
bool expand_range(std::string_view unit, std::string_view text, std::vector<std::string>& to) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) {
    if (text.empty()) return false;
    to.push_back(fmt::format("{}_{}", unit, text));
    return true;
  }
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (!first || !last || *first >= *last) return false;
  for (auto i = *first; i <= *last; ++i) to.push_back(fmt::format("{}_{}", unit, i));
  return true;
}

}  // namespace

SplitId split(std::string_view id) noexcept {
  const auto mark = id.rfind('_');
  if (mark == std::string_view::npos) return {.unit = id, .number = {}};
  return {.unit = id.substr(0, mark), .number = id.substr(mark + 1)};
}

bool natural_less(std::string_view a, std::string_view b) noexcept {
  const auto left = split(a);
  const auto right = split(b);
  if (left.unit != right.unit) return left.unit < right.unit;
  const auto first = leading(left.number);
  const auto second = leading(right.number);
  if (first.value != second.value) return first.value < second.value;
  return first.rest < second.rest;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  if (trimmed(text).empty()) return parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    parts.push_back(trimmed(text.substr(at, end - at)));
    at = end + separator.size();
  }
  return parts;
}

std::string shorten(const std::vector<std::string>& ids) {
  std::string text;
  std::string_view unit;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto id = split(ids[i]);
    const bool same_unit = id.unit == unit;
    if (!same_unit) text += fmt::format("{}{}: ", unit.empty() ? "" : "; ", id.unit);
    unit = id.unit;
    text += fmt::format("{}{}", same_unit ? ", " : "", id.number);
    const auto first = number(id.number);
    auto last = first;
    while (last && i + 1 < ids.size() && ids[i + 1] == fmt::format("{}_{}", unit, *last + 1)) {
      ++*last;
      ++i;
    }
    if (last != first) text += fmt::format("-{}", *last);
  }
  return text;
}

std::optional<std::vector<std::string>> expand(std::string_view text) {
  std::vector<std::string> ids;
  for (const auto of_unit : parts_of(text, ";")) {
    const auto colon = of_unit.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    for (const auto part : parts_of(of_unit.substr(colon + 2), ",")) {
      if (!expand_range(of_unit.substr(0, colon), part, ids)) return std::nullopt;
    }
  }
  return ids;
}

}  // namespace cicada::tests::mutation
