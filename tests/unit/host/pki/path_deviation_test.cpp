// What is tolerated by name, and what happens when a CSCA changes its key.
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

}  // namespace

TEST_GROUP(PathDeviations){};

TEST(PathDeviations, OfTheSixthEditionAreToleratedByName) {
  auto authority = new_authority();
  for (const auto& oid : {oids::kKeyUsage, oids::kAuthorityKeyIdentifier, oids::kPrivateKeyUsagePeriod,
                          oids::kSubjectAltName, oids::kIssuerAltName, oids::kDocumentTypeListExtension}) {
    drop(authority.ds.extensions, oid);
  }
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kDsWithoutKeyUsage},
                  std::string{deviation::kDsWithoutAki});
}

TEST(PathDeviations, OfACscaWithoutIdentifierUsageAndPathLength) {
  auto authority = new_authority();
  drop(authority.csca.extensions, oids::kSubjectKeyIdentifier);
  drop(authority.csca.extensions, oids::kKeyUsage);
  put(authority.csca.extensions, asn1::make_basic_constraints({.ca = true, .path_length = {}}));
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kCscaWithoutSki},
                  std::string{deviation::kCscaWithoutKeyUsage}, std::string{deviation::kPathLengthNotZero});
}

TEST(PathDeviations, OfAPathLengthThatWouldLetOtherCasIn) {
  auto authority = new_authority();
  put(authority.csca.extensions, asn1::make_basic_constraints({.ca = true, .path_length = 1}));
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kPathLengthNotZero});
}

TEST(PathDeviations, OfKeyUsageThatIsNotCritical) {
  auto authority = new_authority();
  put(authority.ds.extensions, critical(asn1::make_key_usage({asn1::KeyUsage::digital_signature}), false));
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kKeyUsageNotCritical});
}

TEST(PathDeviations, OfAnExtendedKeyUsageThatForbidsNothing) {
  auto authority = new_authority();
  const std::array usages = {asn1::Oid::of("1.3.6.1.5.5.7.3.36")};
  put(authority.ds.extensions, critical(asn1::make_extended_key_usage(usages), false));
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kExtendedKeyUsage});
}

TEST(PathDeviations, OfNamesThatAreEqualOnlyByTolerantComparison) {
  auto authority = new_authority();
  const std::array parts = {
      asn1::NamePart{.type = oids::kCountryName, .text = "vn", .string_tag = asn1::tags::kPrintableString},
      asn1::NamePart{.type = oids::kCommonName, .text = " csca ", .string_tag = asn1::tags::kUtf8String}};
  authority.ds.issuer = *asn1::encode_name(parts);
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kNameInAnotherForm});
}

TEST(PathDeviations, OfANamedCurve) {
  CHECK_TOLERATED(judge(new_authority(KeyAlgorithm::ecdsa_p256, EcParameterForm::named_curve)).path,
                  std::string{deviation::kNamedCurve});
}

TEST(PathDeviations, OfASerialNumberThatIsNegativeOrTooLong) {
  auto authority = new_authority();
  authority.ds.serial = {0x7F, 0x11, 0x22};
  authority.ds.signature_algorithm = authority.csca_key.signature_algorithm();
  const auto tbs = *asn1::encode_tbs_certificate(authority.ds);
  const auto negative =
      patched(tbs, base::Bytes{0x02, 0x03, 0x7F, 0x11, 0x22}, base::Bytes{0x02, 0x03, 0xFF, 0x11, 0x22});
  CHECK_TOLERATED(judge(authority.trust(), issue_octets(negative, authority.csca_key)).path,
                  std::string{deviation::kSerialNotProper});
  auto long_serial = authority.ds_certificate();
  long_serial.serial = base::Bytes(21, 0x11);
  CHECK_TOLERATED(judge(authority.trust(), long_serial).path, std::string{deviation::kSerialNotProper});
}

TEST(PathDeviations, OfAForbiddenExtensionThatIsNotCritical) {
  auto authority = new_authority();
  put(authority.ds.extensions,
      {.oid = oids::kFreshestCrl, .critical = false, .value = asn1::encode_sequence(std::span<const base::Bytes>{})});
  CHECK_TOLERATED(judge(authority).path, std::string{deviation::kForbiddenExtension});
}

TEST_GROUP(PathRollover){};

TEST(PathRollover, TakesTheCscaKeyThatTheIdentifierNamesAmongSeveralOfOneName) {
  const auto old_one = new_authority();
  const auto new_one = new_authority();
  TrustStore trust;
  CHECK_OK(trust.add(old_one.csca_certificate()));
  CHECK_OK(trust.add(new_one.csca_certificate()));
  const auto ds = new_one.ds_certificate();
  const auto report = judge(trust, ds);
  CHECK_TOLERATED(report.path);
  CHECK_BYTES(new_one.csca.public_key, report.csca->public_key.der);
}

TEST(PathRollover, TriesAllOfThemWhenTheSignerNamesNoIdentifier) {
  const auto old_one = new_authority();
  auto new_one = new_authority();
  drop(new_one.ds.extensions, oids::kAuthorityKeyIdentifier);
  TrustStore trust;
  CHECK_OK(trust.add(old_one.csca_certificate()));
  CHECK_OK(trust.add(new_one.csca_certificate()));
  CHECK_TOLERATED(judge(trust, new_one.ds_certificate()).path, std::string{deviation::kDsWithoutAki});
}

TEST(PathRollover, TakesALinkCertificateOfTheStoreForAnAnchor) {
  const auto old_one = new_authority();
  const auto new_one = new_authority();
  auto link = new_one.csca;  // the new key under the old one's signature
  put(link.extensions, asn1::make_authority_key_identifier(key_id(old_one.csca_key)));
  TrustStore trust;
  CHECK_OK(trust.add(issue(link, old_one.csca_key)));
  const auto ds = new_one.ds_certificate();
  CHECK_TOLERATED(judge(trust, ds).path);
}

TEST(PathRollover, PrefersTheRootThatIsValidOverALinkCertificate) {
  const auto old_one = new_authority();
  const auto new_one = new_authority();
  auto link = new_one.csca;
  link.issuer = name("VN", "CSCA before the change of name");
  TrustStore trust;
  CHECK_OK(trust.add(issue(link, old_one.csca_key)));
  CHECK_OK(trust.add(new_one.csca_certificate()));
  const auto ds = new_one.ds_certificate();
  const auto report = judge(trust, ds);
  CHECK_TOLERATED(report.path);
  CHECK_BYTES(new_one.csca.subject, report.csca->issuer.der);
}
