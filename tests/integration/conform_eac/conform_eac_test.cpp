// The cases of terminal authentication (units H and J to N) against simulated chips, sound and with faults: each case
// passes on a sound chip, and fails on a chip with the fault that it is there for.
#include <fmt/format.h>

#include <array>
#include <set>

#include "cards.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/conformance/procedures/registry.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using conformance::model::Case;
using conformance::model::Verdict;
using tests::EacCard;

namespace {

/// What catches what: the case fails on the card with this fault of the catalogue.
struct Pair {
  std::string_view id;  ///< behind "ISO7816_"
  std::string_view card;
  std::string_view fault;
};
constexpr std::array kPairs = {
    // H: what is open that should not be, and EF.CVCA.
    Pair{"H_1", "pace", "files-open-to-all"},
    Pair{"H_2", "pace", "files-open-to-all"},
    Pair{"H_3", "pace", "files-open-to-all"},
    Pair{"H_4", "bac-kat", "files-open-to-all"},
    Pair{"H_5", "pace", "files-open-to-all"},
    Pair{"H_6", "pace", "files-open-to-all"},
    Pair{"H_7", "bac-kat", "files-open-to-all"},
    Pair{"H_8", "bac-kat", "files-open-to-all"},
    Pair{"H_9", "bac-kat", "files-open-to-all"},
    Pair{"H_10", "bac-kat", "files-open-to-all"},
    Pair{"H_11", "pace", "files-open-to-all"},
    Pair{"H_12", "pace", "files-open-to-all"},
    Pair{"H_13", "pace", "ta-cvca-cut"},
    Pair{"H_14", "pace", "ta-cvca-cut"},
    Pair{"H_15", "pace", "ta-cvca-cut"},
    Pair{"H_16", "bac-kat", "ta-cvca-missing"},
    // J: certificates.
    Pair{"J_1", "pace", "ta-verifier-refused"},
    Pair{"J_2", "pace", "ta-takes-any-issuer"},
    Pair{"J_3", "pace", "ta-takes-any-signature"},
    Pair{"J_4", "pace", "ta-takes-no-signature"},
    Pair{"J_5", "pace", "ta-certificates-never-refused"},
    Pair{"J_6", "pace", "ta-takes-no-authorization"},
    Pair{"J_7", "pace", "ta-takes-missing-days"},
    Pair{"J_8", "pace", "ta-takes-missing-days"},
    Pair{"J_9", "pace", "ta-takes-no-digits"},
    Pair{"J_10", "pace", "ta-takes-no-digits"},
    Pair{"J_11", "pace", "ta-day-of-foreigners"},
    Pair{"J_12", "pace", "plain-commands-kept-session"},
    Pair{"J_13", "pace", "proprietary-class-taken"},
    Pair{"J_15", "pace", "proprietary-class-taken"},
    Pair{"J_17", "pace", "ta-takes-any-tag"},
    Pair{"J_18", "pace", "ta-takes-any-tag"},
    Pair{"J_19", "pace", "ta-takes-no-days"},
    Pair{"J_20", "pace", "ta-takes-no-days"},
    Pair{"J_21", "pace", "ta-takes-reversed-days"},
    Pair{"J_22", "pace", "ta-verifier-lasts"},
    Pair{"J_23", "pace", "ta-takes-any-terminal-type"},
    Pair{"J_24", "pace", "ta-takes-any-key-scheme"},
    Pair{"J_25", "pace", "ta-day-too-early"},
    Pair{"J_25", "pace", "ta-takes-any-issuer"},
    Pair{"J_26", "pace", "ta-day-too-early"},
    Pair{"J_26", "pace", "ta-takes-any-tag"},
    Pair{"J_27", "pace", "ta-day-too-early"},
    Pair{"J_27", "pace", "ta-takes-any-tag"},
    Pair{"J_28", "pace", "ta-day-too-early"},
    Pair{"J_28", "pace", "ta-takes-any-length"},
    Pair{"J_29", "pace", "ta-day-too-early"},
    Pair{"J_29", "pace", "ta-takes-any-length"},
    Pair{"J_30", "pace", "ta-day-too-early"},
    Pair{"J_30", "pace", "ta-takes-any-signature"},
    Pair{"J_31", "pace", "ta-day-too-early"},
    Pair{"J_31", "pace", "ta-takes-any-signature"},
    Pair{"J_33", "pace", "ta-day-too-early"},
    Pair{"J_33", "pace", "ta-takes-zero-signature"},
    Pair{"J_34", "pace", "ta-day-too-early"},
    Pair{"J_34", "pace", "ta-takes-zero-signature"},
    Pair{"J_35", "pace", "ta-day-too-early"},
    Pair{"J_35", "pace", "ta-takes-any-issuer"},
    Pair{"J_37", "pace", "ta-day-too-early"},
    Pair{"J_37", "pace", "ta-takes-any-key-scheme"},
    Pair{"J_38", "pace", "ta-day-too-early"},
    Pair{"J_38", "pace", "ta-takes-any-key-objects"},
    Pair{"J_41", "pace", "ta-day-too-early"},
    Pair{"J_41", "pace", "ta-takes-any-key-objects"},
    Pair{"J_32", "pace-rsa", "ta-day-too-early"},
    Pair{"J_32", "pace-rsa", "ta-takes-large-signature"},
    Pair{"J_39", "pace-rsa", "ta-day-too-early"},
    Pair{"J_39", "pace-rsa", "ta-takes-any-key-objects"},
    Pair{"J_40", "pace-rsa", "ta-day-too-early"},
    Pair{"J_40", "pace-rsa", "ta-takes-any-key-objects"},
    Pair{"J_43", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_44", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_45", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_46", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_47", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_48", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_49", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_50", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_51", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_52", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_53", "pace", "ta-takes-any-hierarchy"},
    Pair{"J_55", "pace", "ta-takes-shorter-keys"},
    Pair{"J_55", "bac-rsa-v15", "ta-takes-shorter-keys"},
    Pair{"J_56", "pace", "ta-takes-shorter-keys"},
    // K: the proof.
    Pair{"K_1a", "pace", "ta-signature-refused"},
    Pair{"K_1b", "pace", "ta-challenge-long"},
    Pair{"K_2", "pace", "ta-takes-any-name"},
    Pair{"K_4", "pace", "plain-commands-kept-session"},
    Pair{"K_5", "pace", "ta-takes-any-role"},
    Pair{"K_6", "pace", "ta-takes-any-role"},
    Pair{"K_7", "pace", "proprietary-class-taken"},
    Pair{"K_10", "pace", "ta-keeps-first-challenge"},
    Pair{"K_12", "pace", "ta-short-challenge"},
    Pair{"K_14", "pace", "ta-needs-no-challenge"},
    Pair{"K_15", "pace", "ta-takes-any-name"},
    Pair{"K_17", "pace", "ta-takes-any-name"},
    Pair{"K_18", "pace", "ta-rights-last"},
    Pair{"K_19", "cam", "ta-challenge-refused"},
    Pair{"K_20", "pace", "ta-takes-any-proof"},
    // L: rights.
    Pair{"L_1", "pace", "ta-no-rights"},
    Pair{"L_2", "pace", "ta-rights-of-verifier"},
    Pair{"L_3", "pace", "ta-no-rights"},
    Pair{"L_4", "pace", "ta-rights-of-verifier"},
    Pair{"L_5", "pace", "ta-no-rights"},
    Pair{"L_6", "pace", "ta-rights-of-terminal"},
    Pair{"L_7", "pace", "ta-no-rights"},
    Pair{"L_8", "pace", "ta-rights-of-all"},
    Pair{"L_9", "pace", "ta-rights-by-name"},
    Pair{"L_10", "pace", "ta-rights-by-name"},
    Pair{"L_11", "pace", "ta-rights-of-failed"},
    Pair{"L_12", "pace", "ta-rights-of-failed"},
    Pair{"L_13", "pace", "ta-rights-last"},
    Pair{"L_14", "pace", "ta-rights-last"},
    Pair{"L_15", "pace", "ta-rights-last"},
    Pair{"L_16", "pace", "ta-rights-last"},
    // M and N: what stays.
    Pair{"M_1", "pace", "ta-day-frozen"},
    Pair{"M_2", "pace", "ta-takes-expired"},
    Pair{"M_3", "pace", "ta-link-unwritten"},
    Pair{"M_3", "pace", "ta-day-frozen"},
    Pair{"M_4", "pace", "ta-link-beside-oldest"},
    Pair{"M_5", "pace", "ta-takes-any-hierarchy"},
    Pair{"M_6", "pace", "ta-cvca-endless"},
    Pair{"N_1", "pace", "ta-link-of-one-scheme"},
};

const Case* case_of(std::string_view id) {
  for (const auto* const test : tests::eac_cases()) {
    if (test->info.id == "ISO7816_" + std::string{id}) return test;
  }
  return nullptr;
}

/// All that did not pass though it applies; and what passed.
std::string failures_on(std::string_view name, std::set<std::string>& passed) {
  EacCard card{name};
  std::map<std::string, Bytes> files;
  std::string failures;
  for (const auto* const test : tests::eac_cases()) {
    const auto outcome = tests::run_case(card, *test, files);
    if (outcome.verdict == Verdict::not_applicable) continue;
    if (outcome.passed()) {
      passed.insert(test->info.id);
    } else {
      failures += fmt::format("\n  {} on {}: {}: {}", test->info.id, name, to_string(outcome.verdict), outcome.reason);
    }
  }
  return failures;
}

}  // namespace

