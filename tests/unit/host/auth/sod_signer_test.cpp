// Whose certificate it is, what is tolerated about the form, and what is no security object at all.
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/auth/deviation.h"
#include "document.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;
namespace oids = asn1::oids;
namespace pki = cicada::host::pki;
namespace ossl = cicada::crypto::openssl;
using base::Bytes;

namespace {
std::vector<Check> judge(const Document& document, const Bytes& sod) {
  const auto trust = document.authority.trust();
  return passive_authentication(document.input(sod, &trust));
}

std::vector<Check> judge(const Document& document, const SodRecipe& recipe) {
  return judge(document, seal(recipe));
}

/// sod-signature passed, with exactly these deviations.
void check_tolerated(const std::vector<Check>& checks, std::vector<std::string_view> deviations) {
  const auto check = check_of(checks, CheckName::sod_signature);
  CHECK_TEXT(check.result == CheckResult::passed, check.reason.c_str());
  LONGS_EQUAL(deviations.size(), check.deviations.size());
  for (std::size_t i = 0; i < deviations.size(); ++i) CHECK_STRING(deviations[i], check.deviations[i]);
}

}  // namespace

TEST_GROUP(SodSigner){};

TEST(SodSigner, IsFoundInTheStoreWhenTheDocumentDoesNotBringIt) {
  const Document document;
  auto trust = document.authority.trust();
  CHECK_OK(trust.add(document.authority.ds_certificate()));
  auto recipe = document.recipe();
  recipe.certificates.clear();
  const auto sod = seal(recipe);
  check_tolerated(passive_authentication(document.input(sod, &trust)), {deviation::kSignerNotEmbedded});
}

TEST(SodSigner, IsFoundInTheStoreByKeyIdentifier) {
  const Document document;
  auto trust = document.authority.trust();
  CHECK_OK(trust.add(document.authority.ds_certificate()));
  auto recipe = document.recipe();
  recipe.certificates.clear();
  recipe.signer_id = key_identifier_sid(key_id(document.authority.ds_key));
  recipe.signer_version = 3;
  const auto sod = seal(recipe);
  check_tolerated(passive_authentication(document.input(sod, &trust)), {deviation::kSignerNotEmbedded});
}

TEST(SodSigner, IsMissedWhenNobodyBringsIt) {
  const Document document;
  auto recipe = document.recipe();
  recipe.certificates.clear();
  auto checks = judge(document, recipe);
  CHECK_VERDICT(failed, "EF.SOD holds no certificate, and the trust material has none that fits", checks,
                sod_signature);
  CHECK_VERDICT(not_checked, "the signer's certificate is not known", checks, ds_path);
  const auto sod = seal(recipe);
  checks = passive_authentication(document.input(sod, nullptr));
  CHECK_VERDICT(failed, "EF.SOD holds no certificate", checks, sod_signature);
}

TEST(SodSigner, IsTakenByKeyIdentifier) {
  const Document document;
  auto recipe = document.recipe();
  recipe.signer_id = key_identifier_sid(key_id(document.authority.ds_key));
  recipe.signer_version = 3;
  check_tolerated(judge(document, recipe), {});
}

TEST(SodSigner, IsTheNamedOneAmongSeveral) {
  Document document;
  auto second = document.authority.ds;
  second.serial = {0x77};
  second.public_key = *new_signer().public_key_info(pki::EcParameterForm::explicit_parameters);
  auto recipe = document.recipe();
  recipe.certificates.insert(recipe.certificates.begin(), issue(second, document.authority.csca_key).der);
  check_tolerated(judge(document, recipe), {});
}

TEST(SodSigner, IsTheOneWhoseKeyVerifiesWhenItsNameFitsNoneOfSeveral) {
  Document document;
  auto second = document.authority.ds;
  second.serial = {0x77};
  second.public_key = *new_signer().public_key_info(pki::EcParameterForm::explicit_parameters);
  auto recipe = document.recipe();
  recipe.certificates.insert(recipe.certificates.begin(), issue(second, document.authority.csca_key).der);
  recipe.certificates.push_back(document.authority.csca_certificate().der);
  recipe.signer_id = key_identifier_sid(Bytes(20, 0x01));
  recipe.signer_version = 3;
  check_tolerated(judge(document, recipe), {deviation::kSignerByElimination});
  recipe.sign = [stranger = std::make_shared<pki::Signer>(new_signer())](base::ByteView octets) {
    return *stranger->sign(octets);
  };
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, recipe), sod_signature);
}

