#include "cicada/host/pki/path.h"

#include "authority.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "judgement_checks.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
namespace oids = asn1::oids;

namespace {
PathQuery query_for(const asn1::Certificate& ds) {
  return {
      .signer = &ds, .at = today(), .signed_at = days_from_today(-3), .issuing_state = "VNM", .document_code = "ID"};
}

PathReport judge(const TrustStore& trust, const asn1::Certificate& ds) {
  return validate_path(trust, query_for(ds));
}

/// The path with the certificates as the authority has them now.
PathReport judge(const Authority& authority) {
  return judge(authority.trust(), authority.ds_certificate());
}

asn1::Extension critical(asn1::Extension extension, bool value = true) {
  extension.critical = value;
  return extension;
}

asn1::Extension unknown_extension(bool is_critical) {
  return {.oid = asn1::Oid::of("1.2.3.4.5"), .critical = is_critical, .value = asn1::encode_null()};
}
}  // namespace

TEST_GROUP(Path){};

TEST(Path, OfAnOrdinaryChainIsGoodInEveryRespect) {
  const auto report = judge(new_authority());
  CHECK_JUDGED(good, "issued by \"C=VN, CN=CSCA\"", report.path);
  CHECK_JUDGED(good, "signed on 2026-02-26", report.validity);
  CHECK_JUDGED(good, "not on the revocation list of 2026-02-19", report.revocation);
  CHECK_JUDGED(good, "all name VNM", report.country);
  CHECK_TOLERATED(report.path);
  CHECK(report.csca != nullptr);
}

TEST(Path, IsRefusedForAWrongSignature) {
  const auto authority = new_authority();
  auto ds = authority.ds_certificate();
  ds.signature.back() ^= 1;
  const auto report = judge(authority.trust(), ds);
  CHECK_JUDGED(bad, "the key of the CSCA does not verify the signer's certificate", report.path);
  CHECK(report.csca == nullptr);
}

TEST(Path, IsRefusedWhenASignedFieldWasChanged) {
  const auto authority = new_authority();
  auto ds = authority.ds_certificate();
  ds.tbs[ds.tbs.size() - 1] ^= 1;
  CHECK_JUDGED(bad, "does not verify the signer's certificate", judge(authority.trust(), ds).path);
}

TEST(Path, IsRefusedWhenSignedByAStrangerInTheNameOfTheCsca) {
  const auto authority = new_authority();
  const auto stranger = new_signer();
  CHECK_JUDGED(bad, "does not verify", judge(authority.trust(), issue(authority.ds, stranger)).path);
}

TEST(Path, IsRefusedForAnotherIssuerNameWithTheRightKey) {
  auto authority = new_authority();
  authority.ds.issuer = name("VN", "Another CSCA");
  CHECK_JUDGED(bad, "has another name than the issuer \"C=VN, CN=Another CSCA\"", judge(authority).path);
}

TEST(Path, IsRefusedForAnotherKeyIdentifierWhenTheKeyOfThatNameDidNotSign) {
  auto authority = new_authority();
  put(authority.ds.extensions, asn1::make_authority_key_identifier(base::Bytes(20, 0xAB)));
  CHECK_JUDGED(bad, "no CSCA \"C=VN, CN=CSCA\" with the named key identifier",
               judge(authority.trust(), issue(authority.ds, new_signer())).path);
}

TEST(Path, IsRefusedWhenTheCscaIsNotInTheStore) {
  const auto authority = new_authority();
  auto other = new_authority();
  other.csca.issuer = other.csca.subject = name("VN", "Somebody else");
  CHECK_JUDGED(bad, "no CSCA \"C=VN, CN=CSCA\" in the trust material",
               judge(other.trust(), authority.ds_certificate()).path);
}

TEST(Path, IsRefusedInAnEmptyStore) {
  const auto authority = new_authority();
  CHECK_JUDGED(bad, "no CSCA", judge(TrustStore{}, authority.ds_certificate()).path);
}

TEST(Path, IsRefusedForASelfSignedSigner) {
  auto authority = new_authority();
  authority.ds.issuer = authority.ds.subject;
  const auto ds = issue(authority.ds, authority.ds_key);
  CHECK_JUDGED(bad, "the signer's certificate is self-signed", judge(authority.trust(), ds).path);
}

