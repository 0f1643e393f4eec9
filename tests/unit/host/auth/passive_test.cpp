// Data groups, policy, trust and the whole verdict.
#include "cicada/host/auth/passive.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/pki/deviation.h"
#include "document.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;
namespace oids = asn1::oids;
namespace pki = cicada::host::pki;
using base::Bytes;

namespace {
std::vector<Check> judge(const Document& document, const Bytes& sod) {
  const auto trust = document.authority.trust();
  return passive_authentication(document.input(sod, &trust));
}

std::vector<Check> judge(const Document& document, const SodRecipe& recipe) {
  return judge(document, seal(recipe));
}

asn1::Oid hash_oid(pki::HashAlgorithm hash) {
  return pki::oid_of(hash);
}

Bytes com_with(std::vector<std::uint8_t> tags) {
  host::lds::EfCom com;
  com.tags = std::move(tags);
  return host::lds::build_com(com);
}
}  // namespace

TEST_GROUP(DataGroups){};

TEST(DataGroups, ThatWereChangedAreNamed) {
  Document document;
  const auto sod = document.sod();
  document.groups[2].back() ^= 1;
  CHECK_VERDICT(failed, "DG2: not what was signed", judge(document, sod), dg_hashes);
  document.groups[13].back() ^= 1;
  CHECK_VERDICT(failed, "DG2, DG13: not what was signed", judge(document, sod), dg_hashes);
}

TEST(DataGroups, AreHashedAsTheyStandAndNotAsTheyCouldBeWritten) {
  Document document;
  const auto sod = document.sod();
  const auto& group = document.groups[2];  // 75 82 01 2C ...: the same object with a longer length
  const std::array<std::uint8_t, 5> head = {0x75, 0x83, 0x00, group[2], group[3]};
  document.groups[2] = base::concat({head, base::ByteView{group}.subspan(4)});
  CHECK_VERDICT(failed, "DG2: not what was signed", judge(document, sod), dg_hashes);
}

TEST(DataGroups, WithAnOctetMoreAreNotWhatWasSigned) {
  Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  document.groups[2].push_back(0x42);
  CHECK_VERDICT(failed, "DG2: octets that nobody signed follow the data",
                passive_authentication(document.input(sod, &trust)), dg_hashes);
}

TEST(DataGroups, AreHashedWithoutThePaddingOfTheirFiles) {
  Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  const auto bare = document.groups[1];
  for (const auto& padding : {Bytes(10, 0x00), Bytes(10, 0xFF)}) {
    document.groups[1] = base::concat({bare, padding});
    auto input = document.input(sod, &trust);
    const auto check = check_of(passive_authentication(input), CheckName::dg_hashes);
    CHECK_TEXT(check.result == CheckResult::passed, check.reason.c_str());
    CHECK_STRING(deviation::kPaddedDataGroup, check.deviations.at(0));
    CHECK_VERDICT(passed, "all name VNM", passive_authentication(input), country);  // DG1 is read without it
    input.policy.strict = true;
    CHECK_VERDICT(failed, "octets-after-data-group", passive_authentication(input), dg_hashes);
  }
}

TEST(DataGroups, InEachOthersPlaceAreNotWhatWasSigned) {
  Document document;
  const auto sod = document.sod();
  std::swap(document.groups[1], document.groups[13]);
  CHECK_VERDICT(failed, "DG1, DG13: not what was signed", judge(document, sod), dg_hashes);
}

TEST(DataGroups, OfAnotherDocumentAreNotWhatWasSigned) {
  const Document document;
  Document other;
  other.groups[1][30] ^= 1;
  CHECK_VERDICT(failed, "DG1: not what was signed", judge(other, document.sod()), dg_hashes);
}

TEST(DataGroups, ThatNobodySignedAreNamed) {
  Document document;
  const auto sod = document.sod();
  document.groups[11] = {0x6B, 0x00};
  CHECK_VERDICT(failed, "DG11: on the chip, but not in the security object", judge(document, sod), dg_hashes);
}

