// The standard's own examples, and a specimen of 2008, before the strict checks.
#include "vectors.h"
#include "cicada/conformance/lds/checks.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::conformance;

namespace {

base::Bytes vector(const std::string& id, const std::string& field) {
  return tests::vectors::octets("lds_files.json", id, field);
}

lds::Evidence evidence(lds::File file, base::Bytes octets) {
  return {.files = {{file, std::move(octets)}}, .now = base::SystemClock{}.now()};
}

void ruled(lds::Ruling wanted, const char* check, const lds::Evidence& about) {
  const auto finding = lds::find(check)(about);
  CHECK_TEXT(finding.ruling == wanted,
             (std::string{check} + " " + std::string{lds::to_string(finding.ruling)} + ": " + finding.text).c_str());
}

}  // namespace

TEST_GROUP(LdsVectors){};

TEST(LdsVectors, ef_com_of_the_standard_meets_every_rule) {
  const auto about = evidence(lds::File::com, vector("ef-com-lds17", "hex"));
  for (const auto* check :
       {"ef-com-template-tag", "ef-com-length", "ef-com-lds-version", "ef-com-unicode-version", "ef-com-tag-list"}) {
    ruled(lds::Ruling::meets, check, about);
  }
}

TEST(LdsVectors, ef_com_with_an_invented_version_breaks_that_rule_alone) {
  const auto about = evidence(lds::File::com, vector("ef-com-lds1599", "hex"));
  ruled(lds::Ruling::breaks, "ef-com-lds-version", about);
  ruled(lds::Ruling::meets, "ef-com-tag-list", about);
}

TEST(LdsVectors, dg1_of_the_standard_has_one_misprinted_check_digit) {
  const auto about = evidence(lds::File::dg1, vector("dg1-td1", "hex"));
  for (const auto& [name, check] : lds::all()) {
    if (!name.starts_with("dg1-") || name == "dg1-equals-printed-mrz") continue;
    const auto wanted = name == "dg1-composite-check-digit" ? lds::Ruling::breaks : lds::Ruling::meets;
    ruled(wanted, std::string{name}.c_str(), about);
  }
  ruled(lds::Ruling::undecided, "dg1-equals-printed-mrz", about);
}

TEST(LdsVectors, dg11_of_the_standard_meets_every_rule_about_what_it_has) {
  const auto about = evidence(lds::File::dg11, vector("dg11-example", "hex"));
  std::size_t meets = 0;
  for (const auto& [name, check] : lds::all()) {
    if (!name.starts_with("dg11-")) continue;
    const auto finding = check(about);
    CHECK_TEXT(finding.ruling == lds::Ruling::meets || finding.ruling == lds::Ruling::absent, finding.text.c_str());
    meets += finding.ruling == lds::Ruling::meets ? 1 : 0;
  }
  LONGS_EQUAL(8, meets);
}

TEST(LdsVectors, a_specimen_of_2008_is_refused_for_sha_1_an_unsorted_set_and_a_negative_modulus) {
  auto about = evidence(lds::File::sod, vector("bsi2008-sod", "ef_sod"));
  ruled(lds::Ruling::meets, "ef-sod-template-tag", about);
  ruled(lds::Ruling::meets, "ef-sod-length", about);
  ruled(lds::Ruling::breaks, "ef-sod-signer-info", about);
  ruled(lds::Ruling::breaks, "ef-sod-security-object", about);
  CHECK(lds::find("ef-sod-security-object")(about).text.find("1.3.14.3.2.26") != std::string::npos);
  about.files[lds::File::dg1] = vector("bsi2008-sod", "dg1");
  about.files[lds::File::dg14] = vector("bsi2008-sod", "dg14");
  about.files[lds::File::dg15] = vector("bsi2008-sod", "dg15");
  about.files[lds::File::com] = vector("bsi2008-sod", "ef_com");
  for (const auto* check :
       {"dg1-mrz-object", "dg1-name", "dg1-composite-check-digit", "dg15-template-tag", "dg15-length",
        "dg15-public-key-info", "dg15-algorithm", "ef-com-lds-version", "dg14-ca-public-keys"}) {
    ruled(lds::Ruling::meets, check, about);
  }
  // Its DG14 is not sorted; what it says is right all the same.
  ruled(lds::Ruling::breaks, "dg14-security-infos", about);
  // Its modulus lacks the 00 in front that makes it positive.
  ruled(lds::Ruling::breaks, "dg15-public-key", about);
}