TEST(Path, IsRefusedForASelfSignedSignerThatTakesTheNameOfTheCsca) {
  auto authority = new_authority();
  authority.ds.subject = authority.csca.subject;
  const auto ds = issue(authority.ds, authority.ds_key);
  CHECK_JUDGED(bad, "self-signed", judge(authority.trust(), ds).path);
}

TEST(Path, IsRefusedForASignerThatNamesItselfAsIssuer) {
  auto authority = new_authority();
  authority.ds.subject = authority.ds.issuer;
  CHECK_JUDGED(bad, "names itself as its issuer", judge(authority).path);
}

TEST(Path, IsRefusedWhenTheCscaItselfSignsTheDocument) {
  const auto authority = new_authority();
  CHECK_JUDGED(bad, "self-signed", judge(authority.trust(), authority.csca_certificate()).path);
}

TEST(Path, IsRefusedForASignerThatIsACa) {
  auto authority = new_authority();
  put(authority.ds.extensions, asn1::make_basic_constraints({.ca = true, .path_length = {}}));
  CHECK_JUDGED(bad, "the signer's certificate is a CA certificate", judge(authority).path);
}

TEST(Path, IsRefusedForASignerThatMaySignCertificates) {
  auto authority = new_authority();
  put(authority.ds.extensions,
      asn1::make_key_usage({asn1::KeyUsage::digital_signature, asn1::KeyUsage::key_cert_sign}));
  CHECK_JUDGED(bad, "claims the right to sign certificates", judge(authority).path);
}

TEST(Path, IsRefusedForASignerThatMayNotSign) {
  auto authority = new_authority();
  put(authority.ds.extensions, asn1::make_key_usage({asn1::KeyUsage::key_agreement}));
  CHECK_JUDGED(bad, "keyUsage without digitalSignature", judge(authority).path);
}

TEST(Path, IsRefusedForAMasterListSigner) {
  auto authority = new_authority();
  const std::array usages = {oids::kMasterListSigningKey};
  put(authority.ds.extensions, asn1::make_extended_key_usage(usages));
  CHECK_JUDGED(bad, "for another purpose", judge(authority).path);
  put(authority.ds.extensions, critical(asn1::make_extended_key_usage(usages), false));
  CHECK_JUDGED(bad, "for another purpose", judge(authority).path);
}

TEST(Path, IsRefusedForADeviationListSigner) {
  auto authority = new_authority();
  const std::array usages = {oids::kDeviationListSigningKey};
  put(authority.ds.extensions, asn1::make_extended_key_usage(usages));
  CHECK_JUDGED(bad, "for another purpose", judge(authority).path);
}

TEST(Path, IsRefusedForAnyCriticalExtendedKeyUsage) {
  auto authority = new_authority();
  const std::array usages = {asn1::Oid::of("1.3.6.1.5.5.7.3.1")};
  put(authority.ds.extensions, critical(asn1::make_extended_key_usage(usages)));
  CHECK_JUDGED(bad, "for another purpose", judge(authority).path);
}

TEST(Path, IsRefusedForACriticalExtensionThatNobodyKnows) {
  auto authority = new_authority();
  put(authority.ds.extensions, unknown_extension(true));
  CHECK_JUDGED(bad, "the signer's certificate has a critical extension that is not understood: 1.2.3.4.5",
               judge(authority).path);
}

TEST(Path, IsRefusedForACriticalExtensionOfTheCscaThatNobodyKnows) {
  auto authority = new_authority();
  put(authority.csca.extensions, unknown_extension(true));
  CHECK_JUDGED(bad, "the CSCA certificate has a critical extension", judge(authority).path);
}

TEST(Path, IsRefusedForCriticalNameConstraints) {
  auto authority = new_authority();
  put(authority.csca.extensions, {.oid = oids::kNameConstraints,
                                  .critical = true,
                                  .value = asn1::encode_sequence(std::span<const base::Bytes>{})});
  CHECK_JUDGED(bad, "not understood: 2.5.29.30", judge(authority).path);
}

TEST(Path, DoesNotMindAnUnknownExtensionThatIsNotCritical) {
  auto authority = new_authority();
  put(authority.ds.extensions, unknown_extension(false));
  CHECK_TOLERATED(judge(authority).path);
}