TEST(DataGroups, ThatWereNotReadAreNamedAndAreNoFailure) {
  Document document;
  document.groups[3] = {0x63, 0x00};
  const auto sod = document.sod();
  document.groups.erase(3);
  document.groups.erase(2);
  CHECK_VERDICT(passed, "DG1, DG13 as signed; not read: DG2, DG3", judge(document, sod), dg_hashes);
}

TEST(DataGroups, AreNotCheckedWhenNoneIsGiven) {
  Document document;
  const auto sod = document.sod();
  document.groups.clear();
  CHECK_VERDICT(not_checked, "no data group was given", judge(document, sod), dg_hashes);
}

TEST(DataGroups, WithNumbersThatDoNotExistAreNotSigned) {
  Document document;
  const auto sod = document.sod();
  document.groups[17] = {0x61, 0x00};
  document.groups[-1] = {0x61, 0x00};
  CHECK_VERDICT(failed, "DG-1, DG17: on the chip, but not", judge(document, sod), dg_hashes);
}

TEST(DataGroups, ThatMatchAnUnsignedListProveNothing) {
  Document document;
  auto recipe = document.recipe();
  recipe.sign = [](base::ByteView) { return Bytes(70, 1); };
  const auto checks = judge(document, recipe);
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", checks, sod_signature);
  CHECK_VERDICT(not_checked, "but the signature of the list is wrong, so this proves nothing", checks, dg_hashes);
}

TEST(DataGroups, ThatDifferFromAnUnsignedListAreAFailureNevertheless) {
  Document document;
  auto recipe = document.recipe();
  recipe.sign = [](base::ByteView) { return Bytes(70, 1); };
  document.groups[2].back() ^= 1;
  CHECK_VERDICT(failed, "DG2: not what was signed", judge(document, recipe), dg_hashes);
}

TEST(DataGroups, MayBeHashedWithAnotherAlgorithmThanTheMessage) {
  Document document;
  for (const auto hash : {pki::HashAlgorithm::sha224, pki::HashAlgorithm::sha384, pki::HashAlgorithm::sha512}) {
    auto recipe = document.recipe();
    recipe.list.hash_algorithm = algorithm(hash_oid(hash));
    for (auto& group : recipe.list.data_groups) {
      group.hash = *crypto::openssl::hash(hash, document.groups[group.number]);
    }
    const auto checks = judge(document, recipe);
    CHECK_VERDICT(passed, "DG1, DG2, DG13 as signed", checks, dg_hashes);
    CHECK(check_of(checks, CheckName::dg_hashes).deviations.empty());
  }
}

TEST(DataGroups, HashedWithAnotherAlgorithmThanTheListSaysAreRefused) {
  Document document;
  auto recipe = document.recipe();
  recipe.list.hash_algorithm = algorithm(oids::kSha512);
  CHECK_VERDICT(failed, "DG1, DG2, DG13: not what was signed", judge(document, recipe), dg_hashes);
}

TEST(DataGroups, WithAShortenedHashAreRefused) {
  Document document;
  auto recipe = document.recipe();
  for (auto& group : recipe.list.data_groups) group.hash.resize(4);
  CHECK_VERDICT(failed, "not what was signed", judge(document, recipe), dg_hashes);
}

TEST(DataGroups, HashedWithAnUnknownAlgorithmAreNotChecked) {
  Document document;
  auto recipe = document.recipe();
  recipe.list.hash_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5"));
  CHECK_VERDICT(not_checked, "the hash algorithm 1.2.840.113549.2.5", judge(document, recipe), dg_hashes);
}

