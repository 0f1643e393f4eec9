// docs/conformance-coverage.md: what is written here is read here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cicada/tests/mutation/coverage.h"
#include "cicada/tests/mutation/mutant.h"
#include "ids.h"

namespace cicada::tests::mutation {
namespace {

using base::Checked;
using base::Problem;

constexpr std::string_view kFaults = "## What each fault makes fail";
constexpr std::string_view kUnnoticed = "## Faults that nothing notices";
constexpr std::string_view kUnproven = "## Unproven cases";
constexpr std::string_view kCases = "## What makes each case fail";
constexpr std::string_view kRunnable = "Cases that can be run: ";
constexpr std::string_view kNeverPassed = "No sound card of ours gets as far as: ";
constexpr std::size_t kCells = 6;
/// More faults than this beside a case are only counted.
constexpr std::size_t kNamedFaults = 4;

constexpr std::string_view kHead =
    "# Which case notices which fault\n"
    "\n"
    "<!-- generated: build/bin/cicada-mutation coverage docs/conformance-coverage.md -->\n"
    "\n"
    "Who tests the tests? Each fault below was seeded into a sound test card (`tools/lower-tester`), in memory, and "
    "the\n"
    "chip's side of the suite was put to it. A case counts only when it passes on the sound card and fails on the one\n"
    "with the fault; inconclusive does not count, and a fault that failed enough cases was not put to more "
    "(`--enough`).\n"
    "`tests/integration/conform_mutation` reads this page and holds it\n"
    "against the suite: each fault with the cases in \"shown by\".\n";

std::string totals(const Coverage& coverage) {
  std::set<std::string> caught;
  for (const auto& one : coverage.catches) caught.insert(one.fault);
  std::map<std::string_view, std::size_t> by_origin;
  for (const auto& name : caught) {
    if (const auto* mutant = find_mutant(name)) ++by_origin[to_string(mutant->origin)];
  }
  const auto unproven = coverage.unproven().size();
  std::string text = fmt::format("| | |\n|---|---|\n| faults seeded | {} |\n| faults that a case notices | {} |\n",
                                 caught.size() + coverage.unnoticed.size(), caught.size());
  for (const auto& [origin, count] : by_origin) text += fmt::format("| - of which {} | {} |\n", origin, count);
  text +=
      fmt::format("| cases that can be run | {} |\n| proven: some fault makes them fail | {} |\n| unproven | {} |\n",
                  coverage.runnable.size(), coverage.runnable.size() - unproven, unproven);
  return text;
}

std::string title_of(std::string_view name) {
  const auto* mutant = find_mutant(name);
  return mutant == nullptr ? std::string{} : mutant->title;
}

std::string fault_rows(const Coverage& coverage) {
  std::string text = "| Fault | Card | Shown by | Fails | Inconclusive | What is wrong |\n|---|---|---|---|---|---|\n";
  for (const auto& one : coverage.catches) {
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", one.fault, one.configuration,
                        fmt::join(one.shown_by, " "), shorten(one.failed), one.inconclusive, title_of(one.fault));
  }
  return text;
}

std::string case_rows(const Coverage& coverage) {
  const auto faults = coverage.by_case();
  std::string text;
  std::string_view unit;
  for (const auto& id : coverage.runnable) {
    const auto found = faults.find(id);
    if (found == faults.end()) continue;
    if (split(id).unit != unit) {
      unit = split(id).unit;
      text += fmt::format("\n### {}\n\n| Case | Faults |\n|---|---|\n", unit);
    }
    std::vector<std::string> named;
    for (const auto& fault : found->second) {
      if (named.size() < kNamedFaults) named.push_back('`' + fault + '`');
    }
    text += fmt::format("| {} | {}", id, fmt::join(named, " "));
    const auto rest = found->second.size() - named.size();
    text += rest == 0 ? " |\n" : fmt::format(" and {} more |\n", rest);
  }
  return text;
}

std::string_view section(std::string_view document, std::string_view heading) {
  const auto begin = document.find(heading);
  if (begin == std::string_view::npos) return {};
  const auto rest = document.substr(begin + heading.size());
  return rest.substr(0, rest.find("\n## "));
}

/// The text behind `label` up to the end of its line.
std::string_view line_after(std::string_view text, std::string_view label) {
  const auto begin = text.find(label);
  if (begin == std::string_view::npos) return {};
  const auto rest = text.substr(begin + label.size());
  return rest.substr(0, rest.find('\n'));
}

std::string name_in(std::string_view cell) {
  std::string name{cell};
  std::erase(name, '`');
  return name;
}

std::unexpected<Problem> refuse(std::string text) {
  return std::unexpected{
      Problem{.fault = base::Fault::malformed, .text = "conformance-coverage.md: " + std::move(text)}};
}

/// Cells of a table's row; nothing for other lines, and for its head.
std::vector<std::string_view> cells_of(std::string_view line) {
  if (!line.starts_with("| `") || !line.ends_with('|')) return {};
  line.remove_prefix(1);
  line.remove_suffix(1);
  return parts_of(line, "|");
}

Checked<Catch> read_row(std::string_view line, const std::vector<std::string_view>& cells) {
  if (cells.size() != kCells) return refuse(fmt::format("a row of another table: {}", line));
  Catch read{.fault = name_in(cells[0]), .configuration = std::string{cells[1]}};
  for (const auto id : parts_of(cells[2], " ")) read.shown_by.emplace_back(id);
  auto failed = expand(cells[3]);
  if (!failed || failed->empty() || read.shown_by.empty()) return refuse(fmt::format("no cases: {}", line));
  read.failed = *std::move(failed);
  for (const auto& id : read.shown_by) {
    if (std::ranges::find(read.failed, id) == read.failed.end())
      return refuse(fmt::format("{} shows {} and is not among what it fails", id, read.fault));
  }
  for (const char digit : cells[4]) {
    if (digit < '0' || digit > '9') return refuse(fmt::format("no number: {}", line));
    read.inconclusive = read.inconclusive * 10 + static_cast<std::size_t>(digit - '0');
  }
  return read;
}

}  // namespace