TEST(Path, IsRefusedForABrokenExtensionThatGrantsOrForbids) {
  for (const auto& oid : {oids::kKeyUsage, oids::kBasicConstraints, oids::kExtendedKeyUsage}) {
    auto authority = new_authority();
    put(authority.ds.extensions, {.oid = oid, .critical = false, .value = {0x05, 0x01}});
    const auto report = judge(authority);
    CHECK_JUDGED(bad, "the signer's certificate cannot be read", report.path);
    CHECK_JUDGED(unknown, "cannot be read", report.validity);
  }
}

TEST(Path, IsRefusedForACscaWithoutTheRightToSignCertificates) {
  auto authority = new_authority();
  put(authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::crl_sign}));
  CHECK_JUDGED(bad, "the CSCA certificate may not sign certificates", judge(authority).path);
}

TEST(Path, IsRefusedForAnIssuerThatIsNoCa) {
  auto authority = new_authority();
  drop(authority.csca.extensions, oids::kBasicConstraints);
  put(authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::digital_signature}));
  TrustStore trust;
  CHECK_OK(trust.add(authority.csca_certificate()));
  LONGS_EQUAL(0, trust.anchors().size());
  CHECK_JUDGED(bad, "\"C=VN, CN=CSCA\" is in the trust material, but not as a CA",
               judge(trust, authority.ds_certificate()).path);
}

TEST(Path, IsRefusedForAnIssuerWhoseConstraintsSayNoCa) {
  auto authority = new_authority();
  put(authority.csca.extensions, asn1::make_basic_constraints({.ca = false, .path_length = {}}));
  TrustStore trust;
  CHECK_OK(trust.add(authority.csca_certificate()));
  CHECK_JUDGED(bad, "not as a CA", judge(trust, authority.ds_certificate()).path);
}

TEST(Path, IsRefusedWhenTheDocumentBringsItsOwnCa) {
  const auto genuine = new_authority();
  auto forged = new_authority();
  forged.csca.issuer = forged.csca.subject = forged.ds.issuer = name("VN", "My own CSCA");
  const std::array companions = {forged.csca_certificate()};
  const auto ds = forged.ds_certificate();
  auto query = query_for(ds);
  query.companions = companions;
  CHECK_JUDGED(bad, "came with the document itself", validate_path(genuine.trust(), query).path);
}

TEST(Path, LeadsOverTheLinksOfADocumentWhicheverOrderTheyStandIn) {
  const auto first = new_authority();
  auto second = new_authority();
  auto third = new_authority();
  second.csca.issuer = second.csca.subject = third.csca.issuer = third.csca.subject = first.csca.subject;
  third.ds.issuer = first.csca.subject;
  put(second.csca.extensions, asn1::make_authority_key_identifier(key_id(first.csca_key)));
  put(third.csca.extensions, asn1::make_authority_key_identifier(key_id(second.csca_key)));
  std::vector<asn1::Certificate> companions;
  companions.push_back(issue(third.csca, second.csca_key));
  companions.push_back(issue(second.csca, first.csca_key));
  const auto ds = third.ds_certificate();
  auto query = query_for(ds);
  query.companions = companions;
  CHECK_JUDGED(good, "", validate_path(first.trust(), query).path);
  companions.pop_back();
  query.companions = companions;
  CHECK_JUDGED(bad, "", validate_path(first.trust(), query).path);
}

TEST(Path, EndsForADocumentWithManyLinksThatSignEachOther) {
  // All with one key and one name: each is the issuer of each. Walked path by path this would take for ever.
  const auto genuine = new_authority();
  auto stranger = new_authority();
  stranger.csca.issuer = stranger.csca.subject = stranger.ds.issuer = genuine.csca.subject;
  std::vector<asn1::Certificate> companions;
  for (std::uint8_t i = 1; i <= 200; ++i) {
    stranger.csca.serial = {0x01, i};
    companions.push_back(stranger.csca_certificate());
  }
  const auto ds = stranger.ds_certificate();
  auto query = query_for(ds);
  query.companions = companions;
  CHECK_JUDGED(bad, "", validate_path(genuine.trust(), query).path);
}

