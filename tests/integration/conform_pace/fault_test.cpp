// Who tests the tests: for every case of PACE and chip authentication a chip with one fault, which makes it fail.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "chips.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
namespace misbehave = applet_sim::misbehave;
using conformance::model::Outcome;
using conformance::model::Verdict;
using tests::Chip;

namespace {

/// What a fault is caught by, on which chip. Numbers are those of the unit's cases.
struct Catch {
  std::string_view fault;
  std::string_view chip;
  std::string_view unit = {};
  std::vector<int> cases = {};
};

const std::vector<Catch>& catches() {
  static const std::vector<Catch> kCatches = {
      {"pace-other-password", "gm-ecdh", "ISO7816_P", {1, 2}},
      {"plain-commands-kept-session", "gm-ecdh", "ISO7816_P", {3}},
      {"pace-takes-any-mechanism-tag", "gm-ecdh", "ISO7816_P", {5, 77}},
      {"pace-takes-any-mechanism", "gm-ecdh", "ISO7816_P", {6, 64, 65, 66, 67, 68}},
      {"pace-takes-nested-mechanism", "gm-ecdh", "ISO7816_P", {7}},
      {"pace-takes-any-password", "gm-ecdh", "ISO7816_P", {8, 69, 70, 72}},
      {"pace-takes-cut-objects", "gm-ecdh", "ISO7816_P", {71}},
      {"pace-takes-any-domain", "gm-ecdh", "ISO7816_P", {9, 75}},
      {"pace-takes-any-template", "gm-ecdh", "ISO7816_P", {11, 12, 15, 16, 19, 20, 31, 32}},
      {"pace-takes-tags-of-answers", "gm-ecdh", "ISO7816_P", {17, 21, 33}},
      {"pace-takes-more-objects", "gm-ecdh", "ISO7816_P", {22, 34}},
      {"pace-repeats-nonce", "gm-ecdh", "ISO7816_P", {14}},
      {"pace-takes-any-key", "gm-ecdh", "ISO7816_P", {23, 24, 30, 41, 42, 49, 50, 52}},
      {"pace-dh-takes-any-number", "gm-dh", "ISO7816_P", {23, 29, 41, 47, 48, 53}},
      {"pace-dh-takes-any-number", "im-dh", "ISO7816_P", {23, 29, 53}},
      {"pace-loses-leading-zeros", "gm-ecdh", "ISO7816_P", {25, 27, 43, 45}},
      {"pace-takes-highest-bit-for-sign", "gm-ecdh", "ISO7816_P", {26, 28, 44, 46}},
      {"pace-takes-any-token", "gm-ecdh", "ISO7816_P", {35, 36, 62, 76}},
      {"pace-im-takes-any-nonce", "im-ecdh", "ISO7816_P", {51}},
      {"pace-takes-any-chain", "gm-ecdh", "ISO7816_P", {54, 55, 56, 57}},
      {"pace-run-lasts", "gm-ecdh", "ISO7816_P", {13, 58, 59, 60, 61}},
      {"pace-domain-refused", "gm-ecdh", "ISO7816_P", {73}},
      {"pace-needs-domain", "gm-ecdh", "ISO7816_P", {74}},
      {"pace-chip-data-without-mapping", "cam", "ISO7816_P", {78}},
      {"sm-aes-takes-old-counter", "gm-ecdh", "ISO7816_P", {79}},
      {"application-status-lost", "gm-ecdh", "ISO7816_P", {79, 80}},
      {"ca-kat-refused", "bac-3des", "ISO7816_I", {1}},
      {"ca-kat-old-keys", "bac-3des", "ISO7816_I", {1, 2}},
      {"ca-kat-clone", "bac-3des", "ISO7816_I", {1}},
      {"ca-key-refused", "gm-ecdh", "ISO7816_I", {16}},
      {"ca-old-keys", "gm-ecdh", "ISO7816_I", {16, 17}},
      {"ca-kat-takes-any-key", "bac-3des", "ISO7816_I", {3, 7, 14}},
      {"ca-kat-takes-any-key", "bac-dh-3des", "ISO7816_I", {3, 13}},
      {"ca-takes-any-key", "gm-ecdh", "ISO7816_I", {18, 22, 29}},
      {"ca-takes-any-key", "gm-dh", "ISO7816_I", {18, 28}},
      {"ca-kat-needs-no-session", "bac-3des", "ISO7816_I", {4, 5}},
      {"ca-needs-no-session", "gm-ecdh", "ISO7816_I", {19, 20}},
      {"ca-kat-takes-any-tag", "bac-3des", "ISO7816_I", {6}},
      {"ca-takes-any-tag", "gm-ecdh", "ISO7816_I", {21}},
      {"ca-loses-leading-zeros", "bac-3des", "ISO7816_I", {8, 10}},
      {"ca-loses-leading-zeros", "bac-two-ciphers", "ISO7816_I", {23, 25}},
      {"ca-takes-highest-bit-for-sign", "bac-3des", "ISO7816_I", {9, 11}},
      {"ca-takes-highest-bit-for-sign", "bac-two-ciphers", "ISO7816_I", {24, 26}},
      {"ca-takes-any-key-reference", "bac-dh-3des", "ISO7816_I", {12}},
      {"ca-takes-any-key-reference", "cam", "ISO7816_I", {27}},
      {"ca-not-after-mapping", "cam", "ISO7816_I", {15}},
  };
  return kCatches;
}

const conformance::model::Case& case_of(const std::string& id) {
  for (const auto* const test : tests::cases()) {
    if (test->info.id == id) return *test;
  }
  FAIL(("there is no case " + id).c_str());
  return *tests::cases().front();
}

/// What a case says about a chip with a fault.
Outcome outcome_of(const Catch& entry, const conformance::model::Case& test) {
  const auto* const fault = misbehave::find(misbehave::builtin_catalogue(), entry.fault);
  if (fault == nullptr) FAIL(("there is no fault " + std::string{entry.fault}).c_str());
  ReplayRng faults{1};
  misbehave::Misbehaviour misbehaviour{std::vector{*fault}, faults};
  Chip chip{entry.chip, &misbehaviour};
  std::map<std::string, Bytes> files;
  SystemRng rng;
  return tests::run_case(chip, test, files, rng);
}

}  // namespace