TEST(DataGroups, ListedTwiceAreRefused) {
  Document document;
  const auto hash = [&](int number) {
    return *crypto::openssl::hash(pki::HashAlgorithm::sha256, document.groups[number]);
  };
  const auto entry = [](std::uint32_t number, const Bytes& value) {
    return asn1::encode_sequence({asn1::encode_integer(number), asn1::encode_octet_string(value)});
  };
  const auto list = [&](std::vector<Bytes> entries) {
    return asn1::encode_sequence(
        {asn1::encode_integer(0), asn1::encode(algorithm(oids::kSha256)), asn1::encode_sequence(entries)});
  };
  auto recipe = document.recipe();
  recipe.content = list({entry(1, hash(1)), entry(2, hash(2)), entry(1, Bytes(32, 7)), entry(13, hash(13))});
  auto checks = judge(document, recipe);
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(failed, "the list of hashes in EF.SOD cannot be read", checks, dg_hashes);
  for (const auto& bad : {list({entry(0, hash(1)), entry(2, hash(2))}), list({entry(17, hash(1)), entry(2, hash(2))}),
                          list({entry(1, hash(1))}), list({}), Bytes{0x30, 0x00}, Bytes{}, Bytes(40, 0xFF)}) {
    recipe.content = bad;
    checks = judge(document, recipe);
    CHECK_VERDICT(passed, "signed by", checks, sod_signature);
    CHECK_VERDICT(failed, "the list of hashes in EF.SOD cannot be read", checks, dg_hashes);
  }
}

TEST(DataGroups, OfAListWithoutItsVersionInformationAreToleratedByName) {
  Document document;
  const auto recipe = document.recipe();
  auto content = *asn1::encode(recipe.list);
  // Version 1 becomes 0; the version information stays.
  auto changed = recipe;
  changed.content = patched(content, Bytes{0x02, 0x01, 0x01, 0x30, 0x0B}, Bytes{0x02, 0x01, 0x00, 0x30, 0x0B});
  const auto checks = judge(document, changed);
  const auto check = check_of(checks, CheckName::dg_hashes);
  CHECK_TEXT(check.result == CheckResult::passed, check.reason.c_str());
  LONGS_EQUAL(1, check.deviations.size());
  CHECK_STRING(deviation::kLdsVersionInfo, check.deviations.front());
}

TEST(DataGroups, AreComparedWithEfCom) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  const auto same = com_with({0x61, 0x75, 0x6D});
  input.ef_com = same;
  CHECK(check_of(passive_authentication(input), CheckName::dg_hashes).deviations.empty());
  for (const auto& [other, name] :
       {std::pair{com_with({0x61, 0x75}), deviation::kComDiffers},
        std::pair{com_with({0x61, 0x75, 0x6D, 0x6E}), deviation::kComDiffers},
        std::pair{Bytes{0x60, 0x00}, deviation::kComUnreadable}, std::pair{Bytes{}, deviation::kComUnreadable}}) {
    input.ef_com = other;
    const auto checks = passive_authentication(input);
    const auto check = check_of(checks, CheckName::dg_hashes);
    CHECK(check.result == CheckResult::passed);
    LONGS_EQUAL(1, check.deviations.size());
    CHECK_STRING(name, check.deviations.front());
    input.policy.strict = true;
    CHECK_VERDICT(failed, "deviations are not tolerated: " + std::string{name}, passive_authentication(input),
                  dg_hashes);
    input.policy.strict = false;
  }
}

TEST(DataGroups, AreListedForPlanning) {
  const Document document;
  const auto listed = listed_data_groups(document.sod());
  CHECK_OK(listed);
  CHECK((std::vector<int>{1, 2, 13}) == *listed);
  CHECK(!listed_data_groups(Bytes{0x77, 0x00}));
}

TEST_GROUP(Trust){};

TEST(Trust, NotGivenLeavesTheSignerOpenAndTheSignatureJudged) {
  const Document document;
  const auto sod = document.sod();
  const auto checks = passive_authentication(document.input(sod, nullptr));
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(passed, "as signed", checks, dg_hashes);
  CHECK_VERDICT(not_checked, "no trust material given (--trust)", checks, ds_path);
  CHECK_VERDICT(not_checked, "no trust material given (--trust)", checks, ds_validity);
  CHECK_VERDICT(not_checked, "no trust material given (--trust)", checks, revocation);
  CHECK_VERDICT(not_checked, "no trust material given (--trust)", checks, country);
  CHECK_STRING("incomplete", to_string(judge_files(document.input(sod, nullptr)).outcome()));
}

