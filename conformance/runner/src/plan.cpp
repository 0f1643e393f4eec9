#include "cicada/conformance/runner/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cicada/base/cursor.h"
#include "cicada/base/rng.h"

namespace cicada::conformance::runner {

using model::Case;
using model::Checked;
using model::Problem;
using model::Unit;

namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

bool names_one_of(const model::Needs& needs, const std::vector<std::string>& profiles) {
  return std::ranges::any_of(needs, [&](const auto& entry) {
    return std::ranges::any_of(entry, [&](const std::string& profile) { return has(profiles, profile); });
  });
}

bool selected(const Case& test, const Selection& selection) {
  return (selection.ids.empty() || has(selection.ids, test.info.id)) &&
         (selection.units.empty() || has(selection.units, test.info.unit)) &&
         (selection.profiles.empty() || names_one_of(test.info.needs, selection.profiles));
}

std::unexpected<Problem> refuse(std::string text) {
  return std::unexpected{Problem{.text = std::move(text)}};
}

/// A filter with a typing error would quietly leave out what it meant.
Checked<void> check_words(std::span<const Unit> units, const Selection& selection) {
  std::set<std::string> ids;
  std::vector<std::string> names;
  for (const auto& unit : units) {
    names.push_back(unit.id);
    for (const auto& test : unit.cases) ids.insert(test.info.id);
  }
  for (const auto& id : selection.ids) {
    if (!ids.contains(id)) return refuse(fmt::format("no case has the id \"{}\"; --list shows them", id));
  }
  for (const auto& name : selection.units) {
    if (!has(names, name)) return refuse(fmt::format("no unit is named \"{}\"; there are {}", name, join(names)));
  }
  const auto known = model::known_profiles();
  for (const auto& profile : selection.profiles) {
    if (std::ranges::find(known, profile) == known.end())
      return refuse(fmt::format("\"{}\" is not a profile; docs/conformance.md lists them", profile));
  }
  return {};
}

/// A number below `bound`, each as likely as the others.
std::size_t below(std::size_t bound, base::Rng& rng) {
  const std::uint64_t most = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    std::array<std::uint8_t, 8> octets{};
    static_cast<void>(rng.fill(octets));  // a replayed generator does not fail
    const std::uint64_t value = *base::Cursor{octets}.take_unsigned(octets.size());
    if (value < most) return static_cast<std::size_t>(value % bound);
  }
}

void shuffle(std::vector<const Case*>& cases, base::Rng& rng) {
  for (std::size_t i = cases.size(); i > 1; --i) std::swap(cases[i - 1], cases[below(i, rng)]);
}

}  // namespace

std::string Selection::describe() const {
  std::string text;
  const auto add = [&](std::string_view label, const std::vector<std::string>& words) {
    if (words.empty()) return;
    auto sorted = words;
    std::ranges::sort(sorted);
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", label, join(sorted));
  };
  add("ids", ids);
  add("units", units);
  add("profiles", profiles);
  return text.empty() ? "all" : text;
}

std::string Order::describe() const {
  auto text = seed ? fmt::format("shuffled with seed {}", *seed) : std::string{"as listed"};
  if (repeat > 1) text += fmt::format(", {} times", repeat);
  return text;
}

Checked<Plan> make_plan(std::span<const Unit> units, const Selection& selection, const Order& order) {
  CICADA_CHECK(check_words(units, selection));
  if (order.repeat == 0 || order.repeat > kMaxRepeat)
    return refuse(fmt::format("cases can be repeated 1 to {} times", kMaxRepeat));
  std::vector<const Case*> plain;
  std::vector<const Case*> persistent;
  for (const auto& unit : units) {
    for (const auto& test : unit.cases) {
      if (selected(test, selection)) (test.persistent ? persistent : plain).push_back(&test);
    }
  }
  const auto count = (plain.size() + persistent.size()) * order.repeat;
  if (count == 0) return refuse(fmt::format("no case is left of these: {}", selection.describe()));
  if (count > kMaxPlanned) return refuse(fmt::format("{} cases are more than the {} of one run", count, kMaxPlanned));
  Plan plan{.cases = {}, .order = order.describe(), .selection = selection.describe()};
  base::ReplayRng rng{order.seed.value_or(0)};
  for (auto* cases : {&plain, &persistent}) {
    for (unsigned repetition = 0; repetition < order.repeat; ++repetition) {
      auto shuffled = *cases;
      if (order.seed) shuffle(shuffled, rng);
      for (const auto* test : shuffled) plan.cases.push_back({test, repetition});
    }
  }
  return plan;
}

}  // namespace cicada::conformance::runner