TEST(SodSigner, IsNotGuessedWhenACertificateCannotBeRead) {
  const Document document;
  auto recipe = document.recipe();
  recipe.certificates.push_back(asn1::encode_sequence({asn1::encode_integer(1)}));
  recipe.signer_id = key_identifier_sid(Bytes(20, 0x01));
  recipe.signer_version = 3;
  CHECK_VERDICT(failed, "no certificate fits the signer that EF.SOD names", judge(document, recipe), sod_signature);
}

TEST(SodSigner, IsTheOnlyCertificateWhenItsNameFitsNot) {
  const Document document;
  auto recipe = document.recipe();
  auto other = document.authority.ds_certificate();
  other.serial = {0x66};
  recipe.signer_id = issuer_and_serial(other);
  check_tolerated(judge(document, recipe), {deviation::kSignerByElimination});
}

TEST(SodSigner, IsKnownUnderItsNameInAnotherForm) {
  const Document document;
  auto recipe = document.recipe();
  const std::array parts = {
      asn1::NamePart{.type = oids::kCountryName, .text = "VN", .string_tag = asn1::tags::kUtf8String},
      asn1::NamePart{.type = oids::kCommonName, .text = "csca", .string_tag = asn1::tags::kUtf8String}};
  recipe.signer_id =
      asn1::encode_sequence({*asn1::encode_name(parts), asn1::encode_unsigned(document.authority.ds.serial)});
  check_tolerated(judge(document, recipe), {deviation::kSignerNameForm});
}

TEST(SodSigner, CannotBeReadWhenItsCertificateIsBroken) {
  const Document document;
  auto recipe = document.recipe();
  recipe.certificates = {asn1::encode_sequence({asn1::encode_integer(1)})};
  const auto checks = judge(document, recipe);
  CHECK(check_of(checks, CheckName::sod_signature).result == CheckResult::failed);
}

TEST_GROUP(SodDeviations){};

TEST(SodDeviations, OfVersionsAreNamed) {
  const Document document;
  auto recipe = document.recipe();
  recipe.version = 1;
  check_tolerated(judge(document, recipe), {deviation::kSignedDataVersion});
  recipe = document.recipe();
  recipe.signer_version = 3;
  check_tolerated(judge(document, recipe), {deviation::kSignerInfoVersion});
}

TEST(SodDeviations, OfADigestThatIsNotListedAreNamed) {
  const Document document;
  auto recipe = document.recipe();
  recipe.digest_algorithms = {algorithm(oids::kSha1)};
  check_tolerated(judge(document, recipe), {deviation::kDigestNotListed});
}

TEST(SodDeviations, OfUnsignedAttributesAreNamed) {
  const Document document;
  auto recipe = document.recipe();
  const std::array values = {asn1::encode_null()};
  recipe.unsigned_attributes = asn1::encode_tlv(
      0xA1, asn1::encode_sequence({asn1::encode_oid(asn1::Oid::of("1.2.3")), asn1::encode_set_of(values)}));
  check_tolerated(judge(document, recipe), {deviation::kUnsignedAttributes});
}

TEST(SodDeviations, OfOctetsAfterTheObjectAreNamed) {
  const Document document;
  auto sod = document.sod();
  sod.insert(sod.end(), 16, 0);
  check_tolerated(judge(document, sod), {deviation::kOctetsAfterSod});
}

TEST(SodDeviations, OfAnOverlongOuterLengthAreNamed) {
  const Document document;
  const auto inner = seal_content_info(document.recipe());
  const std::array<std::uint8_t, 6> head = {
      0x77, 0x84, 0, 0, static_cast<std::uint8_t>(inner.size() >> 8U), static_cast<std::uint8_t>(inner.size())};
  check_tolerated(judge(document, base::concat({head, inner})), {deviation::kOverlongLength});
}

