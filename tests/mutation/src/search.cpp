#include "cicada/tests/mutation/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "cicada/conformance/model/loader.h"
#include "cicada/tests/mutation/mutant.h"
#include "cicada/tests/mutation/specimen.h"
#include "ids.h"

namespace cicada::tests::mutation {

namespace model = conformance::model;
using base::Result;

namespace {

/// A sound card, and what passes on it.
struct Sound {
  Specimen specimen;
  std::set<std::string> passes;
};

struct Work {
  const Mutant* mutant = nullptr;
  std::string_view configuration;
};

struct Found {
  bool looked_at = false;
  std::vector<std::string> failed;
  std::size_t inconclusive = 0;
};

Result<Sound> make_sound(std::string_view configuration, const Cases& cases) {
  base::SystemRng rng;
  const base::SystemClock clock;
  CICADA_TRY(auto specimen, sound_specimen(configuration, rng, clock));
  CICADA_TRY(const auto trial, put(specimen, {}, {.units = cases.units}, rng, clock));
  const auto passed = trial.with(model::Verdict::pass);
  return Sound{.specimen = std::move(specimen), .passes = {passed.begin(), passed.end()}};
}

/// The unit of the case that a fault names.
std::vector<std::string> units_near(const Mutant& mutant) {
  for (const auto& fault : mutant.faults) {
    const auto unit = split(fault.expectation.reason).unit;
    if (fault.expectation.check == "conformance" && !unit.empty() && unit != fault.expectation.reason)
      return {std::string{unit}};
  }
  return {};
}

Result<Found> look(const Work& work, const Sound& sound, const Cases& cases, bool near) {
  base::SystemRng rng;
  const base::SystemClock clock;
  auto order = cases;
  if (near && order.units.empty()) order.units = units_near(*work.mutant);
  // Each fault meets the cases in an order of its own, so that few failures show all cases.
  if (cases.enough != 0) order.seed = std::hash<std::string>{}(work.mutant->name);
  CICADA_TRY(const auto trial, put(*work.mutant, sound.specimen, order, rng, clock));
  const auto counts = [&](const std::string& id) { return sound.passes.contains(id); };
  Found found;
  std::ranges::copy_if(trial.with(model::Verdict::fail), std::back_inserter(found.failed), counts);
  found.inconclusive =
      static_cast<std::size_t>(std::ranges::count_if(trial.with(model::Verdict::inconclusive), counts));
  // Some keys and challenges meet a fault by chance: what does not fail each time is not counted.
  constexpr unsigned kAgain = 4;
  for (unsigned i = 0; i < kAgain && !found.failed.empty(); ++i) {
    CICADA_TRY(const auto again, put(*work.mutant, sound.specimen, {.ids = found.failed}, rng, clock));
    found.failed = again.with(model::Verdict::fail);
  }
  std::ranges::sort(found.failed, natural_less);
  return found;
}

bool is_wanted(const Mutant& mutant, const Coverage& known, const SearchOptions& options) {
  if (!options.faults.empty()) return std::ranges::find(options.faults, mutant.name) != options.faults.end();
  if (!options.only_new) return true;
  return !known.unnoticed.contains(mutant.name) &&
         std::ranges::find(known.catches, mutant.name, &Catch::fault) == known.catches.end();
}

bool is_of(const std::string& id, const std::vector<std::string>& units) {
  return units.empty() || std::ranges::find(units, split(id).unit) != units.end();
}

/// Runs what is to be run, by as many threads as are wanted.
class Search {
 public:
  Search(const Coverage& known, const SearchOptions& options, const Listener& listener)
      : known_(known),
        options_(options),
        listener_(listener),
        cases_{.units = options.units, .enough = options.enough} {}

  Result<Coverage> run() {
    // Long ones last: what is found early is found even when somebody is impatient.
    for (const auto origin : {Origin::file, Origin::quirk, Origin::chip}) {
      for (const auto& mutant : all_mutants()) {
        if (mutant.origin != origin || !is_wanted(mutant, known_, options_)) continue;
        for (const auto card : cards_of(mutant)) work_.push_back({&mutant, card});
      }
    }
    found_.resize(work_.size());
    CICADA_CHECK(prepare());
    each(work_.size(), [this](std::size_t i) { return one(i); });
    if (error_) return std::unexpected(*error_);
    return collect();
  }

 private:
  [[nodiscard]] std::vector<std::string_view> cards_of(const Mutant& mutant) const {
    if (options_.cards.empty()) return cards_for(mutant.configurations, options_.most_cards);
    std::vector<std::string_view> cards;
    std::ranges::copy_if(mutant.configurations, std::back_inserter(cards), [&](std::string_view name) {
      return std::ranges::find(options_.cards, name) != options_.cards.end();
    });
    return cards;
  }

  /// Calls for 0 to count - 1, until something fails.
  template <typename Function>
  void each(std::size_t count, Function function) {
    std::atomic<std::size_t> next{0};
    const auto loop = [&] {
      for (auto i = next++; i < count; i = next++) {
        auto done = function(i);
        const std::scoped_lock lock{mutex_};
        if (!done && !error_) error_ = done.error();
        if (error_) return;
      }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < options_.jobs; ++i) threads.emplace_back(loop);
    loop();
  }

  Result<void> prepare() {
    std::vector<std::string_view> names;
    for (const auto& work : work_) {
      if (std::ranges::find(names, work.configuration) == names.end()) names.push_back(work.configuration);
    }
    each(names.size(), [&](std::size_t i) -> Result<void> {
      CICADA_TRY(auto sound, make_sound(names[i], cases_));
      const std::scoped_lock lock{mutex_};
      tell(fmt::format("{}: {} cases pass", names[i], sound.passes.size()));
      sounds_.emplace(names[i], std::move(sound));
      return {};
    });
    return error_ ? Result<void>{std::unexpected(*error_)} : Result<void>{};
  }

