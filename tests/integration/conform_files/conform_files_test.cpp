// The strict checks against every kind of test card: its files as they come off the chip, and what its statement
// claims.
#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "cicada/base/rng.h"
#include "cicada/conformance/lds/checks.h"
#include "cicada/conformance/model/loader.h"
#include "cicada/tools/lower_tester/test_card.h"

#include "harness.h"

#include <CppUTest/TestRegistry.h>

using namespace cicada;
using namespace cicada::conformance;
namespace lower_tester = tools::lower_tester;
using applet_sim::kernel::Folder;

namespace {

std::optional<lds::File> file_at(Folder folder, std::uint16_t fid) {
  static const std::map<std::pair<Folder, std::uint16_t>, lds::File> kFiles = {
      {{Folder::mf, 0x011C}, lds::File::card_access}, {{Folder::mf, 0x011D}, lds::File::card_security},
      {{Folder::mf, 0x2F00}, lds::File::dir},         {{Folder::mf, 0x2F01}, lds::File::atr_info},
      {{Folder::lds1, 0x011E}, lds::File::com},       {{Folder::lds1, 0x011D}, lds::File::sod},
      {{Folder::lds1, 0x011C}, lds::File::cvca}};
  if (folder == Folder::lds1 && fid >= 0x0101 && fid <= 0x0110) {
    return static_cast<lds::File>(static_cast<unsigned>(lds::File::dg1) + fid - 0x0101);
  }
  const auto found = kFiles.find({folder, fid});
  return found == kFiles.end() ? std::nullopt : std::optional{found->second};
}

lds::Evidence evidence_of(const lower_tester::TestCard& card, base::Instant now) {
  lds::Evidence evidence{
      .printed_mrz = card.document.mrz_text, .csca_certificates = {card.country.pki.csca.der}, .now = now};
  for (const auto& file : card.document.content.files) {
    const auto known = file_at(file.folder, file.fid);
    // The chip fills EF.CVCA itself.
    if (known && known != lds::File::cvca) evidence.files[*known] = file.content;
  }
  return evidence;
}

bool holds(const model::Needs& needs, const std::set<std::string>& profiles) {
  return std::ranges::all_of(needs, [&](const auto& any) {
    return std::ranges::any_of(any, [&](const auto& one) { return profiles.contains(one); });
  });
}

/// Known before the configurations are, which are not made at compile time.
constexpr std::array<const char*, 16> kCards = {
    "bac",      "pace-gm-ecdh", "pace-gm-dh", "pace-im-ecdh", "pace-im-dh", "pace-cam", "bac-pace", "aa-rsa",
    "aa-ecdsa", "ca",           "ca-dh",      "eac",          "eac-rsa",    "cccd",     "td3",      "full"};

void drive(std::string_view name) {
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto* configuration = lower_tester::find_configuration(name);
  CHECK(configuration != nullptr);
  const auto card = lower_tester::make_test_card(name, rng, clock);
  CHECK_OK(card);
  const auto evidence = evidence_of(*card, clock.now());
  const auto profiles = lower_tester::profiles_of(configuration->plan);
  std::string objections;
  std::size_t met = 0;
  for (const auto& unit : model::builtin_units()) {
    for (const auto& one : unit.cases) {
      const auto* check = std::get_if<model::FileCheck>(&one.body);
      if (check == nullptr || check->files.front() == "EF.CVCA" || !holds(one.info.needs, profiles)) continue;
      const auto finding = lds::find(check->check)(evidence);
      met += finding.ruling == lds::Ruling::meets ? 1 : 0;
      if (finding.ruling == lds::Ruling::meets || finding.ruling == lds::Ruling::absent) continue;
      objections += "\n  " + one.info.id + " " + std::string{lds::to_string(finding.ruling)} + ": " + finding.text;
    }
  }
  if (!objections.empty()) FAIL(objections.c_str());
  CHECK_TEXT(met >= 35, std::to_string(met).c_str());
}

class CardCase : public Utest {
 public:
  explicit CardCase(const char* name) : name_(name) {}
  void testBody() override { drive(name_); }

 private:
  const char* name_;
};

class CardShell : public UtestShell {
 public:
  explicit CardShell(const char* name)
      : UtestShell("ConformFiles", name, "tools/lower-tester/configurations", 0), name_(name) {}
  Utest* createTest() override { return new CardCase(name_); }

 private:
  const char* name_;
};

/// One case for each kind of card, known before the runner starts.
struct Register {
  Register() {
    static std::vector<std::unique_ptr<CardShell>> shells;
    for (const auto* name : kCards) {
      shells.push_back(std::make_unique<CardShell>(name));
      TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
    }
  }
};
const Register kRegister;

}  // namespace

TEST_GROUP(ConformFilesOfCards){};

TEST(ConformFilesOfCards, are_looked_at_for_every_kind_of_card) {
  LONGS_EQUAL(kCards.size(), lower_tester::configurations().size());
  for (const auto& one : lower_tester::configurations()) {
    CHECK_TEXT(std::ranges::find(kCards, one.name) != kCards.end(), one.name.data());
  }
}
