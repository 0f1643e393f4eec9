// A policy out of its TOML file.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "cicada/host/issuance/policy.h"
#include "cicada/host/issuance/rule_table.h"

namespace cicada::host::issuance {
namespace {

using base::Checked;
using base::Problem;
using base::StrictTable;

constexpr std::int64_t kMaxAge = 150;

Checked<void> read_day(const StrictTable& table, std::string_view key, base::Date& to) {
  if (!table.has(key)) return {};
  CICADA_TRY(const auto text, table.text(key));
  const auto day = base::parse_iso_date(text);
  if (!day) return table.refuse(key, "is not a day of the form YYYY-MM-DD");
  to = *day;
  return {};
}

/// One whole number of a table and where it goes.
struct NumberKey {
  std::string_view key;
  unsigned* to;
  std::int64_t most = kMaxAge;
};

Checked<void> read_numbers(const StrictTable& table, std::span<const NumberKey> keys) {
  for (const auto& [key, to, most] : keys) {
    if (!table.has(key)) continue;
    CICADA_TRY(*to, table.number(key, 0, most));
  }
  return {};
}

Checked<void> read_severities(const StrictTable& table, Policy& policy) {
  constexpr std::array<std::string_view, 4> kChoices{"warn", "hold", "reject", "off"};
  for (const auto& code : table.keys()) {
    const auto* const rule = rule_info(code);
    if (rule == nullptr) return table.refuse(code, "no such rule");
    CICADA_TRY(const auto choice, table.choice(code, kChoices));
    if (rule->freedom == Freedom::fixed) {
      return table.refuse(code, "this rule protects the card and its holder; no policy changes it");
    }
    const bool off = choice == kChoices.size() - 1;
    policy.severities.emplace(code, off ? std::nullopt : std::optional{static_cast<Severity>(choice)});
  }
  return {};
}

Checked<void> read_ages(const StrictTable& table, Policy& policy) {
  constexpr std::array<std::string_view, 6> kKeys{"card", "face", "guardian", "man_marries", "woman_marries", "parent"};
  CICADA_CHECK(table.allow(kKeys));
  auto& ages = policy.ages;
  const std::array<NumberKey, 6> keys{{{"card", &ages.card},
                                       {"face", &ages.face},
                                       {"guardian", &ages.guardian},
                                       {"man_marries", &ages.man_marries},
                                       {"woman_marries", &ages.woman_marries},
                                       {"parent", &ages.parent}}};
  return read_numbers(table, keys);
}

Checked<void> read_expiry(const StrictTable& table, Policy& policy) {
  constexpr std::array<std::string_view, 2> kKeys{"birthdays", "grace"};
  CICADA_CHECK(table.allow(kKeys));
  const std::array<NumberKey, 1> keys{{{"grace", &policy.expiry.grace}}};
  CICADA_CHECK(read_numbers(table, keys));
  if (!table.has("birthdays")) return {};
  CICADA_TRY(const auto birthdays, table.numbers("birthdays", 1, kMaxAge));
  policy.expiry.birthdays.assign(birthdays.begin(), birthdays.end());
  if (std::ranges::adjacent_find(policy.expiry.birthdays, std::greater_equal{}) != policy.expiry.birthdays.end()) {
    return table.refuse("birthdays", "must rise");
  }
  return {};
}

Checked<void> read_portrait(const StrictTable& table, Policy& policy) {
  constexpr std::array<std::string_view, 4> kKeys{"min_width", "min_height", "max_size", "max_days"};
  constexpr std::int64_t kMaxPixels = 10'000;
  CICADA_CHECK(table.allow(kKeys));
  unsigned max_size = static_cast<unsigned>(policy.portrait.max_size);
  const std::array<NumberKey, 4> keys{{{"min_width", &policy.portrait.min_width, kMaxPixels},
                                       {"min_height", &policy.portrait.min_height, kMaxPixels},
                                       {"max_size", &max_size, kMaxPortraitFile},
                                       {"max_days", &policy.portrait_max_days, 36'500}}};
  CICADA_CHECK(read_numbers(table, keys));
  policy.portrait.max_size = max_size;
  return {};
}

Checked<void> read_rest(const StrictTable& root, Policy& policy) {
  const auto read = [&](std::string_view name, std::span<const NumberKey> keys) -> Checked<void> {
    if (!root.has(name)) return {};
    CICADA_TRY(const auto table, root.table(name));
    std::vector<std::string_view> names;
    for (const auto& key : keys) names.push_back(key.key);
    CICADA_CHECK(table.allow(names));
    return read_numbers(table, keys);
  };
  const std::array<NumberKey, 1> fingers{{{"min_quality", &policy.finger_min_quality, 100}}};
  CICADA_CHECK(read("fingerprints", fingers));
  const std::array<NumberKey, 2> births{
      {{"share", &policy.first_january_percent, 100}, {"least", &policy.first_january_least, 1'000'000}}};
  CICADA_CHECK(read("first_of_january", births));
  if (root.has("population")) {
    CICADA_TRY(const auto table, root.table("population"));
    constexpr std::array<std::string_view, 1> kKeys{"required"};
    CICADA_CHECK(table.allow(kKeys));
    CICADA_TRY(policy.population_required, table.truth("required"));
  }
  if (root.has("number")) {
    CICADA_TRY(const auto table, root.table("number"));
    constexpr std::array<std::string_view, 1> kKeys{"scheme_ends"};
    CICADA_CHECK(table.allow(kKeys));
    CICADA_CHECK(read_day(table, "scheme_ends", policy.number_scheme_ends));
  }
  return {};
}

Checked<void> read_head(const StrictTable& root, Policy& policy) {
  CICADA_TRY(policy.name, root.text("name"));
  CICADA_TRY(policy.law, root.text("law"));
  if (!root.has("from")) return root.refuse("from", "the day from which the policy holds is missing");
  CICADA_CHECK(read_day(root, "from", policy.from));
  policy.until = std::nullopt;
  if (!root.has("until")) return {};
  base::Date until;
  CICADA_CHECK(read_day(root, "until", until));
  if (until < policy.from) return root.refuse("until", "is before \"from\"");
  policy.until = until;
  return {};
}

using Reader = Checked<void> (*)(const StrictTable&, Policy&);

Checked<Policy> read_policy(const StrictTable& root) {
  constexpr std::array<std::string_view, 13> kKeys{
      "name",   "law",      "from",   "until",      "units",        "severity",        "ages",
      "expiry", "portrait", "number", "population", "fingerprints", "first_of_january"};
  CICADA_CHECK(root.allow(kKeys));
  Policy policy;
  CICADA_CHECK(read_head(root, policy));
  constexpr std::array<std::pair<std::string_view, Reader>, 4> kTables{
      {{"severity", read_severities}, {"ages", read_ages}, {"expiry", read_expiry}, {"portrait", read_portrait}}};
  for (const auto& [name, reader] : kTables) {
    if (!root.has(name)) continue;
    CICADA_TRY(const auto table, root.table(name));
    CICADA_CHECK(reader(table, policy));
  }
  CICADA_CHECK(read_rest(root, policy));
  return policy;
}

Checked<std::string> read_text(const std::filesystem::path& file, std::size_t most) {
  auto octets = base::read_file(file, most);
  if (!octets) {
    return std::unexpected(Problem{.fault = octets.error().fault,
                                   .text = fmt::format("{}: {}", file.string(), octets.error().describe())});
  }
  return std::string{base::as_text(*octets)};
}

}  // namespace

Checked<Policy> parse_policy(std::string_view toml, std::string_view file_name) {
  CICADA_TRY(const auto document, base::parse_toml(toml, file_name));
  const StrictTable root{document, file_name, ""};
  if (root.has("units")) return root.refuse("units", "needs a folder to look in");
  return read_policy(root);
}

Checked<Policy> load_policy(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  CICADA_TRY(const auto text, read_text(file, kMaxPolicyFile));
  CICADA_TRY(const auto document, base::parse_toml(text, name));
  const StrictTable root{document, name, ""};
  CICADA_TRY(auto policy, read_policy(root));
  if (!root.has("units")) return policy;
  CICADA_TRY(const auto units_name, root.text("units"));
  CICADA_TRY(const auto units_text, read_text(file.parent_path() / units_name, kMaxUnitFile));
  CICADA_TRY(auto units, Units::parse(units_text, units_name));
  policy.units = std::make_shared<const Units>(std::move(units));
  return policy;
}

}  // namespace cicada::host::issuance
