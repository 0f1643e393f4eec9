#include "cicada/host/pki/revocation.h"

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
/// The authority's CSCA and these lists.
TrustStore store_with(const Authority& authority, std::vector<asn1::CertificateList> lists) {
  TrustStore trust;
  CHECK_OK(trust.add(authority.csca_certificate()));
  for (auto& list : lists) CHECK_OK(trust.add(std::move(list)));
  return trust;
}

Judgement judge(const Authority& authority, const TrustStore& trust, base::Instant at = today()) {
  return judge_revocation(trust, authority.ds_certificate(), authority.csca_certificate(), at);
}

Judgement judge(const Authority& authority, base::Instant at = today()) {
  return judge(authority, authority.trust(), at);
}

std::vector<asn1::CertificateList> one(asn1::CertificateList list) {
  std::vector<asn1::CertificateList> lists;
  lists.push_back(std::move(list));
  return lists;
}
}  // namespace

TEST_GROUP(Revocation){};

TEST(Revocation, IsGoodOnACurrentListWithoutTheCertificate) {
  auto authority = new_authority();
  CHECK_TOLERATED(judge(authority));
  authority.crl.revoked = {{.serial = {0x12, 0x35}, .revoked_at = days_from_today(-20)}};
  CHECK_TOLERATED(judge(authority));
}

TEST(Revocation, IsBadForACertificateOnTheList) {
  auto authority = new_authority();
  authority.crl.revoked = {{.serial = {0x05}, .revoked_at = days_from_today(-30)},
                           {.serial = {0x12, 0x34}, .revoked_at = days_from_today(-20)}};
  CHECK_JUDGED(bad, "the signer's certificate was revoked on 2026-02-09", judge(authority));
}

TEST(Revocation, IsBadAlsoWhenTheListIsOutOfDate) {
  auto authority = new_authority();
  authority.crl.revoked = {{.serial = {0x12, 0x34}, .revoked_at = days_from_today(-20)}};
  CHECK_JUDGED(bad, "revoked", judge(authority, days_from_today(500)));
}

TEST(Revocation, IsBadWhenOnlyAnOlderListHasTheCertificate) {
  auto authority = new_authority();
  const auto newer = authority.list();
  authority.crl.this_update = days_from_today(-80);
  authority.crl.next_update = days_from_today(-5);
  authority.crl.revoked = {{.serial = {0x12, 0x34}, .revoked_at = days_from_today(-90)}};
  std::vector<asn1::CertificateList> lists;
  lists.push_back(newer);
  lists.push_back(authority.list());
  CHECK_JUDGED(bad, "revoked", judge(authority, store_with(authority, std::move(lists))));
}

TEST(Revocation, IsBadWhenTheCscaItselfIsOnTheList) {
  auto authority = new_authority();
  authority.crl.revoked = {{.serial = {0x01}, .revoked_at = days_from_today(-2)}};
  CHECK_JUDGED(bad, "the CSCA's certificate was revoked on 2026-02-27", judge(authority));
}

TEST(Revocation, IsOpenWithoutAList) {
  const auto authority = new_authority();
  CHECK_JUDGED(unknown, "no revocation list of VN in the trust material", judge(authority, store_with(authority, {})));
}

TEST(Revocation, IsOpenWithAListOfAnotherCountry) {
  const auto authority = new_authority();
  auto other = new_authority();
  other.crl.issuer = name("LA", "CSCA");
  CHECK_JUDGED(unknown, "no revocation list of VN", judge(authority, store_with(authority, one(other.list()))));
}

TEST(Revocation, IsOpenWithAListThatIsOutOfDate) {
  CHECK_JUDGED(unknown, "the revocation list is out of date: a newer one was due on 2026-05-20",
               judge(new_authority(), days_from_today(81)));
}

TEST(Revocation, HoldsToTheSecondAtTheEndOfTheList) {
  const auto authority = new_authority();
  CHECK(judge(authority, days_from_today(80)).good());
  CHECK(!judge(authority, days_from_today(80) + std::chrono::seconds{1}).good());
}

TEST(Revocation, IsBadWithAListInTheNameOfAKnownKeyThatThisKeyDidNotSign) {
  const auto authority = new_authority();
  const auto forged = issue(authority.crl, new_signer());
  CHECK_JUDGED(bad, "the signature of the revocation list is wrong",
               judge(authority, store_with(authority, one(forged))));
}

TEST(Revocation, IsBadWithAChangedList) {
  const auto authority = new_authority();
  auto list = authority.list();
  list.tbs[list.tbs.size() - 1] ^= 1;
  CHECK_JUDGED(bad, "the signature of the revocation list is wrong",
               judge(authority, store_with(authority, one(std::move(list)))));
}

TEST(Revocation, IsOpenWithAListByAKeyThatIsNotInTheStore) {
  const auto authority = new_authority();
  const auto successor = new_authority();  // the same name, the next key
  CHECK_JUDGED(unknown, "signed with a key that is not in the trust material",
               judge(authority, store_with(authority, one(successor.list()))));
}

