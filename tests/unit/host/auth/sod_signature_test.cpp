// Security objects that were tampered with, mixed up or made by somebody else: each refused for its own reason.
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
  LONGS_EQUAL(6, checks.size());
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
  recipe.signature_algorithm = algorithm(oids::kDsaWithSha1);
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

TEST(SodSigner, IsNotGuessedAmongSeveral) {
  Document document;
  auto second = document.authority.ds;
  second.serial = {0x77};
  auto recipe = document.recipe();
  recipe.certificates.push_back(issue(second, document.authority.csca_key).der);
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
  const auto bare = seal_content_info(document.recipe());
  for (const auto& bad : {Bytes{}, Bytes{0x77}, Bytes{0x77, 0x00}, half, other_tag, not_cms, bare, Bytes(5000, 0x30)}) {
    const auto checks = judge(document, bad);
    LONGS_EQUAL(6, checks.size());
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