TEST(SodDeviations, OfASignatureAlgorithmThatNamesTheKeyOnlyAreNamed) {
  const Document ec;
  auto recipe = ec.recipe();
  recipe.signature_algorithm = algorithm(oids::kEcPublicKey);
  check_tolerated(judge(ec, recipe), {deviation::kSignatureNamesKeyOnly});
  const Document rsa{pki::KeyAlgorithm::rsa_2048};
  recipe = rsa.recipe();
  recipe.signature_algorithm = {.oid = oids::kRsaEncryption, .parameters = asn1::encode_null()};
  check_tolerated(judge(rsa, recipe), {deviation::kSignatureNamesKeyOnly});
}

TEST(SodDeviations, OfSha1AreNamed) {
  const Document document;
  const auto key = *ossl::EcPrivateKey::generate(ossl::Curve::p256);
  auto authority = new_authority();
  authority.ds.public_key =
      asn1::encode_ec_public_key_info(*asn1::Oid::from_dotted(ossl::curve_oid(ossl::Curve::p256)), key.public_point());
  const auto certificate = authority.ds_certificate();
  auto recipe = document.recipe();
  recipe.certificates = {certificate.der};
  recipe.signer_id = issuer_and_serial(certificate);
  recipe.digest = pki::HashAlgorithm::sha1;
  recipe.digest_algorithm = algorithm(oids::kSha1);
  recipe.digest_algorithms = {recipe.digest_algorithm};
  recipe.signature_algorithm = algorithm(oids::kEcdsaWithSha1);
  recipe.sign = [&](base::ByteView octets) { return *key.sign_der(*ossl::hash(ossl::HashAlgorithm::sha1, octets)); };
  const auto sod = seal(recipe);
  check_tolerated(passive_authentication(document.input(sod, nullptr)), {deviation::kSha1});
}

TEST(SodDeviations, OfPssWithoutParametersAreNamed) {
  const auto key = *ossl::RsaPrivateKey::generate(2048);
  const Document document;
  auto authority = new_authority();
  authority.ds.public_key = asn1::encode_rsa_public_key_info(key.modulus(), key.exponent());
  const auto certificate = authority.ds_certificate();
  auto recipe = document.recipe();
  recipe.certificates = {certificate.der};
  recipe.signature_algorithm = algorithm(oids::kRsassaPss);
  recipe.sign = [&](base::ByteView octets) {
    return *key.sign_pss(
        {.hash = ossl::HashAlgorithm::sha256, .mgf_hash = ossl::HashAlgorithm::sha256, .salt_length = 32},
        *ossl::hash(ossl::HashAlgorithm::sha256, octets));
  };
  const auto sod = seal(recipe);
  check_tolerated(passive_authentication(document.input(sod, nullptr)), {deviation::kPssWithoutParameters});
}

TEST_GROUP(SodFrame){};

TEST(SodFrame, MustBeASecurityObjectAtAll) {
  const Document document;
  const auto sod = document.sod();
  const auto half = base::to_bytes(base::ByteView{sod}.first(sod.size() / 2));
  auto other_tag = sod;
  other_tag[0] = 0x60;
  const auto not_cms = asn1::encode_tlv(0x77, asn1::encode_sequence({asn1::encode_integer(1)}));
  for (const auto& bad : {Bytes{}, Bytes{0x77}, Bytes{0x77, 0x00}, half, other_tag, not_cms, Bytes(5000, 0x30)}) {
    const auto checks = judge(document, bad);
    LONGS_EQUAL(7, checks.size());
    CHECK_VERDICT(failed, "EF.SOD cannot be read", checks, sod_signature);
    CHECK_VERDICT(not_checked, "EF.SOD cannot be read", checks, dg_hashes);
    CHECK_VERDICT(not_checked, "EF.SOD cannot be read", checks, country);
  }
}

TEST(SodFrame, CutAtAnyPlaceIsRefused) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  for (std::size_t size = 0; size < sod.size(); ++size) {
    const auto cut = base::to_bytes(base::ByteView{sod}.first(size));
    CHECK_VERDICT(failed, "EF.SOD cannot be read", passive_authentication(document.input(cut, &trust)), sod_signature);
  }
}