  Result<void> one(std::size_t i) {
    const auto& work = work_[i];
    if (options_.minutes != 0 && std::chrono::steady_clock::now() - begin_ > std::chrono::minutes{options_.minutes})
      return {};
    auto found = look(work, sounds_.at(std::string{work.configuration}), cases_, options_.near);
    const std::scoped_lock lock{mutex_};
    if (!found && found.error().fault != base::Fault::not_found) return std::unexpected(found.error());
    // A fault may need more than the words for it can say: it does not fit this card.
    if (found) found_[i] = *std::move(found);
    found_[i].looked_at = true;
    tell(fmt::format("[{}/{}] {} in {}: {} fail, {} inconclusive", i + 1, work_.size(), work.mutant->name,
                     work.configuration, found_[i].failed.size(), found_[i].inconclusive));
    return {};
  }

  void tell(const std::string& line) const {
    if (listener_) listener_(line);
  }

  /// What is known of cases of other units stays; of faults that were not looked at, all.
  void merge(const Work& work, Found& found) const {
    for (const auto& before : known_.catches) {
      if (before.fault != work.mutant->name || before.configuration != work.configuration) continue;
      for (const auto& id : before.failed) {
        if (!is_of(id, options_.units)) found.failed.push_back(id);
      }
      if (!options_.units.empty()) found.inconclusive += before.inconclusive;
    }
    std::ranges::sort(found.failed, natural_less);
  }

  Coverage collect() {
    Coverage all{.runnable = runnable_cases()};
    std::set<std::string> passed;
    for (const auto& [name, sound] : sounds_) passed.insert(sound.passes.begin(), sound.passes.end());
    for (const auto& mutant : all_mutants()) {
      const bool wanted = is_wanted(mutant, known_, options_);
      const auto before = all.catches.size();
      if (!wanted) {
        std::ranges::copy_if(known_.catches, std::back_inserter(all.catches),
                             [&](const Catch& one) { return one.fault == mutant.name; });
      }
      bool looked_at = !wanted;
      for (std::size_t i = 0; i < work_.size(); ++i) {
        if (work_[i].mutant != &mutant || !found_[i].looked_at) continue;
        add(work_[i], found_[i], all);
        looked_at = true;
      }
      if (wanted && !options_.cards.empty()) keep_other_cards(mutant, all);
      if (all.catches.size() == before && looked_at) all.unnoticed.insert(mutant.name);
    }
    forget_old_cases(all);
    never(passed, all);
    all.choose();
    return all;
  }

  void add(const Work& work, Found found, Coverage& to) const {
    merge(work, found);
    if (found.failed.empty()) return;
    to.catches.push_back({.fault = work.mutant->name,
                          .configuration = std::string{work.configuration},
                          .shown_by = {},
                          .failed = std::move(found.failed),
                          .inconclusive = found.inconclusive});
  }

  void keep_other_cards(const Mutant& mutant, Coverage& to) const {
    std::ranges::copy_if(known_.catches, std::back_inserter(to.catches), [&](const Catch& one) {
      return one.fault == mutant.name && std::ranges::find(options_.cards, one.configuration) == options_.cards.end();
    });
  }

  static void forget_old_cases(Coverage& all) {
    const std::set<std::string> runnable{all.runnable.begin(), all.runnable.end()};
    for (auto& one : all.catches) std::erase_if(one.failed, [&](const auto& id) { return !runnable.contains(id); });
    std::erase_if(all.catches, [](const Catch& one) { return one.failed.empty(); });
  }

  void never(const std::set<std::string>& passed, Coverage& all) const {
    const auto proven = all.by_case();
    for (const auto& id : all.runnable) {
      const bool looked_at = is_of(id, options_.units);
      const bool before = known_.never_passed.contains(id);
      // Only a search over all cards can tell.
      const bool complete = options_.faults.empty() && !options_.only_new && looked_at;
      if (!passed.contains(id) && !proven.contains(id) && (complete || before)) all.never_passed.insert(id);
    }
  }

  const Coverage& known_;
  const SearchOptions& options_;
  const Listener& listener_;
  Cases cases_;
  std::vector<Work> work_;
  std::vector<Found> found_;
  std::map<std::string, Sound> sounds_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::optional<base::Error> error_;
};

}  // namespace

std::vector<std::string> runnable_cases() {
  std::vector<std::string> ids;
  for (const auto& unit : model::builtin_units()) {
    for (const auto& test : unit.cases) {
      if (!std::holds_alternative<model::NotRunnable>(test.body)) ids.push_back(test.info.id);
    }
  }
  std::ranges::sort(ids, natural_less);
  return ids;
}

std::vector<std::string_view> cards_for(const std::vector<std::string_view>& configurations, std::size_t most) {
  // The simplest card shows the fault alone; these show it to the most cases.
  constexpr std::array<std::string_view, 4> kRich = {"full", "eac-rsa", "td3", "pace-cam"};
  std::vector<std::string_view> cards;
  const auto add = [&](std::string_view name) {
    const bool fits = std::ranges::find(configurations, name) != configurations.end();
    if (fits && cards.size() < most && std::ranges::find(cards, name) == cards.end()) cards.push_back(name);
  };
  if (!configurations.empty()) add(configurations.front());
  for (const auto name : kRich) add(name);
  for (const auto name : configurations) add(name);
  return cards;
}

base::Result<Coverage> search(const Coverage& known, const SearchOptions& options, const Listener& listener) {
  return Search{known, options, listener}.run();
}

}  // namespace cicada::tests::mutation