TEST_GROUP(ConformPaceFaults){};

TEST(ConformPaceFaults, make_the_cases_fail_that_are_there_for_them) {
  std::string missed;
  for (const auto& entry : catches()) {
    for (const auto number : entry.cases) {
      const auto id = fmt::format("{}_{}", entry.unit, number);
      const auto outcome = outcome_of(entry, case_of(id));
      if (outcome.verdict == Verdict::fail) continue;
      missed += fmt::format("\n  {} on {} with {}: {}: {}", id, entry.chip, entry.fault, to_string(outcome.verdict),
                            outcome.reason);
    }
  }
  if (!missed.empty()) FAIL(missed.c_str());
}

TEST(ConformPaceFaults, are_there_for_every_case) {
  std::set<std::string> caught;
  for (const auto& entry : catches()) {
    for (const auto number : entry.cases) caught.insert(fmt::format("{}_{}", entry.unit, number));
  }
  for (const auto* const test : tests::cases()) CHECK_TEXT(caught.contains(test->info.id), test->info.id.c_str());
}

TEST(ConformPaceFaults, name_a_case_that_notices_them_where_no_reader_does) {
  for (const auto& fault : misbehave::builtin_catalogue()) {
    const auto& reason = fault.expectation.reason;
    if (!reason.starts_with("ISO7816_P_") && !reason.starts_with("ISO7816_I_")) continue;
    const auto& test = case_of(reason);
    const bool is_noticed = std::ranges::any_of(tests::chip_names(), [&](std::string_view chip) {
      return outcome_of({.fault = fault.name, .chip = chip}, test).verdict == Verdict::fail;
    });
    CHECK_TEXT(is_noticed, fault.name.c_str());
  }
}