TEST_GROUP(ConformEac){};

TEST(ConformEac, knows_every_name_that_its_cases_use) {
  for (const auto& problem : conformance::procedures::unknown_names(conformance::model::builtin_units())) {
    for (const auto* const unit : {"H", "J", "K", "L", "M", "N"}) {
      if (problem.starts_with(fmt::format("ISO7816_{}_", unit))) FAIL(problem.c_str());
    }
  }
}

TEST(ConformEac, has_every_case_of_its_units_once) {
  std::set<std::string> ids;
  for (const auto* const test : tests::eac_cases()) ids.insert(test->info.id);
  LONGS_EQUAL(16 + 51 + 15 + 16 + 6 + 1, ids.size());
  LONGS_EQUAL(ids.size(), tests::eac_cases().size());
}

TEST(ConformEac, passes_on_a_sound_chip_of_every_kind_wherever_a_case_applies) {
  std::set<std::string> passed;
  std::string failures;
  for (const auto name : tests::eac_cards()) failures += failures_on(name, passed);
  if (!failures.empty()) FAIL(failures.c_str());
  for (const auto* const test : tests::eac_cases()) CHECK_TEXT(passed.contains(test->info.id), test->info.id.c_str());
}

TEST(ConformEac, passes_twice_on_a_chip_that_cannot_be_restored_and_once_with_the_case_that_spends_it) {
  EacCard card{"pace"};
  std::map<std::string, Bytes> files;
  const auto run = [&](const Case& test) {
    const auto outcome = tests::run_case(card, test, files, false);
    const auto what = test.info.id + ": " + outcome.reason;
    CHECK_TEXT(outcome.passed() || outcome.verdict == Verdict::not_applicable, what.c_str());
  };
  const auto* const last = case_of("M_4");
  for (int i = 0; i < 2; ++i) {
    for (const auto* const test : tests::eac_cases()) {
      if (test != last) run(*test);
    }
  }
  run(*last);
}

