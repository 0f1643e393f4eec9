// Every check seen to fail when it should, and no other with it: one ctest test for each file that breaks a rule.
#include <memory>
#include <set>

#include "applicable.h"
#include "rule_breakers.h"

#include "harness.h"

#include <CppUTest/TestRegistry.h>

using namespace cicada;
using namespace cicada::tests;
using namespace cicada::conformance;

namespace {

std::string told(const std::string& name, const lds::Finding& finding) {
  return name + " " + std::string{lds::to_string(finding.ruling)} + ": " + finding.text;
}

void drive(const RuleBreaker& breaker) {
  const auto evidence = broken(breaker);
  const auto check = lds::find(breaker.check);
  CHECK_TEXT(check != nullptr, breaker.check.c_str());
  const auto finding = check(evidence);
  CHECK_TEXT(finding.ruling == lds::Ruling::breaks, told(breaker.check, finding).c_str());
  CHECK(!finding.text.empty());
  if (finding.at) CHECK(*finding.at <= evidence.files.at(breaker.file).size());
  for (const auto& name : applicable_checks(breaker.kind)) {
    if (name == breaker.check) continue;
    const auto other = lds::find(name)(evidence);
    const bool expected = std::ranges::find(breaker.also, name) != breaker.also.end();
    CHECK_TEXT((other.ruling == lds::Ruling::breaks) == expected, told(name, other).c_str());
  }
}

class BreakerCase : public Utest {
 public:
  explicit BreakerCase(const RuleBreaker& breaker) : breaker_(breaker) {}
  void testBody() override { drive(breaker_); }

 private:
  const RuleBreaker& breaker_;
};

class BreakerShell : public UtestShell {
 public:
  explicit BreakerShell(const RuleBreaker& breaker)
      : UtestShell("RuleBreaker", breaker.name.c_str(), "tests/support/rule_breakers", 0), breaker_(breaker) {}
  Utest* createTest() override { return new BreakerCase(breaker_); }

 private:
  const RuleBreaker& breaker_;
};

/// One case for each, known before the runner starts.
struct Register {
  Register() {
    static std::vector<std::unique_ptr<BreakerShell>> shells;
    for (const auto& breaker : rule_breakers()) {
      shells.push_back(std::make_unique<BreakerShell>(breaker));
      TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(RuleBreakers){};

TEST(RuleBreakers, break_every_check_that_there_is) {
  std::set<std::string> unbroken;
  for (const auto& [name, check] : lds::all()) unbroken.emplace(name);
  std::set<std::string> names;
  for (const auto& breaker : rule_breakers()) {
    unbroken.erase(breaker.check);
    CHECK_TEXT(names.insert(breaker.name).second, breaker.name.c_str());
  }
  CHECK_TEXT(unbroken.empty(), unbroken.empty() ? "" : unbroken.begin()->c_str());
}
