// docs/conformance-coverage.md against the suite: each seeded fault makes the cases fail that the page names for it,
// and they pass on the sound card. One ctest case for each kind of card.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "cicada/base/file.h"
#include "cicada/tests/mutation/coverage.h"
#include "cicada/tests/mutation/mutant.h"
#include "cicada/tests/mutation/search.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::tests::mutation;
using conformance::model::Verdict;

namespace {

constexpr std::size_t kMaxPage = 8UL * 1024 * 1024;
constexpr std::size_t kIssueWants = 120;

const Coverage& page() {
  static const auto kPage = [] {
    const auto octets = read_file("../docs/conformance-coverage.md", kMaxPage);
    if (!octets) throw std::runtime_error(octets.error().describe());
    const std::string text{octets->begin(), octets->end()};
    auto read = parse(text);
    if (!read) throw std::runtime_error(read.error().text);
    return *std::move(read);
  }();
  return kPage;
}

std::string joined(const std::set<std::string>& names) {
  return fmt::format("{}", fmt::join(names, " "));
}

/// Cases of which the verdict is another one, with what they said.
std::string others_than(Verdict wanted, const Trial& trial) {
  std::string text;
  for (const auto& one : trial.record.records) {
    if (one.outcome.verdict != wanted)
      text += fmt::format("\n  {} {}: {}", one.info.id, to_string(one.outcome.verdict), one.outcome.reason);
  }
  return text;
}

void check_sound(const Specimen& sound, const std::vector<const Catch*>& catches, Rng& rng, const Clock& clock) {
  std::set<std::string> ids;
  for (const auto* one : catches) ids.insert(one->shown_by.begin(), one->shown_by.end());
  const auto trial = put(sound, {}, {.ids = {ids.begin(), ids.end()}}, rng, clock);
  CHECK_OK(trial);
  const auto wrong = others_than(Verdict::pass, *trial);
  if (!wrong.empty()) FAIL((sound.configuration + ", the sound card:" + wrong).c_str());
}

void drive(const std::string& configuration) {
  SystemRng rng;
  const SystemClock clock;
  std::vector<const Catch*> catches;
  for (const auto& one : page().catches) {
    if (one.configuration == configuration) catches.push_back(&one);
  }
  if (catches.empty()) return;
  const auto sound = sound_specimen(configuration, rng, clock);
  CHECK_OK(sound);
  check_sound(*sound, catches, rng, clock);
  std::string missed;
  for (const auto* one : catches) {
    const auto* mutant = find_mutant(one->fault);
    if (mutant == nullptr) continue;  // another test says so
    const auto trial = put(*mutant, *sound, {.ids = one->shown_by}, rng, clock);
    CHECK_OK(trial);
    const auto wrong = others_than(Verdict::fail, *trial);
    if (!wrong.empty()) missed += fmt::format("\n{} in {} is not noticed:{}", one->fault, configuration, wrong);
  }
  if (!missed.empty()) FAIL(missed.c_str());
}

class CardCase : public Utest {
 public:
  explicit CardCase(const std::string& configuration) : configuration_(configuration) {}
  void testBody() override { drive(configuration_); }

 private:
  const std::string& configuration_;
};

class CardShell : public UtestShell {
 public:
  explicit CardShell(std::string configuration)
      : UtestShell("ConformMutation", "", "docs/conformance-coverage.md", 0),
        configuration_(std::move(configuration)),
        title_("every_fault_is_noticed_in_" + configuration_) {
    setTestName(title_.c_str());
  }
  Utest* createTest() override { return new CardCase(configuration_); }

 private:
  std::string configuration_;
  std::string title_;
};

/// One case for each card that the page seeds a fault into.
struct Register {
  Register() {
    static std::vector<std::unique_ptr<CardShell>> shells;
    std::set<std::string> seen;
    for (const auto& mutant : all_mutants()) {
      for (const auto name : mutant.configurations) {
        if (!seen.emplace(name).second) continue;
        shells.push_back(std::make_unique<CardShell>(std::string{name}));
        TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
      }
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(ConformCoverage){};

TEST(ConformCoverage, has_every_fault_and_no_other) {
  std::set<std::string> wanted;
  for (const auto& mutant : all_mutants()) CHECK_TEXT(wanted.insert(mutant.name).second, mutant.name.c_str());
  std::set<std::string> unknown;
  auto missing = wanted;
  const auto meet = [&](const std::string& name) {
    missing.erase(name);
    if (!wanted.contains(name)) unknown.insert(name);
  };
  for (const auto& one : page().catches) meet(one.fault);
  for (const auto& name : page().unnoticed) meet(name);
  CHECK_TEXT(missing.empty(), ("the page lacks " + joined(missing) + "; see its head").c_str());
  CHECK_TEXT(unknown.empty(), ("there is no " + joined(unknown)).c_str());
}

TEST(ConformCoverage, has_every_case_that_can_be_run_and_no_other) {
  const auto there = runnable_cases();
  const std::set<std::string> wanted{there.begin(), there.end()};
  const std::set<std::string> listed{page().runnable.begin(), page().runnable.end()};
  std::set<std::string> missing;
  std::ranges::set_symmetric_difference(wanted, listed, std::inserter(missing, missing.end()));
  CHECK_TEXT(missing.empty(), (joined(missing) + "; see the page's head").c_str());
  for (const auto& one : page().catches) {
    for (const auto& id : one.failed) CHECK_TEXT(wanted.contains(id), id.c_str());
  }
}

TEST(ConformCoverage, shows_each_fault_by_one_or_two_cases_in_a_card_that_it_fits) {
  for (const auto& one : page().catches) {
    CHECK_TEXT(!one.shown_by.empty() && one.shown_by.size() <= 2, one.fault.c_str());
    const auto* mutant = find_mutant(one.fault);
    if (mutant == nullptr) continue;
    const bool fits = std::ranges::find(mutant->configurations, one.configuration) != mutant->configurations.end();
    CHECK_TEXT(fits, (one.fault + " in " + one.configuration).c_str());
  }
}

TEST(ConformCoverage, has_more_than_enough_faults_in_every_unit) {
  std::set<std::string> faults;
  std::set<std::string> units;
  for (const auto& one : page().catches) {
    faults.insert(one.fault);
    for (const auto& id : one.failed) units.insert(id.substr(0, id.rfind('_')));
  }
  CHECK(faults.size() >= kIssueWants);
  std::set<std::string> untouched;
  for (const auto& id : page().runnable) {
    const auto unit = id.substr(0, id.rfind('_'));
    if (!units.contains(unit)) untouched.insert(unit);
  }
  CHECK_TEXT(untouched.empty(), joined(untouched).c_str());
}

TEST(ConformCoverage, is_refused_when_a_row_is_broken) {
  const auto text = write(page());
  const auto without = [&](std::string_view what, std::string_view instead) {
    auto changed = text;
    const auto at = changed.find(what);
    CHECK(at != std::string::npos);
    changed.replace(at, what.size(), instead);
    return parse(changed);
  };
  CHECK(parse(text).has_value());
  CHECK(!without("Cases that can be run: ", "Cases: ").has_value());
  CHECK(!without("## What each fault makes fail", "## What").has_value());
  const auto& first = page().catches.front();
  const auto row = fmt::format("| `{}` | {} | {} |", first.fault, first.configuration, fmt::join(first.shown_by, " "));
  CHECK(!without(row, fmt::format("| `{}` | {} | ISO7816_Z_1 |", first.fault, first.configuration)).has_value());
  CHECK(!without(row, fmt::format("| `{}` | {} |", first.fault, first.configuration)).has_value());
  CHECK(!parse("").has_value());
}