TEST(Trust, OfARevokedSignerFailsForThatReasonOnly) {
  Document document;
  document.authority.crl.revoked = {{.serial = document.authority.ds.serial, .revoked_at = days_from_today(-5)}};
  const auto checks = judge(document, document.sod());
  CHECK_VERDICT(failed, "the signer's certificate was revoked on 2026-02-24", checks, revocation);
  CHECK_VERDICT(passed, "signed by", checks, sod_signature);
  CHECK_VERDICT(passed, "issued by", checks, ds_path);
  CHECK_VERDICT(passed, "valid until", checks, ds_validity);
  CHECK_VERDICT(passed, "all name", checks, country);
}

TEST(Trust, OfAListOutOfDateIsIncompleteForThatReasonOnly) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.at = days_from_today(200);
  const auto verdict = judge_files(input);
  CHECK_STRING("incomplete", to_string(verdict.outcome()));
  CHECK_VERDICT(not_checked, "out of date", verdict.checks, revocation);
}

TEST(Trust, OfAnExpiredSignerFailsForThatReasonOnly) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.at = days_from_today(4500);
  auto checks = passive_authentication(input);
  CHECK_VERDICT(failed, "expired on 2037-02-11; it was valid when the document was signed", checks, ds_validity);
  CHECK_VERDICT(passed, "issued by", checks, ds_path);
  input.policy.accept_expired_signer = true;
  checks = passive_authentication(input);
  CHECK_VERDICT(passed, "valid until", checks, ds_validity);
  CHECK_STRING(pki::deviation::kDsExpiredValidAtSigning, check_of(checks, CheckName::ds_validity).deviations.front());
}

TEST(Trust, IsJudgedByTheIssueDateBeforeTheSigningTime) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.issued_at = days_from_today(-100);
  CHECK_VERDICT(failed, "signed on 2025-11-21, when the signer's certificate was not valid",
                passive_authentication(input), ds_validity);
}

TEST(Trust, KnowsTheStateAndTypeOfDg1) {
  Document lao;
  std::ranges::copy(base::as_bytes("LAO"), lao.groups[1].begin() + 7);  // after 61 5D 5F1F 5A and the code
  const auto checks = judge(lao, lao.sod());
  CHECK_VERDICT(failed, "the document is from LAO", checks, country);
  Document passport;
  std::ranges::copy(base::as_bytes("P<"), passport.groups[1].begin() + 5);
  CHECK_VERDICT(failed, "may not sign documents of type P", judge(passport, passport.sod()), ds_path);
}

TEST(Trust, TakesTheStateOfThePrintBeforeThatOfDg1) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.issuing_state = "LAO";
  CHECK_VERDICT(failed, "the document is from LAO", passive_authentication(input), country);
}

TEST(Trust, WithoutDg1LeavesTheCountryOpen) {
  Document document;
  const auto sod = document.sod();
  document.groups.erase(1);
  CHECK_VERDICT(not_checked, "the document's issuing State is not known", judge(document, sod), country);
}

TEST_GROUP(StrictPolicy){};
TEST_GROUP(ConformingPolicy){};

TEST(StrictPolicy, RefusesWhatIsToleratedOtherwise) {
  const Document document{pki::KeyAlgorithm::ecdsa_p256, pki::EcParameterForm::named_curve};
  auto recipe = document.recipe();
  recipe.version = 1;
  const auto sod = seal(recipe);
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  CHECK_STRING("passed", to_string(judge_files(input).outcome()));
  input.policy.strict = true;
  const auto verdict = judge_files(input);
  CHECK_STRING("failed", to_string(verdict.outcome()));
  CHECK_VERDICT(failed, "deviations are not tolerated: signed-data-version", verdict.checks, sod_signature);
  CHECK_VERDICT(failed, "deviations are not tolerated: named-curve", verdict.checks, ds_path);
  CHECK_VERDICT(passed, "as signed", verdict.checks, dg_hashes);
}

TEST(ConformingPolicy, RefusesWhatTheTestsOfReadersWantRefusedAndNothingElse) {
  const Document document{pki::KeyAlgorithm::ecdsa_p256, pki::EcParameterForm::named_curve};
  auto recipe = document.recipe();
  recipe.version = 1;
  const auto sod = seal(recipe);
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.policy.conforming = true;
  const auto verdict = judge_files(input);
  CHECK_VERDICT(failed, "deviations are not tolerated: signed-data-version", verdict.checks, sod_signature);
  CHECK_VERDICT(passed, "issued by", verdict.checks, ds_path);  // a named curve
}