TEST(Revocation, IsNotHinderedByABadListBesideAGoodOne) {
  const auto authority = new_authority();
  std::vector<asn1::CertificateList> lists;
  lists.push_back(issue(authority.crl, new_signer()));
  lists.push_back(authority.list());
  CHECK(judge(authority, store_with(authority, std::move(lists))).good());
}

TEST(Revocation, BelievesTheNewestKeyOfTheCsca) {
  const auto authority = new_authority();
  auto successor = new_authority();
  successor.crl.revoked = {{.serial = {0x12, 0x34}, .revoked_at = days_from_today(-1)}};
  auto trust = store_with(authority, one(successor.list()));
  CHECK_OK(trust.add(successor.csca_certificate()));
  CHECK_JUDGED(bad, "revoked on 2026-02-28", judge(authority, trust));
}

TEST(Revocation, DoesNotBelieveTheCscaOfAnotherCountry) {
  const auto authority = new_authority();
  auto other = new_authority();  // of another country, but its list claims ours
  other.csca.issuer = other.csca.subject = name("LA", "CSCA");
  auto trust = store_with(authority, one(other.list()));
  CHECK_OK(trust.add(other.csca_certificate()));
  CHECK_JUDGED(unknown, "not in the trust material", judge(authority, trust));
}

TEST(Revocation, TakesAListOfTheCountryUnderAnotherNameByName) {
  const auto authority = new_authority();
  auto renamed = new_authority();
  renamed.csca.issuer = renamed.csca.subject = renamed.crl.issuer = name("VN", "CSCA under its new name");
  auto trust = store_with(authority, one(renamed.list()));
  CHECK_OK(trust.add(renamed.csca_certificate()));
  CHECK_TOLERATED(judge(authority, trust), std::string{deviation::kCrlOfAnotherName});
}

TEST(Revocation, PrefersTheListUnderTheIssuersOwnName) {
  auto authority = new_authority();
  auto second = new_authority();  // a State with a second CSCA, whose list is newer
  second.csca.issuer = second.csca.subject = second.crl.issuer = name("VN", "CSCA of the passports");
  second.crl.this_update = days_from_today(-1);
  std::vector<asn1::CertificateList> lists;
  lists.push_back(second.list());
  lists.push_back(authority.list());
  auto trust = store_with(authority, std::move(lists));
  CHECK_OK(trust.add(second.csca_certificate()));
  CHECK_TOLERATED(judge(authority, trust));
}

TEST(Revocation, IsBadWithAListByACscaThatMayNotSignLists) {
  auto authority = new_authority();
  put(authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::key_cert_sign}));
  CHECK_JUDGED(bad, "may not sign revocation lists", judge(authority));
}

TEST(Revocation, IsOpenWithACriticalExtensionThatNobodyKnows) {
  auto authority = new_authority();
  authority.crl.extensions.push_back(
      {.oid = oids::kDeltaCrlIndicator, .critical = true, .value = asn1::encode_integer(1)});
  CHECK_JUDGED(unknown, "not understood: 2.5.29.27", judge(authority));
}

TEST(Revocation, IsBadWhenInnerAndOuterSignatureAlgorithmDiffer) {
  const auto authority = new_authority();
  auto list = authority.list();
  list.tbs_signature_algorithm.oid = oids::kEcdsaWithSha512;
  CHECK_JUDGED(bad, "names two different signature algorithms",
               judge(authority, store_with(authority, one(std::move(list)))));
}

TEST(Revocation, ToleratesAListWithoutKeyIdentifierByName) {
  auto authority = new_authority();
  drop(authority.crl.extensions, oids::kAuthorityKeyIdentifier);
  CHECK_TOLERATED(judge(authority), std::string{deviation::kCrlWithoutAki});
}

TEST(Revocation, IsOpenWhenTheListDoesNotSayHowLongItHolds) {
  const auto authority = new_authority();
  auto list = authority.list();
  list.next_update.reset();
  CHECK_JUDGED(unknown, "does not say how long it holds",
               judge(authority, store_with(authority, one(std::move(list)))));
}

TEST(Revocation, ToleratesAListFromAfterTheMomentOfTheCheckByName) {
  CHECK_TOLERATED(judge(new_authority(), days_from_today(-20)), std::string{deviation::kCrlDatedLater});
}

TEST(Revocation, ComparesSerialNumbersAsNumbers) {
  auto authority = new_authority();
  authority.ds.serial = {0x80, 0x01};  // a sign octet goes in front
  authority.crl.revoked = {{.serial = {0x80, 0x01}, .revoked_at = days_from_today(-20)}};
  CHECK_JUDGED(bad, "revoked", judge(authority));
  authority.crl.revoked = {{.serial = {0x80, 0x01, 0x00}, .revoked_at = days_from_today(-20)}};
  CHECK(judge(authority).good());
}
