#include "case_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/hex.h"
#include "profiles.h"

namespace cicada::conformance::model {
namespace {

using base::StrictTable;

constexpr std::array<std::string_view, 3> kBases = {"printed", "inferred", "assumed"};
constexpr std::array<std::string_view, 3> kAnswers = {"secured", "plain", "either"};
constexpr std::array<std::string_view, 16> kCaseKeys = {
    "id",   "title",     "clause", "needs", "basis", "basis-note", "expectation",  "given",
    "step", "procedure", "with",   "check", "files", "also",       "not-runnable", "persistent"};
constexpr std::array<std::string_view, 3> kPlainKeys = {"send", "sw", "data"};
constexpr std::array<std::string_view, 5> kProtectedKeys = {"protect", "tamper", "sw", "data", "answer"};
/// A command APDU of the longest kind is sent by procedures; one that somebody typed is short.
constexpr std::size_t kMaxTyped = 300;
constexpr std::size_t kHeader = 4;

Checked<Needs> read_needs(const StrictTable& table) {
  CICADA_TRY(const auto entries, table.texts("needs"));
  Needs needs;
  for (const auto& entry : entries) {
    std::vector<std::string> alternatives;
    for (std::size_t from = 0; from <= entry.size();) {
      const auto to = std::min(entry.find('|', from), entry.size());
      alternatives.push_back(entry.substr(from, to - from));
      if (!is_profile(alternatives.back())) {
        return table.refuse("needs", fmt::format("\"{}\" is not a profile; known are: {}", alternatives.back(),
                                                 base::join(known_profiles())));
      }
      from = to + 1;
    }
    needs.push_back(std::move(alternatives));
  }
  return needs;
}

Checked<std::vector<SwPattern>> read_sw(const StrictTable& table) {
  CICADA_TRY(const auto words, table.texts("sw"));
  if (words.empty()) return table.refuse("sw", "must not be empty");
  std::vector<SwPattern> patterns;
  for (const auto& word : words) {
    auto pattern = SwPattern::from(word);
    if (!pattern) {
      return table.refuse("sw", fmt::format("\"{}\" is neither a status word (6982, 62XX) nor one of: success, "
                                            "warning, checking-error, error",
                                            word));
    }
    patterns.push_back(*std::move(pattern));
  }
  return patterns;
}

Checked<base::Bytes> read_command(const StrictTable& table, std::string_view key) {
  CICADA_TRY(auto digits, table.text(key));
  std::erase(digits, ' ');
  auto octets = base::from_hex(digits);
  if (!octets) return table.refuse(key, "must be pairs of hexadecimal digits");
  if (octets->size() < kHeader || octets->size() > kMaxTyped) {
    return table.refuse(key, fmt::format("{} octets; a command here has {} to {}", octets->size(), kHeader, kMaxTyped));
  }
  return *std::move(octets);
}

Checked<std::vector<Tamper>> read_tampers(const StrictTable& table) {
  std::vector<Tamper> tampers;
  if (!table.has("tamper")) return tampers;
  CICADA_TRY(const auto words, table.texts("tamper"));
  for (const auto& word : words) {
    const auto tamper = tamper_from(word);
    if (!tamper) {
      std::vector<std::string_view> known;
      for (const auto each : all_tampers()) known.push_back(to_string(each));
      return table.refuse("tamper", fmt::format("\"{}\" is not one of: {}", word, base::join(known)));
    }
    tampers.push_back(*tamper);
  }
  return tampers;
}

Checked<Step> read_step(const StrictTable& table) {
  const bool is_protected = table.has("protect");
  Step step;
  if (is_protected) {
    CICADA_CHECK(table.allow(kProtectedKeys));
    step.way = Step::Way::protected_;
    CICADA_TRY(step.command, read_command(table, "protect"));
    CICADA_TRY(step.tampers, read_tampers(table));
    if (table.has("answer")) {
      CICADA_TRY(const auto answer, table.choice("answer", kAnswers));
      step.expect.protection = static_cast<Protection>(answer);
    }
  } else {
    CICADA_CHECK(table.allow(kPlainKeys));
    CICADA_TRY(step.command, read_command(table, "send"));
    step.expect.protection = Protection::plain;
  }
  CICADA_TRY(step.expect.sw, read_sw(table));
  if (table.has("data")) {
    CICADA_TRY(const auto text, table.text("data"));
    auto rule = DataRule::from(text);
    if (!rule) {
      return table.refuse("data", fmt::format("\"{}\" is none of: none, some, exactly N, at most N, starts HEX, "
                                              "object 53 of N",
                                              text));
    }
    step.expect.data = *std::move(rule);
  }
  return step;
}

Checked<Steps> read_steps(const StrictTable& table) {
  CICADA_TRY(const auto tables, table.tables("step"));
  if (tables.size() > kMaxSteps) return table.refuse("step", fmt::format("more than {} steps", kMaxSteps));
  Steps steps;
  for (const auto& each : tables) {
    CICADA_TRY(auto step, read_step(each));
    steps.steps.push_back(std::move(step));
  }
  return steps;
}

Checked<Call> read_call(const StrictTable& table) {
  Call call;
  CICADA_TRY(call.procedure, table.text("procedure"));
  if (!table.has("with")) return call;
  CICADA_TRY(const auto with, table.table("with"));
  for (const auto& key : with.keys()) {
    CICADA_TRY(call.arguments[key], with.text(key));
  }
  return call;
}

Checked<FileCheck> read_check(const StrictTable& table) {
  FileCheck check;
  CICADA_TRY(check.check, table.text("check"));
  CICADA_TRY(check.files, table.texts("files"));
  if (check.files.empty()) return table.refuse("files", "must name at least one file");
  if (table.has("also")) {
    CICADA_TRY(check.also, table.texts("also"));
  }
  return check;
}

Checked<decltype(Case::body)> read_body(const StrictTable& table) {
  constexpr std::array<std::string_view, 4> kKinds = {"step", "procedure", "check", "not-runnable"};
  if (std::ranges::count_if(kKinds, [&](std::string_view key) { return table.has(key); }) != 1) {
    return table.refuse("", "needs exactly one of: step, procedure, check, not-runnable");
  }
  if (table.has("with") && !table.has("procedure")) return table.refuse("with", "belongs to procedure");
  for (const std::string_view key : {"files", "also"}) {
    if (table.has(key) && !table.has("check")) return table.refuse(key, "belongs to check");
  }
  if (table.has("step")) return read_steps(table);
  if (table.has("procedure")) return read_call(table);
  if (table.has("check")) return read_check(table);
  NotRunnable reason;
  CICADA_TRY(reason.reason, table.text("not-runnable"));
  return reason;
}

Checked<CaseInfo> read_info(const StrictTable& table, std::string_view unit) {
  CaseInfo info;
  info.unit = unit;
  CICADA_TRY(info.id, table.text("id"));
  if (!info.id.starts_with(std::string{unit} + "_") || info.id.size() == unit.size() + 1) {
    return table.refuse("id", fmt::format("{} is not an id of unit {}", info.id, unit));
  }
  CICADA_TRY(info.title, table.text("title"));
  CICADA_TRY(info.clause, table.text("clause"));
  CICADA_TRY(info.expectation, table.text("expectation"));
  CICADA_TRY(const auto basis, table.choice("basis", kBases));
  info.basis = static_cast<Basis>(basis);
  CICADA_TRY(info.basis_note, table.text("basis-note"));
  return info;
}

}  // namespace

Checked<Case> read_case(const StrictTable& table, std::string_view unit) {
  CICADA_CHECK(table.allow(kCaseKeys));
  Case result;
  CICADA_TRY(result.info, read_info(table, unit));
  CICADA_TRY(result.info.needs, read_needs(table));
  if (table.has("given")) {
    CICADA_TRY(result.given, table.text("given"));
  }
  CICADA_TRY(result.body, read_body(table));
  if (table.has("persistent")) {
    CICADA_TRY(result.persistent, table.truth("persistent"));
  }
  return result;
}

}  // namespace cicada::conformance::model
