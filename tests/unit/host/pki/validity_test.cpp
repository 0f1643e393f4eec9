// Periods: of certificates, of keys, and the moment of signing.
#include "authority.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/path.h"
#include "judgement_checks.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
namespace oids = asn1::oids;

namespace {
struct Moment {
  base::Instant at = today();
  std::optional<base::Instant> signed_at = days_from_today(-3);
  bool accept_expired = false;
};

Judgement judge(const Authority& authority, const Moment& moment = {}) {
  const auto ds = authority.ds_certificate();
  const auto trust = authority.trust();
  return validate_path(trust, {.signer = &ds,
                               .at = moment.at,
                               .signed_at = moment.signed_at,
                               .accept_expired_signer = moment.accept_expired})
      .validity;
}

asn1::Extension key_period(std::optional<base::Instant> from, std::optional<base::Instant> to) {
  return *asn1::make_private_key_usage_period({.not_before = from, .not_after = to});
}
}  // namespace

TEST_GROUP(Validity){};

TEST(Validity, IsGoodWithinAllPeriods) {
  CHECK_JUDGED(good, "the signer's certificate is valid until", judge(new_authority()));
}

TEST(Validity, IsRefusedBeforeTheCertificateOfTheSignerBegins) {
  CHECK_JUDGED(bad, "the signer's certificate is not valid before 2025-12-31",
               judge(new_authority(), {.at = days_from_today(-61), .signed_at = {}}));
}

TEST(Validity, IsRefusedAfterTheCertificateOfTheSignerEnded) {
  CHECK_JUDGED(bad, "the signer's certificate expired on 2037-02-11; it was valid when the document was signed",
               judge(new_authority(), {.at = days_from_today(4001)}));
}

TEST(Validity, IsRefusedAfterTheEndAlsoWhenTheTimeOfSigningIsNotKnown) {
  const auto judgement = judge(new_authority(), {.at = days_from_today(4001), .signed_at = {}, .accept_expired = true});
  CHECK_JUDGED(bad, "expired on 2037-02-11", judgement);
  CHECK(judgement.reason.find("when the document was signed") == std::string::npos);
}

TEST(Validity, TakesAnExpiredSignerWhereTheCallerSaysSo) {
  CHECK_TOLERATED(judge(new_authority(), {.at = days_from_today(4001), .accept_expired = true}),
                  std::string{deviation::kDsExpiredValidAtSigning});
}

TEST(Validity, HoldsToTheSecondAtBothEnds) {
  const auto authority = new_authority();
  const auto one = std::chrono::seconds{1};
  CHECK(judge(authority, {.at = days_from_today(-60), .signed_at = {}}).good());
  CHECK(!judge(authority, {.at = days_from_today(-60) - one, .signed_at = {}}).good());
  CHECK(judge(authority, {.at = days_from_today(4000), .signed_at = {}}).good());
  CHECK(!judge(authority, {.at = days_from_today(4000) + one, .signed_at = {}}).good());
}

TEST(Validity, IsRefusedForASignatureAfterTheKeyUsagePeriod) {
  CHECK_JUDGED(bad, "signed on 2026-04-10, outside the private key usage period of the signer",
               judge(new_authority(), {.at = days_from_today(100), .signed_at = days_from_today(40)}));
}

TEST(Validity, IsRefusedForASignatureBeforeTheKeyUsagePeriod) {
  auto authority = new_authority();
  put(authority.ds.extensions, key_period(days_from_today(-10), days_from_today(30)));
  CHECK_JUDGED(bad, "outside the private key usage period of the signer",
               judge(authority, {.signed_at = days_from_today(-20)}));
}

TEST(Validity, KnowsPeriodsWithOneEnd) {
  auto authority = new_authority();
  put(authority.ds.extensions, key_period({}, days_from_today(-5)));
  CHECK_JUDGED(bad, "outside the private key usage period", judge(authority));
  CHECK(judge(authority, {.signed_at = days_from_today(-6)}).good());
  put(authority.ds.extensions, key_period(days_from_today(-5), {}));
  CHECK(judge(authority).good());
  CHECK_JUDGED(bad, "outside the private key usage period", judge(authority, {.signed_at = days_from_today(-6)}));
}

TEST(Validity, IsRefusedForASignatureBeforeTheCertificate) {
  CHECK_JUDGED(bad, "signed on 2025-12-21, when the signer's certificate was not valid",
               judge(new_authority(), {.signed_at = days_from_today(-70)}));
}

TEST(Validity, IsRefusedForASignatureThatIsStillToCome) {
  CHECK_JUDGED(bad, "signed on 2026-03-02, which is still to come",
               judge(new_authority(), {.signed_at = days_from_today(1)}));
}

TEST(Validity, TakesAnIssueDateForADayAndNotForItsFirstSecond) {
  // The certificate begins at noon; the card says only which day.
  const auto midnight = std::chrono::floor<std::chrono::days>(days_from_today(-60));
  CHECK(judge(new_authority(), {.signed_at = midnight}).good());
  CHECK(!judge(new_authority(), {.signed_at = midnight - std::chrono::seconds{1}}).good());
}

TEST(Validity, SaysSoWhenTheTimeOfSigningIsNotKnown) {
  CHECK_JUDGED(good, "is not known, the key was in use until 2026-03-31", judge(new_authority(), {.signed_at = {}}));
}

TEST(Validity, IsGoodWithoutAKeyUsagePeriodAsInTheSixthEdition) {
  auto authority = new_authority();
  drop(authority.ds.extensions, oids::kPrivateKeyUsagePeriod);
  drop(authority.csca.extensions, oids::kPrivateKeyUsagePeriod);
  CHECK(judge(authority).good());
}

TEST(Validity, IsRefusedBeforeTheCscaBegins) {
  auto authority = new_authority();
  authority.csca.validity.not_before = days_from_today(5);
  CHECK_JUDGED(bad, "the CSCA certificate is not valid before 2026-03-06", judge(authority));
}

TEST(Validity, ToleratesAnExpiredCscaByName) {
  auto authority = new_authority();
  authority.csca.validity.not_after = days_from_today(-1);
  CHECK_TOLERATED(judge(authority), std::string{deviation::kCscaExpired});
}

TEST(Validity, IsRefusedForASignerIssuedAfterTheCscaExpired) {
  auto authority = new_authority();
  authority.csca.validity.not_after = days_from_today(-61);
  CHECK_JUDGED(bad, "begins on 2025-12-31, when the CSCA certificate was not valid", judge(authority));
}

TEST(Validity, IsRefusedForASignerIssuedAfterTheCscaKeysTime) {
  auto authority = new_authority();
  put(authority.csca.extensions, key_period(days_from_today(-400), days_from_today(-100)));
  CHECK_JUDGED(bad, "outside the private key usage period of the CSCA", judge(authority));
}

TEST(Validity, IsOpenWithoutACsca) {
  const auto authority = new_authority();
  const auto ds = authority.ds_certificate();
  CHECK_JUDGED(unknown, "there is no CSCA", validate_path(TrustStore{}, {.signer = &ds, .at = today()}).validity);
}

TEST(Validity, IsRefusedForAnExpiredSignerEvenWithoutACsca) {
  const auto authority = new_authority();
  const auto ds = authority.ds_certificate();
  CHECK_JUDGED(bad, "expired", validate_path(TrustStore{}, {.signer = &ds, .at = days_from_today(9000)}).validity);
}
