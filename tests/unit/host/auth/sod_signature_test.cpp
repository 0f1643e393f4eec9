// Security objects that were tampered with, mixed up or made by somebody else: each refused for its own reason.
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
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

/// The octets of `part` in `sod`, one bit changed in the middle of them.
Bytes with_flipped_bit(Bytes sod, base::ByteView part) {
  auto changed = base::to_bytes(part);
  changed[changed.size() / 2] ^= 0x10;
  return patched(std::move(sod), part, changed);
}

asn1::SignedData message_of(const Bytes& sod) {
  return *asn1::parse_signed_data(asn1::read_only(sod)->value);
}
}  // namespace

TEST_GROUP(SodSignature){};

TEST(SodSignature, OfAnOrdinaryDocumentPasses) {
  const Document document;
  const auto checks = judge(document, document.sod());
  LONGS_EQUAL(7, checks.size());
  CHECK_VERDICT(passed, "signed by \"C=VN, CN=Document Signer\" (EC P-256, SHA-256)", checks, sod_signature);
  CHECK_VERDICT(passed, "DG1, DG2, DG13 as signed", checks, dg_hashes);
  CHECK_VERDICT(passed, "issued by", checks, ds_path);
  CHECK_VERDICT(passed, "signed on 2026-02-27", checks, ds_validity);
  CHECK_VERDICT(passed, "not on the revocation list", checks, revocation);
  CHECK_VERDICT(passed, "all name VNM", checks, country);
  for (const auto& check : checks) {
    CHECK(check.deviations.empty());
    CHECK(check.clause.starts_with("9303-"));
  }
}

TEST(SodSignature, PassesWithEveryAlgorithmOfATestCountry) {
  for (const auto name : pki::key_algorithm_names()) {
    if (name == "rsa-3072") continue;  // as rsa-2048, and slow to make
    const Document document{*pki::key_algorithm_by_name(name)};
    const auto checks = judge(document, document.sod());
    for (const auto& check : checks) CHECK_TEXT(check.result == CheckResult::passed, check.reason.c_str());
  }
}

TEST(SodSignature, IsRefusedForAFlippedBitInTheContent) {
  const Document document;
  const auto sod = document.sod();
  const auto checks = judge(document, with_flipped_bit(sod, message_of(sod).content.value()));
  CHECK_VERDICT(failed, "the content is not what was signed", checks, sod_signature);
}

TEST(SodSignature, IsRefusedForAFlippedBitInTheSignedHash) {
  const Document document;
  const auto sod = document.sod();
  const auto digest = message_of(sod).signer_infos.front().message_digest.value();
  CHECK_VERDICT(failed, "the content is not what was signed", judge(document, with_flipped_bit(sod, digest)),
                sod_signature);
}

TEST(SodSignature, IsRefusedForAFlippedBitInTheSigningTime) {
  const Document document;
  const auto sod = document.sod();
  const auto time = base::to_bytes(base::as_bytes("260227120000Z"));
  auto changed = time;
  changed[1] = '5';
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, patched(sod, time, changed)),
                sod_signature);
}

TEST(SodSignature, IsRefusedForAFlippedBitInTheSignature) {
  const Document document;
  const auto sod = document.sod();
  const auto signature = message_of(sod).signer_infos.front().signature;
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, with_flipped_bit(sod, signature)),
                sod_signature);
}

TEST(SodSignature, IsRefusedForAFlippedBitInTheKeyOfTheCertificate) {
  const Document document;
  const auto sod = document.sod();
  const auto point = asn1::parse_ec_public_key(document.authority.ds_certificate().public_key)->point;
  const auto checks = judge(document, with_flipped_bit(sod, point));
  CHECK_VERDICT(failed, "the key of the signer", checks, sod_signature);
  CHECK_VERDICT(failed, "does not verify", checks, ds_path);
}

