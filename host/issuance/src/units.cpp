#include "cicada/host/issuance/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/strict_table.h"

namespace cicada::host::issuance {
namespace {

using base::Checked;
using base::StrictTable;

constexpr std::array<std::string_view, 3> kLevels{"province", "district", "commune"};

Checked<std::optional<base::Date>> read_day(const StrictTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  CICADA_TRY(const auto text, table.text(key));
  const auto day = base::parse_iso_date(text);
  if (!day) return table.refuse(key, "is not a day of the form YYYY-MM-DD");
  return *day;
}

Checked<AdministrativeUnit> read_unit(const StrictTable& table) {
  constexpr std::array<std::string_view, 7> kKeys{"code", "level", "parent", "name", "from", "until", "became"};
  CICADA_CHECK(table.allow(kKeys));
  AdministrativeUnit unit;
  CICADA_TRY(unit.code, table.text("code"));
  CICADA_TRY(const auto level, table.choice("level", kLevels));
  unit.level = static_cast<UnitLevel>(level);
  CICADA_TRY(unit.name, table.text("name"));
  if (table.has("parent")) {
    CICADA_TRY(unit.parent, table.text("parent"));
  }
  if (unit.parent.empty() != (unit.level == UnitLevel::province)) {
    return table.refuse("parent", "a province has none, and every other unit has one");
  }
  CICADA_TRY(unit.from, read_day(table, "from"));
  CICADA_TRY(unit.until, read_day(table, "until"));
  if (unit.from && unit.until && *unit.until < *unit.from) return table.refuse("until", "is before \"from\"");
  if (table.has("became")) {
    if (!unit.until) return table.refuse("became", "is for a unit that ended; \"until\" is missing");
    CICADA_TRY(unit.became, table.text("became"));
  }
  return unit;
}

bool overlap(const AdministrativeUnit& a, const AdministrativeUnit& b) {
  const bool a_ends_first = a.until && b.from && *a.until < *b.from;
  const bool b_ends_first = b.until && a.from && *b.until < *a.from;
  return !a_ends_first && !b_ends_first;
}

bool existed(const AdministrativeUnit& unit, base::Date day) {
  return (!unit.from || *unit.from <= day) && (!unit.until || day <= *unit.until);
}

}  // namespace

std::string_view to_string(UnitLevel level) noexcept {
  return kLevels.at(static_cast<std::size_t>(level));
}

Checked<Units> Units::parse(std::string_view toml, std::string_view file_name) {
  CICADA_TRY(const auto document, base::parse_toml(toml, file_name));
  const StrictTable root{document, file_name, ""};
  constexpr std::array<std::string_view, 3> kKeys{"title", "complete", "unit"};
  CICADA_CHECK(root.allow(kKeys));
  CICADA_TRY(const auto title, root.text("title"));
  CICADA_TRY(const auto complete, root.choices("complete", kLevels));
  CICADA_TRY(const auto tables, root.tables("unit"));
  if (tables.size() > kMaxUnits) return root.refuse("unit", fmt::format("more than {} units", kMaxUnits));
  Units units;
  for (const auto level : complete) units.complete_.push_back(static_cast<UnitLevel>(level));
  for (const auto& table : tables) {
    CICADA_TRY(auto unit, read_unit(table));
    auto& same = units.units_[{unit.level, unit.code}];
    if (std::ranges::any_of(same, [&](const AdministrativeUnit& other) { return overlap(unit, other); })) {
      return table.refuse("code", "stands twice for the same days");
    }
    same.push_back(std::move(unit));
    ++units.count_;
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].has("parent")) continue;
    CICADA_TRY(const auto parent, tables[i].text("parent"));
    if (!units.units_.contains({UnitLevel::province, parent}) && !units.units_.contains({UnitLevel::district, parent}))
      return tables[i].refuse("parent", "no such unit in this list");
  }
  return units;
}

Units::Found Units::find(UnitLevel level, std::string_view code, base::Date day) const {
  const auto found = units_.find(Key{level, std::string{code}});
  if (found == units_.end()) {
    const bool whole = std::ranges::find(complete_, level) != complete_.end();
    return {.answer = whole ? Answer::unknown : Answer::no_word, .unit = nullptr};
  }
  for (const auto& unit : found->second) {
    if (existed(unit, day)) return {.answer = Answer::exists, .unit = &unit};
  }
  return {.answer = Answer::ended, .unit = &found->second.back()};
}

}  // namespace cicada::host::issuance