std::string write(const Coverage& coverage) {
  std::string text = fmt::format("{}\n{}\n", kHead, totals(coverage));
  text += fmt::format("{}{}\n", kRunnable, shorten(coverage.runnable));
  const std::vector<std::string> never(coverage.never_passed.begin(), coverage.never_passed.end());
  auto sorted = never;
  std::ranges::sort(sorted, natural_less);
  text += fmt::format("\n{}{}\n", kNeverPassed, sorted.empty() ? "none" : shorten(sorted));
  text += fmt::format("\n{}\n\n{}", kFaults, fault_rows(coverage));
  text += fmt::format("\n{}\n{}", kCases, case_rows(coverage));
  const auto unproven = coverage.unproven();
  text += fmt::format("\n{}\n\nNo seeded fault makes these {} fail: {}\n", kUnproven, unproven.size(),
                      unproven.empty() ? "none" : shorten(unproven));
  text += fmt::format("\n{}\n\n", kUnnoticed);
  if (coverage.unnoticed.empty()) return text + "None.\n";
  text += "| Fault | Kind | What is wrong |\n|---|---|---|\n";
  for (const auto& mutant : all_mutants()) {
    if (coverage.unnoticed.contains(mutant.name))
      text += fmt::format("| `{}` | {} | {} |\n", mutant.name, to_string(mutant.origin), mutant.title);
  }
  return text;
}

Checked<Coverage> parse(std::string_view document) {
  Coverage read;
  auto runnable = expand(line_after(document, kRunnable));
  if (!runnable || runnable->empty()) return refuse("the list of cases is missing");
  read.runnable = *std::move(runnable);
  const auto never = line_after(document, kNeverPassed);
  if (never != "none") {
    const auto ids = expand(never);
    if (!ids) return refuse("the list of cases that are never reached is missing");
    read.never_passed.insert(ids->begin(), ids->end());
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto line : parts_of(section(document, kFaults), "\n")) {
    const auto cells = cells_of(line);
    if (cells.empty()) continue;
    CICADA_TRY(auto row, read_row(line, cells));
    if (!seen.emplace(row.fault, row.configuration).second) return refuse(fmt::format("{} stands twice", row.fault));
    read.catches.push_back(std::move(row));
  }
  if (read.catches.empty()) return refuse("the table of faults is missing");
  for (const auto line : parts_of(section(document, kUnnoticed), "\n")) {
    const auto cells = cells_of(line);
    if (cells.empty()) continue;
    if (!read.unnoticed.insert(name_in(cells.front())).second) return refuse(fmt::format("{} stands twice", cells[0]));
  }
  return read;
}

}  // namespace cicada::tests::mutation