TEST(ConformEac, fails_on_a_chip_with_the_fault_that_a_case_is_there_for) {
  std::string wrong;
  for (const auto& pair : kPairs) {
    EacCard card{pair.card, pair.fault};
    std::map<std::string, Bytes> files;
    const auto* const test = case_of(pair.id);
    CHECK_TEXT(test != nullptr, std::string{pair.id}.c_str());
    const auto outcome = tests::run_case(card, *test, files);
    if (outcome.verdict == Verdict::fail) continue;
    wrong += fmt::format("\n  {} on {} with {}: {}: {}", pair.id, pair.card, pair.fault, to_string(outcome.verdict),
                         outcome.reason);
  }
  if (!wrong.empty()) FAIL(wrong.c_str());
}

TEST(ConformEac, has_a_fault_for_every_case) {
  std::set<std::string> ids;
  for (const auto& pair : kPairs) ids.insert("ISO7816_" + std::string{pair.id});
  for (const auto* const test : tests::eac_cases()) CHECK_TEXT(ids.contains(test->info.id), test->info.id.c_str());
}

TEST(ConformEac, notices_what_the_catalogue_says_that_it_does) {
  constexpr std::string_view kUnit = "ISO7816_";
  std::string wrong;
  std::size_t noticed = 0;
  for (const auto& fault : applet_sim::misbehave::builtin_catalogue()) {
    if (fault.expectation.check != "conformance" || !fault.expectation.reason.starts_with(kUnit)) continue;
    const auto* const test = case_of(std::string_view{fault.expectation.reason}.substr(kUnit.size()));
    if (test == nullptr) continue;
    // A root with ECDSA, or where the case is about RSA, with that.
    auto outcome = conformance::model::not_applicable({});
    for (const auto* const card_name : {"pace", "pace-rsa"}) {
      if (outcome.verdict != Verdict::not_applicable) continue;
      EacCard card{card_name, fault.name};
      std::map<std::string, Bytes> files;
      outcome = tests::run_case(card, *test, files);
    }
    ++noticed;
    if (outcome.verdict == Verdict::fail) continue;
    wrong +=
        fmt::format("\n  {} with {}: {}: {}", test->info.id, fault.name, to_string(outcome.verdict), outcome.reason);
  }
  if (!wrong.empty()) FAIL(wrong.c_str());
  CHECK(noticed >= 42);
}
