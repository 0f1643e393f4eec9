#include "cicada/conformance/procedures/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "lists.h"

namespace cicada::conformance::procedures {
namespace {

template <typename Named>
std::vector<Named> joined(std::initializer_list<std::span<const Named>> lists) {
  std::vector<Named> all;
  for (const auto list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

template <typename Named>
const Named* find(std::span<const Named> all, std::string_view name) noexcept {
  const auto entry = std::ranges::find(all, name, &Named::name);
  return entry == all.end() ? nullptr : &*entry;
}

void check_case(const model::Case& test, std::vector<std::string>& problems) {
  if (!test.given.empty() && find_given(test.given) == nullptr) {
    problems.push_back(fmt::format("{}: no precondition is named \"{}\"", test.info.id, test.given));
  }
  const auto* const call = std::get_if<model::Call>(&test.body);
  if (call == nullptr) return;
  const auto* const procedure = find_procedure(call->procedure);
  if (procedure == nullptr) {
    problems.push_back(fmt::format("{}: no procedure is named \"{}\"", test.info.id, call->procedure));
    return;
  }
  for (const auto& [argument, value] : call->arguments) {
    if (std::ranges::find(procedure->arguments, argument) != procedure->arguments.end()) continue;
    problems.push_back(fmt::format("{}: \"{}\" takes no argument \"{}\"", test.info.id, procedure->name, argument));
  }
}

}  // namespace

std::span<const NamedGiven> all_givens() noexcept {
  static const auto kAll = joined<NamedGiven>({access_givens(), chip_givens(), terminal_givens()});
  return kAll;
}

std::span<const NamedProcedure> all_procedures() noexcept {
  static const auto kAll =
      joined<NamedProcedure>({bac_procedures(), session_procedures(), file_procedures(), active_procedures(),
                              pace_procedures(), chip_procedures(), certificate_procedures(), terminal_procedures()});
  return kAll;
}

const NamedGiven* find_given(std::string_view name) noexcept {
  return find(all_givens(), name);
}

const NamedProcedure* find_procedure(std::string_view name) noexcept {
  return find(all_procedures(), name);
}

std::vector<std::string> unknown_names(std::span<const model::Unit> units) {
  std::vector<std::string> problems;
  for (const auto& unit : units) {
    for (const auto& test : unit.cases) check_case(test, problems);
  }
  return problems;
}

}  // namespace cicada::conformance::procedures