TEST(ConformingPolicy, RefusesAnAlgorithmThatIsOnlyNotKnownOtherwise) {
  const Document document;
  auto recipe = document.recipe();
  recipe.digest_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5"));  // MD5
  const auto sod = seal(recipe);
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  CHECK_VERDICT(not_checked, "is not supported", judge_files(input).checks, sod_signature);
  input.policy.conforming = true;
  CHECK_VERDICT(failed, "algorithm-not-allowed", judge_files(input).checks, sod_signature);
}

TEST(ConformingPolicy, RefusesASignedGroupThatCannotBeReadAndLooksAtNoneThatIsNotSigned) {
  Document document;
  document.groups[2] = {0x75, 0x00};
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  CHECK_VERDICT(passed, "DG2 cannot be read", judge_files(input).checks, file_structure);
  input.policy.conforming = true;
  CHECK_VERDICT(failed, "deviations are not tolerated: dg2-unreadable", judge_files(input).checks, file_structure);
  // With both faults it is EF.SOD that tells (TR-03105-5.1, LDS_H_69).
  const Bytes other = {0x75, 0x01, 0x00};
  input.data_groups[2] = other;
  const auto verdict = judge_files(input);
  CHECK_VERDICT(failed, "DG2: not what was signed", verdict.checks, dg_hashes);
  CHECK_VERDICT(not_checked, "not known to be those that were signed", verdict.checks, file_structure);
}

TEST(StrictPolicy, TakesADocumentWithoutDeviations) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  auto input = document.input(sod, &trust);
  input.policy.strict = true;
  CHECK_STRING("passed", to_string(judge_files(input).outcome()));
}

TEST(StrictPolicy, LeavesTheReasonOfAFailureAlone) {
  Document document;
  auto recipe = document.recipe();
  recipe.version = 1;
  recipe.sign = [](base::ByteView) { return Bytes(70, 1); };
  const auto sod = seal(recipe);
  auto input = document.input(sod, nullptr);
  input.policy.strict = true;
  CHECK_VERDICT(failed, "the signature of EF.SOD is wrong", passive_authentication(input), sod_signature);
}

TEST_GROUP(VerdictOfFiles){};

TEST(VerdictOfFiles, HasEveryCheckInOrderAndPassesWithoutChipChecks) {
  const Document document;
  const auto sod = document.sod();
  const auto trust = document.authority.trust();
  const auto verdict = judge_files(document.input(sod, &trust));
  LONGS_EQUAL(kAllChecks.size(), verdict.checks.size());
  for (std::size_t i = 0; i < kAllChecks.size(); ++i) CHECK(verdict.checks[i].check == kAllChecks.at(i));
  CHECK_STRING("passed", to_string(verdict.outcome()));
  CHECK_VERDICT(not_checked, "the document has none (no DG15)", verdict.checks, active_authentication);
  CHECK_VERDICT(not_checked, "the document has none (no DG14)", verdict.checks, chip_authentication);
  CHECK_VERDICT(not_checked, "no chip was accessed", verdict.checks, access);
}

TEST(VerdictOfFiles, IsIncompleteWhenTheSignedListAnnouncesAChipKey) {
  for (const int group : {14, 15}) {
    Document document;
    document.groups[group] = {0x6E, 0x00};
    const auto sod = document.sod();
    const auto trust = document.authority.trust();
    const auto verdict = judge_files(document.input(sod, &trust));
    CHECK_STRING("incomplete", to_string(verdict.outcome()));
    const auto name = group == 14 ? CheckName::chip_authentication : CheckName::active_authentication;
    CHECK_STRING("it needs the chip, and only files were given", verdict.find(name)->reason);
  }
}

TEST(VerdictOfFiles, IsFailedForASecurityObjectThatCannotBeRead) {
  const Document document;
  const Bytes nothing;
  const auto verdict = judge_files(document.input(nothing, nullptr));
  CHECK_STRING("failed", to_string(verdict.outcome()));
  LONGS_EQUAL(kAllChecks.size(), verdict.checks.size());
}
