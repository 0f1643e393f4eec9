#include "cicada/host/pki/country.h"

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
Judgement judge(const Authority& authority, const std::string& state) {
  const auto ds = authority.ds_certificate();
  const auto trust = authority.trust();
  return validate_path(trust, {.signer = &ds, .at = today(), .issuing_state = state}).country;
}

asn1::Extension alternative(const std::string& state, const std::string& province = {}) {
  std::vector<asn1::NamePart> parts = {{.type = oids::kLocalityName, .text = state}};
  if (!province.empty()) parts.push_back({.type = oids::kStateOrProvinceName, .text = province});
  const std::array names = {*asn1::GeneralName::of_directory(*asn1::encode_name(parts))};
  return asn1::make_subject_alt_name(names);
}

/// Certificates of the sixth edition: no alternative names.
Authority plain_authority(const std::string& country) {
  auto authority = new_authority();
  drop(authority.ds.extensions, oids::kSubjectAltName);
  drop(authority.csca.extensions, oids::kSubjectAltName);
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = name(country, "CSCA");
  authority.ds.subject = name(country, "Document Signer");
  return authority;
}
}  // namespace

TEST_GROUP(CountryCode){};

TEST(CountryCode, KnowsIso3166) {
  CHECK(state_belongs_to_country("VNM", "VN"));
  CHECK(state_belongs_to_country("vnm", "vn"));
  CHECK(state_belongs_to_country("ZWE", "ZW"));
  CHECK(state_belongs_to_country("AND", "AD"));
  CHECK(!state_belongs_to_country("LAO", "VN"));
  CHECK(!state_belongs_to_country("VN", "VN"));
  CHECK(!state_belongs_to_country("", "VN"));
  CHECK(!state_belongs_to_country("VNM", ""));
  CHECK(!state_belongs_to_country("VNM", "V"));
  CHECK(!state_belongs_to_country("XYZ", "QQ"));
}

TEST(CountryCode, KnowsTheCodesOfTheirOwnInTheMrz) {
  CHECK(state_belongs_to_country("D<<", "DE"));
  CHECK(state_belongs_to_country("D", "de"));
  CHECK(state_belongs_to_country("DEU", "DE"));
  CHECK(state_belongs_to_country("GBD", "GB"));
  CHECK(state_belongs_to_country("EUE", "EU"));
  CHECK(state_belongs_to_country("UNO", "UN"));
  CHECK(state_belongs_to_country("RKS", "KS"));
  CHECK(state_belongs_to_country("CHN", "HK"));
  CHECK(!state_belongs_to_country("GBD", "DE"));
}

TEST(CountryCode, GivesTheCodeForTheMrz) {
  CHECK_STRING("VNM", state_of_country("VN"));
  CHECK_STRING("D", state_of_country("DE"));
  CHECK_STRING("EUE", state_of_country("EU"));
  CHECK_STRING("", state_of_country("QQ"));
}

TEST_GROUP(CountryOfAPath){};

TEST(CountryOfAPath, IsGoodWhenAllAgree) {
  CHECK_TOLERATED(judge(new_authority(), "VNM"));
}

TEST(CountryOfAPath, IsBadForADocumentOfAnotherState) {
  CHECK_JUDGED(bad, "the document is from LAO, but the signer is for VNM", judge(new_authority(), "LAO"));
}

TEST(CountryOfAPath, IsBadForASignerOfAnotherCountryThanItsCsca) {
  auto authority = new_authority();
  authority.ds.subject = name("LA", "Document Signer");
  CHECK_JUDGED(bad, "the signer is of country LA, its CSCA of country VN", judge(authority, "VNM"));
}

TEST(CountryOfAPath, IsBadForASignerForAnotherStateThanItsCsca) {
  auto authority = new_authority();
  put(authority.ds.extensions, alternative("LAO"));
  CHECK_JUDGED(bad, "the signer is for LAO, its CSCA for VNM", judge(authority, "VNM"));
}

TEST(CountryOfAPath, IsBadWhenTheTwoLettersContradictTheThree) {
  auto authority = new_authority();
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = name("LA", "CSCA");
  authority.ds.subject = name("LA", "Document Signer");
  CHECK_JUDGED(bad, "the document is from VNM, but the signer is of country LA", judge(authority, "VNM"));
}

TEST(CountryOfAPath, IsJudgedByTwoLettersWhereThereAreNoAlternativeNames) {
  CHECK_TOLERATED(judge(plain_authority("VN"), "VNM"));
  CHECK_TOLERATED(judge(plain_authority("DE"), "D<<"));
  CHECK_JUDGED(bad, "the signer is of country DE", judge(plain_authority("DE"), "VNM"));
}

TEST(CountryOfAPath, ToleratesLowerCaseByName) {
  CHECK_TOLERATED(judge(plain_authority("vn"), "VNM"), std::string{deviation::kCountryNotUpperCase});
}

TEST(CountryOfAPath, ToleratesNamesWithoutCountryWhereTheStateIsNamedOtherwise) {
  auto authority = new_authority();
  authority.ds.subject = name("", "Document Signer");
  CHECK_TOLERATED(judge(authority, "VNM"), std::string{deviation::kNameWithoutCountry});
}

TEST(CountryOfAPath, IsOpenWhenNobodyNamesACountry) {
  CHECK_JUDGED(unknown, "neither signer nor CSCA names a country", judge(plain_authority(""), "VNM"));
}

TEST(CountryOfAPath, IsOpenWhenTheDocumentsStateIsNotKnown) {
  CHECK_JUDGED(unknown, "the document's issuing State is not known", judge(new_authority(), ""));
}

TEST(CountryOfAPath, IsOpenWithoutACsca) {
  const auto authority = new_authority();
  const auto ds = authority.ds_certificate();
  CHECK_JUDGED(unknown, "no CSCA",
               validate_path(TrustStore{}, {.signer = &ds, .at = today(), .issuing_state = "VNM"}).country);
}

TEST(CountryOfAPath, TellsStatesApartThatShareACode) {
  auto authority = plain_authority("HK");
  put(authority.ds.extensions, alternative("CHN", "HKG"));
  put(authority.csca.extensions, alternative("CHN", "HKG"));
  CHECK_TOLERATED(judge(authority, "CHN"));
  CHECK_TOLERATED(judge(authority, "HKG"));
  CHECK_JUDGED(bad, "from MAC", judge(authority, "MAC"));
}
