// Files changed at random: whatever comes in, a finding comes out, and the same one twice. One ctest test for each
// file.
#include <array>
#include <memory>
#include <random>

#include "lds_document.h"

#include "harness.h"

#include <CppUTest/TestRegistry.h>

using namespace cicada;
using namespace cicada::tests;
using namespace cicada::conformance;

namespace {

constexpr std::size_t kMutants = 20'000;
/// Every so many mutants all is judged a second time.
constexpr std::size_t kTwice = 16;

/// One to four changes: a bit, an octet, a piece doubled or taken out or moved, the end cut off, a length made larger.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  Bytes operator()(const Bytes& sound) {
    auto file = sound;
    for (auto changes = below(4) + 1; changes > 0 && !file.empty(); --changes) change(file);
    return file;
  }

 private:
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_); }

  void change(Bytes& file) {
    static constexpr std::array<std::uint8_t, 10> kOdd{0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x88, 0xFE, 0xFF};
    const auto at = below(file.size());
    const auto place = file.begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = below(std::min<std::size_t>(file.size() - at, 64)) + 1;
    const Bytes piece{place, place + static_cast<std::ptrdiff_t>(size)};
    switch (below(7)) {
      case 0: *place ^= static_cast<std::uint8_t>(1U << below(8)); break;
      case 1: *place = kOdd.at(below(kOdd.size())); break;
      case 2: file.insert(place, piece.begin(), piece.end()); break;
      case 3: file.erase(place, place + static_cast<std::ptrdiff_t>(size)); break;
      case 4: file.resize(at); break;
      case 5: file.insert(place, kOdd.at(below(kOdd.size()))); break;
      default: std::ranges::copy(piece, file.begin() + static_cast<std::ptrdiff_t>(below(file.size() - size + 1)));
    }
  }

  std::mt19937_64 random_;
};

struct Subject {
  std::string name;
  DocumentKind kind;
  File file;
  std::string_view prefix;  ///< of the names of the checks that are about it
};

std::vector<lds::Check> checks_of(const Subject& subject) {
  std::vector<lds::Check> found;
  for (const auto& [name, check] : lds::all()) {
    const bool compares = subject.file == File::sod && name == "ef-com-tag-list";
    const bool repeats = subject.file == File::card_access && name.ends_with("repeats-card-access");
    if (name.starts_with(subject.prefix) || compares || repeats) found.push_back(check);
  }
  return found;
}

bool same(const lds::Finding& a, const lds::Finding& b) {
  return a.ruling == b.ruling && a.text == b.text && a.at == b.at;
}

void drive(const Subject& subject) {
  auto evidence = sound_document(subject.kind).issue();
  const auto sound = evidence.files.at(subject.file);
  const auto checks = checks_of(subject);
  CHECK(!checks.empty());
  Mutator mutate{static_cast<std::uint64_t>(subject.file) * 3 + static_cast<std::uint64_t>(subject.kind)};
  std::size_t objected = 0;
  for (std::size_t i = 0; i < kMutants; ++i) {
    evidence.files[subject.file] = mutate(sound);
    bool breaks = false;
    for (const auto check : checks) {
      const auto finding = check(evidence);
      CHECK(!finding.text.empty() && finding.text.size() < 1000);
      breaks = breaks || finding.ruling == lds::Ruling::breaks;
      if (i % kTwice == 0) CHECK(same(finding, check(evidence)));
    }
    objected += breaks ? 1 : 0;
  }
  // Some changes hit pictures and other octets that no rule is about.
  CHECK_TEXT(objected > kMutants / 4, std::to_string(objected).c_str());
}

class MutantCase : public Utest {
 public:
  explicit MutantCase(const Subject& subject) : subject_(subject) {}
  void testBody() override { drive(subject_); }

 private:
  const Subject& subject_;
};

class MutantShell : public UtestShell {
 public:
  explicit MutantShell(Subject subject)
      : UtestShell("LdsMutants", subject.name.c_str(), "tests/unit/conformance/lds/mutants_test.cpp", 0),
        subject_(std::move(subject)) {
    setTestName(subject_.name.c_str());
  }
  Utest* createTest() override { return new MutantCase(subject_); }

 private:
  Subject subject_;
};

struct Register {
  Register() {
    static std::vector<std::unique_ptr<MutantShell>> shells;
    const auto add = [](std::string name, DocumentKind kind, File file, std::string_view prefix) {
      shells.push_back(std::make_unique<MutantShell>(Subject{std::move(name), kind, file, prefix}));
      TestRegistry::getCurrentRegistry()->addTest(shells.back().get());
    };
    using Kind = DocumentKind;
    add("of_com", Kind::passport, File::com, "ef-com-");
    add("of_sod_with_ecdsa", Kind::passport, File::sod, "ef-sod-");
    add("of_sod_of_version_1", Kind::identity_card, File::sod, "ef-sod-");
    add("of_sod_with_rsa_pss", Kind::residence_card, File::sod, "ef-sod-");
    add("of_card_security", Kind::passport, File::card_security, "ef-card-security-");
    add("of_card_access", Kind::passport, File::card_access, "ef-card-access-");
    add("of_card_access_with_parameters", Kind::residence_card, File::card_access, "ef-card-access-");
    add("of_dg1_of_a_passport", Kind::passport, File::dg1, "dg1-");
    add("of_dg1_of_an_identity_card", Kind::identity_card, File::dg1, "dg1-");
    add("of_dg1_of_a_residence_card", Kind::residence_card, File::dg1, "dg1-");
    add("of_dg2", Kind::passport, File::dg2, "dg2-");
    add("of_dg2_with_39794", Kind::identity_card, File::dg2, "dg2-");
    add("of_dg3", Kind::passport, File::dg3, "dg3-");
    add("of_dg3_with_39794", Kind::identity_card, File::dg3, "dg3-");
    add("of_dg3_without_fingers", Kind::residence_card, File::dg3, "dg3-");
    add("of_dg4", Kind::passport, File::dg4, "dg4-");
    add("of_dg4_with_39794", Kind::identity_card, File::dg4, "dg4-");
    add("of_dg11", Kind::passport, File::dg11, "dg11-");
    add("of_dg12", Kind::passport, File::dg12, "dg12-");
    add("of_dg14", Kind::passport, File::dg14, "dg14-");
    add("of_dg14_with_dh", Kind::residence_card, File::dg14, "dg14-");
    add("of_dg15_with_ecdsa", Kind::passport, File::dg15, "dg15-");
    add("of_dg15_with_rsa", Kind::identity_card, File::dg15, "dg15-");
    add("of_atr_info", Kind::passport, File::atr_info, "ef-atr-info-");
    add("of_cvca", Kind::passport, File::cvca, "ef-cvca-");
  }
};
const Register kRegister;

}  // namespace
