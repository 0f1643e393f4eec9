// Case files of either side: all below a folder, and units that lie in several of them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/base/strict_table.h"
#include "cicada/conformance/model/loader.h"

namespace cicada::conformance::model {

enum class Side : std::uint8_t { chip, reader };

/// A file's name and its text.
using CaseFile = std::pair<std::string, std::string>;
/// All *.toml below a folder that are of one side, in the order of their paths: the reader's side is in folders whose
/// names begin with "IS_". Refused: a folder without any, more than 512, one larger than kMaxCaseFile, what cannot be
/// read.
[[nodiscard]] Checked<std::vector<CaseFile>> read_case_files(const std::filesystem::path& folder, Side side);

/// "ISO7816_K_1a" -> 1, so that cases stand in the order of their numbers.
[[nodiscard]] unsigned number_of(std::string_view id) noexcept;

/// One file with `[unit]` and `[[case]]`; `read_case(table, unit id)` reads a case.
template <typename Unit, typename ReadCase>
[[nodiscard]] Checked<Unit> parse_unit_file(std::string_view text, std::string_view file_name, ReadCase read_case) {
  static constexpr std::string_view kKeys[] = {"unit", "case"};
  static constexpr std::string_view kUnitKeys[] = {"id", "title"};
  if (text.size() > kMaxCaseFile) {
    return std::unexpected(Problem{.fault = base::Fault::limit,
                                   .text = fmt::format("{}: larger than {} octets", file_name, kMaxCaseFile)});
  }
  CICADA_TRY(const auto toml, base::parse_toml(text, file_name));
  const base::StrictTable document{toml, file_name, ""};
  CICADA_CHECK(document.allow(kKeys));
  CICADA_TRY(const auto head, document.table("unit"));
  CICADA_CHECK(head.allow(kUnitKeys));
  Unit unit;
  CICADA_TRY(unit.id, head.text("id"));
  CICADA_TRY(unit.title, head.text("title"));
  CICADA_TRY(const auto tables, document.tables("case"));
  if (tables.size() > kMaxCases) return document.refuse("case", fmt::format("more than {} cases", kMaxCases));
  std::set<std::string> seen;
  for (const auto& table : tables) {
    CICADA_TRY(auto one, read_case(table, unit.id));
    if (!seen.insert(one.info.id).second) return table.refuse("id", fmt::format("{} stands here twice", one.info.id));
    unit.cases.push_back(std::move(one));
  }
  return unit;
}

/// Units of several files, whole: their cases come together in the order of their numbers. Refused: an id in two files,
/// a unit with two titles.
template <typename Unit, typename Files, typename Parse>
[[nodiscard]] Checked<std::vector<Unit>> parse_unit_files(const Files& files, Parse parse) {
  std::map<std::string, Unit> units;
  std::map<std::string, std::string> owners;
  for (const auto& [name, text] : files) {
    CICADA_TRY(Unit part, parse(text, name));
    auto& whole = units.try_emplace(part.id, Unit{.id = part.id, .title = part.title, .cases = {}}).first->second;
    if (whole.title != part.title) {
      return std::unexpected(
          Problem{.text = fmt::format("{}: unit.title: {} has another title elsewhere", name, part.id)});
    }
    for (auto& one : part.cases) {
      const auto [owner, is_new] = owners.try_emplace(one.info.id, name);
      if (!is_new) {
        return std::unexpected(
            Problem{.text = fmt::format("{}: case.id: {} is in {} already", name, one.info.id, owner->second)});
      }
      whole.cases.push_back(std::move(one));
    }
  }
  std::vector<Unit> ordered;
  for (auto& [id, unit] : units) {
    std::ranges::sort(unit.cases, {},
                      [](const auto& one) { return std::pair{number_of(one.info.id), std::string_view{one.info.id}}; });
    ordered.push_back(std::move(unit));
  }
  return ordered;
}

}  // namespace cicada::conformance::model
