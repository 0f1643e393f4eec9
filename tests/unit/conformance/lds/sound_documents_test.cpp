// Documents that are as the standard wants them.
#include "applicable.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::tests;
using namespace cicada::conformance;

namespace {

void expect_content(DocumentKind kind, std::size_t meets_at_least) {
  const auto evidence = sound_document(kind).issue();
  std::size_t meets = 0;
  for (const auto& name : applicable_checks(kind)) {
    const auto finding = lds::find(name)(evidence);
    if (finding.ruling == lds::Ruling::meets) ++meets;
    const bool fine = finding.ruling == lds::Ruling::meets || finding.ruling == lds::Ruling::absent;
    CHECK_TEXT(fine, (name + " " + std::string{lds::to_string(finding.ruling)} + ": " + finding.text).c_str());
  }
  CHECK_TEXT(meets >= meets_at_least, std::to_string(meets).c_str());
}

}  // namespace

TEST_GROUP(SoundDocuments){};

TEST(SoundDocuments, a_passport_with_all_files_meets_every_rule_that_is_about_it) {
  expect_content(DocumentKind::passport, 110);
}

TEST(SoundDocuments, an_identity_card_with_the_new_formats_does_too) {
  expect_content(DocumentKind::identity_card, 75);
}

TEST(SoundDocuments, a_residence_card_with_parameters_of_its_own_does_too) {
  expect_content(DocumentKind::residence_card, 50);
}

TEST(SoundDocuments, are_judged_the_same_twice) {
  const auto evidence = sound_document(DocumentKind::passport).issue();
  for (const auto& [name, check] : lds::all()) {
    const auto once = check(evidence);
    const auto again = check(evidence);
    CHECK(once.ruling == again.ruling && once.text == again.text && once.at == again.at);
  }
}