TEST(Path, HasNoRoomForACaBetweenCscaAndSigner) {
  // CSCA -> intermediate CA -> signer: pathLen 0, and only a CSCA of the trust material counts (9303-12 §2).
  const auto root = new_authority();
  auto middle = new_authority();
  middle.csca.issuer = root.csca.subject;
  middle.csca.subject = middle.ds.issuer = name("VN", "Intermediate CA");
  put(middle.csca.extensions, asn1::make_authority_key_identifier(key_id(root.csca_key)));
  const std::array companions = {issue(middle.csca, root.csca_key)};
  const auto ds = middle.ds_certificate();
  auto query = query_for(ds);
  query.companions = companions;
  CHECK_JUDGED(bad, "only a CSCA of the trust material counts", validate_path(root.trust(), query).path);
}

TEST(Path, IsRefusedWhenASignerIssuesASigner) {
  auto authority = new_authority();
  const auto first = authority.ds_certificate();
  auto second = authority.ds;
  second.issuer = authority.ds.subject;
  second.subject = name("VN", "Second signer");
  put(second.extensions, asn1::make_authority_key_identifier(key_id(authority.ds_key)));
  auto trust = authority.trust();
  CHECK_OK(trust.add(first));
  CHECK_JUDGED(bad, "not as a CA", judge(trust, issue(second, authority.ds_key)).path);
}

TEST(Path, IsRefusedWhenInnerAndOuterSignatureAlgorithmDiffer) {
  const auto authority = new_authority();
  auto ds = authority.ds_certificate();
  ds.tbs_signature_algorithm.oid = oids::kEcdsaWithSha384;
  CHECK_JUDGED(bad, "names two different signature algorithms", judge(authority.trust(), ds).path);
}

TEST(Path, IsRefusedWhenTheSignatureAlgorithmIsForAnotherKindOfKey) {
  const auto authority = new_authority();
  auto ds = authority.ds_certificate();
  ds.signature_algorithm = {.oid = oids::kSha256WithRsa, .parameters = asn1::encode_null()};
  ds.tbs_signature_algorithm = ds.signature_algorithm;
  CHECK_JUDGED(bad, "the signature algorithm does not fit the key", judge(authority.trust(), ds).path);
}

TEST(Path, IsOpenForASignatureAlgorithmThatIsNotSupported) {
  const auto authority = new_authority();
  auto ds = authority.ds_certificate();
  ds.signature_algorithm = {.oid = oids::kMd5WithRsa, .parameters = {}};
  ds.tbs_signature_algorithm = ds.signature_algorithm;
  CHECK_JUDGED(unknown, "the signature algorithm is not supported", judge(authority.trust(), ds).path);
}

TEST(Path, IsRefusedWhenTheKeyOfTheCscaHasUnknownCurveParameters) {
  auto authority = new_authority();
  auto numbers = *asn1::parse_ec_public_key(*asn1::parse_public_key_info(authority.csca.public_key));
  numbers.parameters->generator = numbers.point;  // CVE-2020-0601: a generator of one's own
  authority.csca.public_key = asn1::encode_ec_public_key_info(*numbers.parameters, numbers.point);
  CHECK_JUDGED(bad, "not those of a known curve", judge(authority).path);
}

TEST(Path, IsRefusedForADocumentTypeThatTheSignerMayNotSign) {
  const auto authority = new_authority();
  const auto ds = authority.ds_certificate();
  auto query = query_for(ds);
  query.document_code = "P";
  CHECK_JUDGED(bad, "may not sign documents of type P (only ID)", validate_path(authority.trust(), query).path);
  query.document_code = "I<";
  CHECK_JUDGED(bad, "may not sign documents of type I<", validate_path(authority.trust(), query).path);
}

TEST(Path, TakesASingleLetterForAllTypesThatBeginWithIt) {
  auto authority = new_authority();
  const std::vector<std::string> types = {"P", "I"};
  put(authority.ds.extensions, *asn1::make_document_type_list(types));
  const auto ds = authority.ds_certificate();
  for (const char* code : {"I", "I<", "ID", "IR", "P", "P<", "PP"}) {
    auto query = query_for(ds);
    query.document_code = code;
    CHECK_TOLERATED(validate_path(authority.trust(), query).path);
  }
  auto query = query_for(ds);
  query.document_code = "AC";
  CHECK_JUDGED(bad, "may not sign documents of type AC (only I, P)", validate_path(authority.trust(), query).path);
}

TEST(Path, DoesNotAskForATypeThatIsNotKnown) {
  const auto authority = new_authority();
  const auto ds = authority.ds_certificate();
  auto query = query_for(ds);
  query.document_code.clear();
  CHECK_TOLERATED(validate_path(authority.trust(), query).path);
}
