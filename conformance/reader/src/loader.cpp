#include "cicada/conformance/reader/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "builtin.h"
#include "cicada/base/strict_table.h"
#include "cicada/conformance/model/unit_files.h"
#include "cicada/conformance/reader/watch.h"

namespace cicada::conformance::reader {

using base::StrictTable;
using model::Checked;
using model::Problem;

namespace {

constexpr std::array<std::string_view, 19> kCaseKeys = {
    "id",   "title",    "clause", "needs",       "basis", "basis-note", "confidence", "card",   "document", "chip",
    "each", "terminal", "trust",  "inspections", "watch", "expect",     "check",      "reason", "withdrawn"};
constexpr std::array<std::string_view, 3> kBases = {"printed", "inferred", "assumed"};
constexpr std::array<std::string_view, 1> kConfidence = {"low"};
constexpr std::array<std::string_view, 3> kOutcomes = {"successful", "failed", "either"};
constexpr std::string_view kWithout = "successful-without ";
constexpr std::array<std::string_view, 7> kProfiles = {"SIP",         "AIP",        "DG3",       "DG4",
                                                       "DPRCTD-SHA1", "ISO19794-4", "ISO19794-6"};

Checked<model::Needs> read_needs(const StrictTable& table) {
  model::Needs needs;
  CICADA_TRY(const auto words, table.texts("needs"));
  for (const auto& word : words) {
    if (std::ranges::find(kProfiles, word) == kProfiles.end()) {
      return table.refuse("needs", fmt::format("\"{}\" is not one of: {}", word, base::join(kProfiles)));
    }
    needs.push_back({word});
  }
  return needs;
}

/// "successful-without DG3, DG4"
Checked<Expected> read_expected(const StrictTable& table) {
  CICADA_TRY(const auto text, table.text("expect"));
  if (!text.starts_with(kWithout)) {
    CICADA_TRY(const auto kind, table.choice("expect", kOutcomes));
    return Expected{.kind = static_cast<Expected::Kind>(kind)};
  }
  Expected expected{.kind = Expected::Kind::successful};
  for (std::size_t from = kWithout.size(); from <= text.size();) {
    const auto to = std::min(text.find(", ", from), text.size());
    const auto name = text.substr(from, to - from);
    if (name != "DG3" && name != "DG4") return table.refuse("expect", "only DG3 and DG4 can be kept from a reader");
    expected.without.push_back(name);
    from = to + 2;
  }
  return expected;
}

Checked<void> take(const StrictTable& table, std::string_view key, std::string& to) {
  if (!table.has(key)) return {};
  CICADA_TRY(to, table.text(key));
  return {};
}
Checked<void> take(const StrictTable& table, std::string_view key, std::vector<std::string>& to) {
  if (!table.has(key)) return {};
  CICADA_TRY(to, table.texts(key));
  if (to.empty()) return table.refuse(key, "must not be empty");
  if (to.size() > kMaxInspections) return table.refuse(key, fmt::format("more than {} entries", kMaxInspections));
  return {};
}

Checked<void> read_what_happens(const StrictTable& table, ReaderCase& test) {
  CICADA_CHECK(take(table, "card", test.cards));
  CICADA_CHECK(take(table, "document", test.document));
  CICADA_CHECK(take(table, "chip", test.chip));
  CICADA_CHECK(take(table, "each", test.each));
  CICADA_CHECK(take(table, "terminal", test.terminal));
  CICADA_CHECK(take(table, "trust", test.trust));
  CICADA_CHECK(take(table, "watch", test.watch));
  if (!test.watch.empty() && !is_watch(test.watch)) return table.refuse("watch", "is no rule that is known");
  if (table.has("inspections")) {
    CICADA_TRY(test.inspections, table.number("inspections", 1, 8));
  }
  if (test.cards.size() * std::max<std::size_t>(test.each.size(), 1) * test.inspections > kMaxInspections) {
    return table.refuse("", fmt::format("more than {} inspections", kMaxInspections));
  }
  CICADA_TRY(test.expected, read_expected(table));
  test.info.expectation = "The reader: " + test.expected.describe() + ".";
  CICADA_CHECK(take(table, "check", test.check));
  CICADA_CHECK(take(table, "reason", test.reason));
  if (test.check.empty() && !test.reason.empty()) return table.refuse("reason", "belongs to check");
  return {};
}

Checked<ReaderCase> read_case(const StrictTable& table, std::string_view unit) {
  CICADA_CHECK(table.allow(kCaseKeys));
  ReaderCase test;
  auto& info = test.info;
  info.unit = unit;
  CICADA_TRY(info.id, table.text("id"));
  if (!info.id.starts_with(std::string{unit} + "_") || info.id.size() == unit.size() + 1) {
    return table.refuse("id", fmt::format("{} is not an id of unit {}", info.id, unit));
  }
  CICADA_TRY(info.title, table.text("title"));
  CICADA_TRY(const auto basis, table.choice("basis", kBases));
  info.basis = static_cast<model::Basis>(basis);
  CICADA_TRY(info.basis_note, table.text("basis-note"));
  if (table.has("confidence")) {
    CICADA_CHECK(table.choice("confidence", kConfidence));
    test.low_confidence = true;
  }
  if (table.has("withdrawn")) {
    CICADA_CHECK(take(table, "withdrawn", test.withdrawn));
    if (table.has("expect") || table.has("card"))
      return table.refuse("withdrawn", "nothing is run: no card, no expect");
    info.expectation = "None: withdrawn " + test.withdrawn + ".";
    return test;
  }
  CICADA_TRY(info.clause, table.text("clause"));
  CICADA_TRY(info.needs, read_needs(table));
  if (!table.has("card")) return table.refuse("card", "is missing");
  CICADA_CHECK(read_what_happens(table, test));
  return test;
}

}  // namespace

std::string Expected::describe() const {
  std::string text;
  switch (kind) {
    case Kind::successful: text = "inspection successful"; break;
    case Kind::failed: text = "inspection failed"; break;
    case Kind::either: text = "either verdict, and it stays operational"; break;
  }
  for (const auto& file : without) text += (&file == &without.front() ? ", without " : " and ") + file;
  return text;
}

std::vector<CardOrder> ReaderCase::orders() const {
  std::vector<CardOrder> all;
  for (const auto& card : cards) {
    CardOrder order{.card = card, .document = document, .chip = chip, .terminal = terminal, .trust = trust};
    if (each.empty()) all.push_back(order);
    for (const auto& fault : each) {
      all.push_back(order);
      all.back().chip.push_back(fault);
    }
  }
  return all;
}

Checked<ReaderUnit> parse_reader_unit(std::string_view text, std::string_view file_name) {
  return model::parse_unit_file<ReaderUnit>(text, file_name, read_case);
}

Checked<std::vector<ReaderUnit>> load_reader_units(const std::filesystem::path& folder) {
  CICADA_TRY(const auto files, model::read_case_files(folder, model::Side::reader));
  return model::parse_unit_files<ReaderUnit>(files, parse_reader_unit);
}

const std::vector<ReaderUnit>& builtin_reader_units() {
  // What is built in was parsed by a test of this room; a program that finds it unreadable has no cases at all.
  static const std::vector<ReaderUnit> kUnits =
      model::parse_unit_files<ReaderUnit>(builtin_cases(), parse_reader_unit).value_or(std::vector<ReaderUnit>{});
  return kUnits;
}

std::span<const std::string_view> known_reader_profiles() noexcept {
  return kProfiles;
}

}  // namespace cicada::conformance::reader
