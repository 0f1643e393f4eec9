// The two tables of tests/support: what must be refused, by which check and why; and what is tolerated under a name.
#include <set>

#include "bad_documents.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;

namespace {

std::string text_of(std::string_view name, const Check& check) {
  return std::string{name} + ": " + std::string{to_string(check.check)} + " " + std::string{to_string(check.result)} +
         ": " + check.reason;
}

bool lists(const Check& check, std::string_view deviation) {
  return std::ranges::find(check.deviations, deviation) != check.deviations.end();
}

template <typename Table>
std::size_t different_names(const Table& table) {
  std::set<std::string_view> names;
  for (const auto& one : table) names.insert(one.name);
  return names.size();
}

}  // namespace

TEST_GROUP(BadDocuments){};

TEST(BadDocuments, AreMoreThanSixtyWithANameEach) {
  const auto failing = std::ranges::count(bad_documents(), CheckResult::failed, &BadDocument::result);
  CHECK(failing >= 60);
  LONGS_EQUAL(bad_documents().size(), different_names(bad_documents()));
  LONGS_EQUAL(deviating_documents().size(), different_names(deviating_documents()));
}

TEST(BadDocuments, ArePlainlyGoodWithNothingWrong) {
  for (const auto algorithm : {host::pki::KeyAlgorithm::ecdsa_p256, host::pki::KeyAlgorithm::rsa_2048}) {
    const auto evidence = make(Scene{algorithm});
    for (const auto& check : passive_authentication(evidence.input(true))) {
      CHECK_TEXT(check.result == CheckResult::passed, text_of("nothing wrong", check).c_str());
      CHECK_TEXT(check.deviations.empty(), text_of("nothing wrong", check).c_str());
    }
  }
}

TEST(BadDocuments, AreRefusedByTheRightCheckForTheRightReason) {
  for (const auto& one : bad_documents()) {
    Scene scene{one.algorithm};
    one.spoil(scene);
    const auto evidence = make(scene);
    for (const bool strict : {false, true}) {
      const auto check = check_of(passive_authentication(evidence.input(strict)), one.check);
      CHECK_TEXT(check.result == one.result, text_of(one.name, check).c_str());
      CHECK_TEXT(check.reason.find(one.reason) != std::string::npos, text_of(one.name, check).c_str());
      CHECK_TEXT(!check.clause.empty(), text_of(one.name, check).c_str());
      CHECK(judge_files(evidence.input(strict)).outcome() != Outcome::passed);
    }
  }
}

TEST(BadDocuments, WithADeviationAreToleratedByNameAndRefusedByTheStrictPolicy) {
  for (const auto& one : deviating_documents()) {
    Scene scene{one.algorithm};
    one.bend(scene);
    const auto evidence = make(scene);
    const auto tolerant = passive_authentication(evidence.input());
    const auto check = check_of(tolerant, one.check);
    CHECK_TEXT(check.result == CheckResult::passed, text_of(one.name, check).c_str());
    CHECK_TEXT(lists(check, one.deviation), text_of(one.name, check).c_str());
    for (const auto& other : tolerant) {
      CHECK_TEXT(other.result != CheckResult::failed, text_of(one.name, other).c_str());
    }
    const auto strict = check_of(passive_authentication(evidence.input(true)), one.check);
    CHECK_TEXT(strict.result == CheckResult::failed, text_of(one.name, strict).c_str());
    CHECK_TEXT(strict.reason.find(one.deviation) != std::string::npos, text_of(one.name, strict).c_str());
  }
}
