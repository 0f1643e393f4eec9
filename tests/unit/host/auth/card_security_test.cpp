#include "cicada/host/auth/card_security.h"

#include "cicada/asn1/oids.h"
#include "document.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::host::auth;
using namespace cicada::tests;
using cicada::host::pki::TrustStore;
namespace oids = cicada::asn1::oids;

TEST_GROUP(CardSecurity) {
  Document document;
  TrustStore trust = document.authority.trust();
  Bytes sod = document.sod();
  SodRecipe recipe;

  void setup() override {
    recipe = document.recipe();
    recipe.content_type = oids::kSecurityObject;
    recipe.attribute_content_type = oids::kSecurityObject;
    const std::array entries = {
        asn1::make_security_info(asn1::Oid::of("0.4.0.127.0.7.2.2.4.2.2"), asn1::PaceInfo{.parameter_id = 13})};
    recipe.content = asn1::encode_security_infos(entries);
  }
  [[nodiscard]] CardSecurity judged() const {
    return judge_card_security(seal_content_info(recipe), document.input(sod, &trust));
  }
  void expect(CheckResult result, const char* part) const {
    const auto file = judged();
    CHECK_STRING(to_string(result), to_string(file.result));
    CHECK_TEXT(file.reason.find(part) != std::string::npos, ("another reason: " + file.reason).c_str());
    CHECK_EQUAL(result == CheckResult::passed, file.verified());
  }
};

TEST(CardSecurity, counts_when_a_csca_answers_for_its_signer) {
  expect(CheckResult::passed, "");
  const auto file = judged();
  CHECK(file.infos.has_value());
  LONGS_EQUAL(1, file.infos->all<asn1::PaceInfo>().size());
  LONGS_EQUAL(13, file.infos->all<asn1::PaceInfo>().front().info->parameter_id.value_or(0));
  LONGS_EQUAL(5, file.checks.size());
}

TEST(CardSecurity, does_not_count_without_trust_material) {
  const auto file = judge_card_security(seal_content_info(recipe), document.input(sod, nullptr));
  CHECK(file.result == CheckResult::not_checked);
  CHECK_TEXT(file.reason.starts_with("ds-path: no trust material"), file.reason.c_str());
  CHECK(file.infos.has_value());
}

TEST(CardSecurity, is_no_ef_sod) {
  recipe = document.recipe();
  expect(CheckResult::failed, "the signed content is not the security information of a card");
}

TEST(CardSecurity, has_no_frame_around_it) {
  const auto framed = judge_card_security(seal(recipe), document.input(sod, &trust));
  CHECK(framed.result == CheckResult::failed);
  CHECK_TEXT(framed.reason.starts_with("EF.CardSecurity cannot be read"), framed.reason.c_str());
}

TEST(CardSecurity, of_another_country_does_not_count) {
  const auto other = new_authority();
  trust = other.trust();
  expect(CheckResult::failed, "ds-path");
}

TEST(CardSecurity, that_was_changed_after_signing_does_not_count) {
  recipe.attribute_digest = Bytes(32, 0);
  expect(CheckResult::failed, "its hash differs from the signed one");
  recipe.attribute_digest.reset();
  recipe.sign = [this](ByteView octets) {
    auto signature = document.authority.ds_key.sign(octets).value();
    signature.back() ^= 1U;
    return signature;
  };
  expect(CheckResult::failed, "the signature of EF.CardSecurity is wrong");
}

TEST(CardSecurity, with_a_content_of_another_form_does_not_count) {
  recipe.content = to_bytes(as_bytes("no SET"));
  expect(CheckResult::failed, "EF.CardSecurity cannot be read");
}

TEST(CardSecurity, has_its_deviations_tolerated_but_not_under_the_strict_policy) {
  recipe.version = 4;
  expect(CheckResult::passed, "");
  CHECK_STRING("signed-data-version", judged().deviations.at(0));
  auto input = document.input(sod, &trust);
  input.policy.strict = true;
  const auto strict = judge_card_security(seal_content_info(recipe), input);
  CHECK(strict.result == CheckResult::failed);
  CHECK_TEXT(strict.reason.find("deviations are not tolerated") != std::string::npos, strict.reason.c_str());
}