TEST(SodSignature, HoldsWhenOnlyTheCertificatesSignatureIsBrokenButThePathDoesNot) {
  const Document document;
  auto recipe = document.recipe();
  recipe.certificates[0].back() ^= 1;
  const auto checks = judge(document, recipe);
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(failed, "does not verify the signer's certificate", checks, ds_path);
}

TEST(SodSignature, IsRefusedWithoutSignedAttributesEvenWhenItVerifies) {
  const Document document;
  auto recipe = document.recipe();
  recipe.with_attributes = false;
  CHECK_VERDICT(failed, "the signed attributes are missing", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAWrongMessageDigestUnderAGoodSignature) {
  const Document document;
  auto recipe = document.recipe();
  recipe.attribute_digest = Bytes(32, 0xAA);
  CHECK_VERDICT(failed, "the content is not what was signed", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAShortenedMessageDigest) {
  const Document document;
  auto recipe = document.recipe();
  recipe.attribute_digest = Bytes{};
  CHECK_VERDICT(failed, "the content is not what was signed", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedWithoutAMessageDigest) {
  const Document document;
  auto recipe = document.recipe();
  recipe.with_attribute_digest = false;
  CHECK_VERDICT(failed, "hold no hash of the content", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedWithoutAContentTypeAttribute) {
  const Document document;
  auto recipe = document.recipe();
  recipe.attribute_content_type.reset();
  CHECK_VERDICT(failed, "do not name the content type", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAnotherContentTypeInTheAttributes) {
  const Document document;
  auto recipe = document.recipe();
  recipe.attribute_content_type = oids::kCscaMasterList;
  CHECK_VERDICT(failed, "name another content type", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAMessageOfAnotherKind) {
  const Document document;
  for (const auto& type : {oids::kCscaMasterList, oids::kData, oids::kSecurityObject}) {
    auto recipe = document.recipe();
    recipe.content_type = type;
    recipe.attribute_content_type = type;
    CHECK_VERDICT(failed, "not a document security object", judge(document, recipe), sod_signature);
  }
}

TEST(SodSignature, IsRefusedWithoutContent) {
  const Document document;
  auto recipe = document.recipe();
  recipe.detached = true;
  const auto checks = judge(document, recipe);
  CHECK_VERDICT(failed, "nothing that was signed", checks, sod_signature);
  CHECK_VERDICT(failed, "holds no list of hashes", checks, dg_hashes);
}

TEST(SodSignature, IsRefusedForNoneOrTwoSigners) {
  const Document document;
  auto recipe = document.recipe();
  recipe.signers = 2;
  CHECK_VERDICT(failed, "EF.SOD has 2 signers", judge(document, recipe), sod_signature);
  recipe.signers = 0;
  const auto checks = judge(document, recipe);
  CHECK(check_of(checks, CheckName::sod_signature).result == CheckResult::failed);
}

TEST(SodSignature, IsRefusedWhenTheDigestAlgorithmIsNotTheOneOfTheSignature) {
  const Document document;
  auto recipe = document.recipe();
  recipe.digest = pki::HashAlgorithm::sha512;
  recipe.digest_algorithm = algorithm(oids::kSha512);
  recipe.digest_algorithms = {recipe.digest_algorithm};
  CHECK_VERDICT(failed, "names another hash than the digest algorithm", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedWhenTheDigestAlgorithmIsNotTheOneOfTheHash) {
  const Document document;
  auto recipe = document.recipe();
  recipe.digest_algorithm = algorithm(oids::kSha384);  // says one, computed another
  CHECK_VERDICT(failed, "the content is not what was signed", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAnRsaAlgorithmWithAnEcKey) {
  const Document document;
  auto recipe = document.recipe();
  recipe.signature_algorithm = {.oid = oids::kSha256WithRsa, .parameters = asn1::encode_null()};
  CHECK_VERDICT(failed, "does not fit the key", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedForAnEcAlgorithmWithAnRsaKey) {
  const Document document{pki::KeyAlgorithm::rsa_2048};
  auto recipe = document.recipe();
  recipe.signature_algorithm = algorithm(oids::kEcdsaWithSha256);
  CHECK_VERDICT(failed, "does not fit the key", judge(document, recipe), sod_signature);
  recipe.signature_algorithm = {
      .oid = oids::kRsassaPss,
      .parameters = asn1::encode(asn1::PssParameters{
          .hash = oids::kSha256, .mgf_hash = oids::kSha256, .salt_length = 32, .trailer_field = 1})};
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsOpenForAlgorithmsThatAreNotSupported) {
  const Document document;
  auto recipe = document.recipe();
  recipe.signature_algorithm = algorithm(oids::kMd5WithRsa);
  auto checks = judge(document, recipe);
  CHECK_VERDICT(not_checked, "the signature algorithm is not supported", checks, sod_signature);
  CHECK_VERDICT(not_checked, "was not checked, so this proves nothing", checks, dg_hashes);
  recipe = document.recipe();
  recipe.digest_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5"));  // MD5
  checks = judge(document, recipe);
  CHECK_VERDICT(not_checked, "the digest algorithm 1.2.840.113549.2.5 is not supported", checks, sod_signature);
}

TEST(SodSignature, IsRefusedForASignerWithUnknownCurveParameters) {
  Document document;
  const auto info = *asn1::parse_public_key_info(document.authority.ds.public_key);
  auto numbers = *asn1::parse_ec_public_key(info);
  numbers.parameters->generator = numbers.point;
  document.authority.ds.public_key = asn1::encode_ec_public_key_info(*numbers.parameters, numbers.point);
  CHECK_VERDICT(failed, "not those of a known curve", judge(document, document.sod()), sod_signature);
}

TEST(SodSignature, IsRefusedForNumbersOutOfRange) {
  const Document document;
  const auto& order = ossl::curve_parameters(ossl::Curve::p256).order;
  const auto zero = asn1::encode_integer(0);
  const auto n = asn1::encode_unsigned(order);
  const auto one = asn1::encode_integer(1);
  for (const auto& forged :
       {asn1::encode_sequence({zero, zero}), asn1::encode_sequence({zero, one}), asn1::encode_sequence({one, zero}),
        asn1::encode_sequence({n, one}), asn1::encode_sequence({one, n})}) {
    auto recipe = document.recipe();
    recipe.sign = [&](base::ByteView) { return forged; };
    CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, recipe), sod_signature);
  }
}

TEST(SodSignature, IsRefusedForAnEmptySignature) {
  const Document document;
  auto recipe = document.recipe();
  recipe.sign = [](base::ByteView) { return Bytes{}; };
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, recipe), sod_signature);
}

TEST(SodSignature, IsRefusedWhenAnotherKeySignedInTheSignersName) {
  const Document document;
  const auto stranger = new_signer();
  auto recipe = document.recipe();
  recipe.sign = [&](base::ByteView octets) { return *stranger.sign(octets); };
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", judge(document, recipe), sod_signature);
}

TEST(SodSignature, OfAWholeForgedCountryPassesAndItsPathFails) {
  const Document genuine;
  Document forged;  // the same names, other keys
  const auto trust = genuine.authority.trust();
  const auto sod = forged.sod();
  const auto checks = passive_authentication(forged.input(sod, &trust));
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(failed, "no CSCA \"C=VN, CN=CSCA\" with the named key identifier", checks, ds_path);
}

TEST(SodSignature, OfTheCscaItselfIsNotADocumentSigners) {
  const Document document;
  auto recipe = document.recipe();
  const auto csca = document.authority.csca_certificate();
  recipe.certificates = {csca.der};
  recipe.signer_id = issuer_and_serial(csca);
  recipe.sign = [&](base::ByteView octets) { return *document.authority.csca_key.sign(octets); };
  const auto checks = judge(document, recipe);
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(failed, "self-signed", checks, ds_path);
}
