// Sound cards of every configuration, the cases in shuffled order: nothing fails, nothing stays open.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "cicada/tests/mutation/specimen.h"
#include "cicada/tools/lower_tester/test_card.h"

#include <CppUTest/TestRegistry.h>

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::tests::mutation;
using conformance::model::Verdict;

namespace {

/// All cards three times took more than a minute of processor time (`cicada-mutation sound` does it): these, and the
/// others once.
constexpr std::string_view kOften = "bac-pace";

/// What is not as it should be.
std::string wrong_in(const Trial& trial) {
  std::string text;
  for (const auto& one : trial.record.records) {
    const auto verdict = one.outcome.verdict;
    const bool well = verdict == Verdict::pass || verdict == Verdict::not_applicable;
    if (well && one.state_afterwards.empty()) continue;
    text += fmt::format("\n  {} {}: {} {}", one.info.id, to_string(verdict), one.outcome.reason, one.state_afterwards);
  }
  return text;
}

void drive(std::string_view configuration) {
  SystemRng rng;
  const SystemClock clock;
  const auto specimen = make_specimen(configuration, rng, clock);
  CHECK_OK(specimen);
  const std::uint64_t times = configuration == kOften ? 3 : 1;
  for (std::uint64_t seed = 1; seed <= times; ++seed) {
    const auto trial = put(*specimen, {}, {.ids = {}, .units = {}, .seed = seed}, rng, clock);
    CHECK_OK(trial);
    const auto wrong = wrong_in(*trial);
    if (!wrong.empty()) FAIL(fmt::format("{}, {}:{}", configuration, trial->record.order, wrong).c_str());
    CHECK(!trial->with(Verdict::pass).empty());
  }
}

class CardCase : public Utest {
 public:
  explicit CardCase(std::string_view configuration) : configuration_(configuration) {}
  void testBody() override { drive(configuration_); }

 private:
  std::string_view configuration_;
};

class CardShell : public UtestShell {
 public:
  explicit CardShell(std::string_view configuration)
      : UtestShell("ConformSound", "", "tools/lower-tester", 0),
        configuration_(configuration),
        title_(fmt::format("nothing_fails_in_any_order_{}", configuration)) {
    setTestName(title_.c_str());
  }
  Utest* createTest() override { return new CardCase(configuration_); }

 private:
  std::string_view configuration_;
  std::string title_;
};

struct Register {
  Register() {
    static std::vector<std::unique_ptr<CardShell>> shells;
    for (const auto& one : tools::lower_tester::configurations()) {
      shells.push_back(std::make_unique<CardShell>(one.name));
      TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(ConformSoundOrder){};

TEST(ConformSoundOrder, is_another_with_another_seed) {
  SystemRng rng;
  const SystemClock clock;
  const auto specimen = make_specimen("bac", rng, clock);
  CHECK_OK(specimen);
  const auto order = [&](std::uint64_t seed) {
    const auto trial = put(*specimen, {}, {.ids = {}, .units = {}, .seed = seed}, rng, clock);
    CHECK_OK(trial);
    return trial->with(Verdict::pass);
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
}
