// Checks of conformance/lds in the words of verdicts.
#include <fmt/format.h>

#include "cicada/conformance/lds/checks.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/runner/names.h"
#include "cicada/conformance/runner/run.h"

namespace cicada::conformance::runner {

using model::Outcome;

namespace {

/// A finding in the words of verdicts.
Outcome outcome_of(const lds::Finding& finding) {
  auto text = finding.text;
  if (finding.at) text += fmt::format(" (at octet {})", *finding.at);
  switch (finding.ruling) {
    case lds::Ruling::meets: return model::pass();
    case lds::Ruling::breaks: return model::fail(std::move(text));
    case lds::Ruling::absent: return model::not_applicable(std::move(text));
    case lds::Ruling::undecided: break;
  }
  return model::inconclusive(std::move(text));
}

Outcome check_files(std::string_view name, const Files& files, const model::Ics& ics, base::Instant now) {
  const auto check = lds::find(name);
  if (check == nullptr) return model::inconclusive(fmt::format("no check is named \"{}\"", name));
  lds::Evidence evidence;
  evidence.now = now;
  evidence.csca_certificates = ics.csca_certificates;
  if (!ics.mrz.empty()) evidence.printed_mrz = ics.mrz;
  for (const auto& [file_name, content] : files) {
    const auto file = lds::file_from(file_name);
    if (!file) continue;  // what procedures keep for themselves; names in cases are held against the list
    evidence.files.emplace(*file, content);
  }
  return outcome_of(check(evidence));
}

void check_names(const model::Case& test, std::vector<std::string>& problems) {
  const auto* check = std::get_if<model::FileCheck>(&test.body);
  if (check == nullptr) return;
  if (lds::find(check->check) == nullptr)
    problems.push_back(fmt::format("{}: no check is named \"{}\"", test.info.id, check->check));
  for (const auto* files : {&check->files, &check->also}) {
    for (const auto& file : *files) {
      if (!lds::file_from(file)) problems.push_back(fmt::format("{}: no file is named \"{}\"", test.info.id, file));
    }
  }
}

}  // namespace

std::vector<std::string> unknown_names(std::span<const model::Unit> units) {
  auto problems = procedures::unknown_names(units);
  for (const auto& unit : units) {
    for (const auto& test : unit.cases) check_names(test, problems);
  }
  return problems;
}

Book::Book() : check(check_files) {}

}  // namespace cicada::conformance::runner
