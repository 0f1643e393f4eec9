#include "cicada/conformance/model/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "builtin.h"
#include "case_reader.h"
#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"

namespace cicada::conformance::model {
namespace {

using base::StrictTable;

/// Most case files below one folder.
constexpr std::size_t kMaxFiles = 512;

constexpr std::array<std::string_view, 2> kKeys = {"unit", "case"};
constexpr std::array<std::string_view, 2> kUnitKeys = {"id", "title"};

Checked<Unit> read_unit(const StrictTable& document) {
  CICADA_CHECK(document.allow(kKeys));
  CICADA_TRY(const auto head, document.table("unit"));
  CICADA_CHECK(head.allow(kUnitKeys));
  Unit unit;
  CICADA_TRY(unit.id, head.text("id"));
  CICADA_TRY(unit.title, head.text("title"));
  CICADA_TRY(const auto tables, document.tables("case"));
  std::set<std::string> seen;
  for (const auto& table : tables) {
    CICADA_TRY(auto one, read_case(table, unit.id));
    if (!seen.insert(one.info.id).second) return table.refuse("id", fmt::format("{} stands here twice", one.info.id));
    unit.cases.push_back(std::move(one));
  }
  if (unit.cases.size() > kMaxCases) return document.refuse("case", fmt::format("more than {} cases", kMaxCases));
  return unit;
}

/// "ISO7816_K_1a" -> 1, so that cases stand in the order of their numbers.
unsigned number_of(std::string_view id) noexcept {
  const auto digits = id.substr(std::min(id.size(), id.rfind('_') + 1));
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Cases of the reader's side are in folders of their own, and conformance/reader reads them.
bool is_of_readers(const std::filesystem::path& folder) {
  return folder.filename().string().starts_with("IS_");
}

/// A unit may be in several files; their cases come together in the order of their numbers.
Checked<std::vector<Unit>> join(std::vector<std::pair<std::string, Unit>> files) {
  std::map<std::string, Unit> units;
  std::map<std::string, std::string> owners;
  for (auto& [name, unit] : files) {
    auto& whole = units.try_emplace(unit.id, Unit{.id = unit.id, .title = unit.title, .cases = {}}).first->second;
    if (whole.title != unit.title) {
      return std::unexpected(
          Problem{.text = fmt::format("{}: unit.title: {} has another title elsewhere", name, unit.id)});
    }
    for (auto& one : unit.cases) {
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
                      [](const Case& one) { return std::pair{number_of(one.info.id), std::string_view{one.info.id}}; });
    ordered.push_back(std::move(unit));
  }
  return ordered;
}

}  // namespace

Checked<Unit> parse_unit(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxCaseFile) {
    return std::unexpected(Problem{.fault = base::Fault::limit,
                                   .text = fmt::format("{}: larger than {} octets", file_name, kMaxCaseFile)});
  }
  CICADA_TRY(const auto document, base::parse_toml(text, file_name));
  return read_unit(StrictTable{document, file_name, ""});
}

Checked<std::vector<Unit>> load_units(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator{folder, error};
       !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
    if (entry->is_directory(error) && is_of_readers(entry->path())) entry.disable_recursion_pending();
    if (entry->is_regular_file(error) && entry->path().extension() == ".toml") paths.push_back(entry->path());
    if (paths.size() > kMaxFiles) {
      return std::unexpected(Problem{.fault = base::Fault::limit,
                                     .text = fmt::format("{}: more than {} files", folder.string(), kMaxFiles)});
    }
  }
  if (error) {
    return std::unexpected(
        Problem{.fault = base::Fault::io, .text = fmt::format("{}: {}", folder.string(), error.message())});
  }
  if (paths.empty()) {
    return std::unexpected(
        Problem{.fault = base::Fault::not_found, .text = fmt::format("{}: holds no case (*.toml)", folder.string())});
  }
  std::ranges::sort(paths);
  std::vector<std::pair<std::string, Unit>> files;
  for (const auto& path : paths) {
    const auto content = base::read_file(path, kMaxCaseFile);
    if (!content) {
      return std::unexpected(Problem{.fault = content.error().fault,
                                     .text = fmt::format("{}: {}", path.string(), content.error().describe())});
    }
    CICADA_TRY(auto unit, parse_unit(base::as_text(*content), path.string()));
    files.emplace_back(path.string(), std::move(unit));
  }
  return join(std::move(files));
}

Checked<std::vector<Unit>> parse_builtin_units() {
  std::vector<std::pair<std::string, Unit>> files;
  for (const auto& [name, text] : builtin_cases()) {
    CICADA_TRY(auto unit, parse_unit(text, name));
    files.emplace_back(name, std::move(unit));
  }
  return join(std::move(files));
}

const std::vector<Unit>& builtin_units() {
  // What is built in was parsed by a test of this room; a program that finds it unreadable has no cases at all.
  static const std::vector<Unit> kUnits = parse_builtin_units().value_or(std::vector<Unit>{});
  return kUnits;
}

}  // namespace cicada::conformance::model
