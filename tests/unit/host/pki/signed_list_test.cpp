// Master lists and deviation lists: taken in when they verify, and what is said of those that do not.
#include <array>

#include "../../asn1/openssl_cli.h"
#include "authority.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"
#include "cicada/host/pki/deviation.h"
#include "judgement_checks.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
namespace oids = asn1::oids;
using base::Bytes;

namespace {

/// Who signs a list: every field is open until it is signed.
struct Author {
  explicit Author(const asn1::Oid& usage = oids::kMasterListSigningKey)
      : authority(new_authority(KeyAlgorithm::ecdsa_p256, EcParameterForm::named_curve)), key(new_signer()) {
    tbs = authority.ds;
    tbs.serial = {0x55};
    tbs.subject = name("VN", "List Signer");
    tbs.public_key = *key.public_key_info(EcParameterForm::named_curve);
    put(tbs.extensions, asn1::make_subject_key_identifier(key_id(key)));
    drop(tbs.extensions, oids::kDocumentTypeListExtension);
    auto extended = asn1::make_extended_key_usage(std::array{usage});
    extended.critical = true;
    put(tbs.extensions, extended);
  }

  [[nodiscard]] asn1::Certificate certificate() const { return issue(tbs, authority.csca_key); }

  [[nodiscard]] Bytes message(const asn1::Oid& type, const Bytes& content) const {
    const auto own = certificate();
    const auto digest = *crypto::openssl::hash(HashAlgorithm::sha256, signed_content ? *signed_content : content);
    const auto attributes =
        *asn1::encode_signed_attributes({.content_type = type, .message_digest = digest, .signing_time = signing_time});
    return *asn1::encode_signed_data({.content_type = type,
                                      .content = content,
                                      .digest_algorithm = key.digest_algorithm(),
                                      .certificate = own.der,
                                      .issuer = own.issuer.der,
                                      .serial = own.serial,
                                      .signed_attributes = attributes,
                                      .signature_algorithm = key.signature_algorithm(),
                                      .signature = *(stranger ? *stranger : key).sign(attributes),
                                      .more_certificates = more_certificates});
  }
  [[nodiscard]] Bytes master_list(const std::vector<Bytes>& certificates) const {
    return message(oids::kCscaMasterList, *asn1::encode_master_list(certificates));
  }

  Authority authority;
  Signer key;
  asn1::TbsCertificate tbs;
  std::optional<base::Instant> signing_time = days_from_today(-5);
  std::optional<Bytes> signed_content = {};
  std::optional<Signer> stranger = {};
  std::vector<Bytes> more_certificates = {};
};

std::vector<Bytes> some_cscas(std::size_t count) {
  static const auto kOther = new_authority();
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < count; ++i) {
    auto tbs = kOther.csca;
    tbs.serial = {0x01, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)};
    tbs.issuer = tbs.subject = name("LA", "CSCA " + std::to_string(i));
    all.push_back(issue(tbs, kOther.csca_key).der);
  }
  return all;
}

/// The warning about a list that was not taken in.
std::string refusal_of(const Author& author, const TrustStore& known = {}) {
  TrustStore store;
  for (const auto& anchor : known.anchors()) CHECK_OK(store.add(asn1::Certificate{*anchor}));
  for (const auto& list : known.revocation_lists()) CHECK_OK(store.add(asn1::CertificateList{*list}));
  const auto before = store.anchors().size();
  auto certificates = some_cscas(2);
  certificates.push_back(author.authority.csca_certificate().der);
  CHECK_FAULT(base::Fault::security, store.add_signed_list(author.master_list(certificates)));
  LONGS_EQUAL(before, store.anchors().size());
  LONGS_EQUAL(1, store.warnings().size());
  return store.warnings().front().text();
}

void check_refused(std::string_view part, const Author& author) {
  const auto said = refusal_of(author);
  CHECK_TEXT(said.find(part) != std::string::npos, said.c_str());
  CHECK_TEXT(said.starts_with("the master list is not trusted: "), said.c_str());
}

}  // namespace

TEST_GROUP(MasterList){};

TEST(MasterList, BringsItsCertificatesWhenTheCscaOfItsSignerIsAmongThem) {
  const Author author;
  auto certificates = some_cscas(3);
  certificates.push_back(author.authority.csca_certificate().der);
  TrustStore store;
  CHECK_OK(store.add_signed_list(author.master_list(certificates)));
  LONGS_EQUAL(4, store.anchors().size());
  LONGS_EQUAL(1, store.signed_lists().size());
  CHECK_STRING("master list of \"C=VN, CN=List Signer\": 4 certificates", store.signed_lists().front().text);
  CHECK(store.warnings().empty());
  const auto ds = author.authority.ds_certificate();
  CHECK(validate_path(store, {.signer = &ds, .at = today()}).path.good());
}

TEST(MasterList, IsAlsoGoodUnderACscaOfTheStore) {
  const Author author;
  auto store = author.authority.trust();
  CHECK_OK(store.add_signed_list(author.master_list(some_cscas(3))));
  LONGS_EQUAL(4, store.anchors().size());
}

TEST(MasterList, DoesNotMakeAnAnchorOfTheCscaThatOnlyCameWithTheMessage) {
  Author author;
  author.more_certificates = {author.authority.csca_certificate().der};
  TrustStore store;
  CHECK_OK(store.add_signed_list(author.master_list(some_cscas(3))));
  LONGS_EQUAL(3, store.anchors().size());
  const auto ds = author.authority.ds_certificate();
  CHECK_FALSE(validate_path(store, {.signer = &ds, .at = today()}).path.good());
}

TEST(MasterList, IsRefusedWithTheReason) {
  Author changed;
  changed.signed_content = Bytes(10, 0x42);
  check_refused("the content is not what was signed", changed);
  Author stranger;
  stranger.stranger = new_signer();
  check_refused("the signature of the master list is wrong", stranger);
  check_refused("for another purpose (extKeyUsage)", Author{oids::kDeviationListSigningKey});
  Author document_signer;
  const std::vector<std::string> types = {"ID"};
  put(document_signer.tbs.extensions, *asn1::make_document_type_list(types));
  check_refused("is for signing documents", document_signer);
  Author not_for_signatures;
  put(not_for_signatures.tbs.extensions, asn1::make_key_usage({asn1::KeyUsage::key_agreement}));
  check_refused("is not for signatures", not_for_signatures);
  Author late;
  late.signing_time = days_from_today(5000);
  check_refused("was not valid when it was signed", late);
  Author no_ca;
  put(no_ca.authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::crl_sign}));
  check_refused("may not sign certificates", no_ca);
}

TEST(MasterList, IsRefusedWhenNobodyKnowsTheCscaOfItsSigner) {
  const Author author;
  TrustStore store;
  CHECK_FAULT(base::Fault::security, store.add_signed_list(author.master_list(some_cscas(3))));
  CHECK_TEXT(store.warnings().front().text().find("its signer's CSCA is not known: no CSCA \"C=VN, CN=CSCA\"") !=
                 std::string::npos,
             store.warnings().front().text().c_str());
  CHECK(store.anchors().empty());
}

TEST(MasterList, IsRefusedWhenItsSignerWasRevoked) {
  Author author;
  author.authority.crl.revoked = {{.serial = author.tbs.serial, .revoked_at = days_from_today(-20)}};
  const auto said = refusal_of(author, author.authority.trust());
  CHECK_TEXT(said.find("was revoked on") != std::string::npos, said.c_str());
}

TEST(MasterList, KeepsTheOthersWhenACertificateInItIsBroken) {
  const Author author;
  auto certificates = some_cscas(3);
  certificates.push_back(author.authority.csca_certificate().der);
  certificates.push_back(asn1::encode_sequence({asn1::encode_integer(5)}));
  TrustStore store;
  CHECK_OK(store.add_signed_list(author.master_list(certificates)));
  LONGS_EQUAL(4, store.anchors().size());
  LONGS_EQUAL(1, store.warnings().size());
}

TEST(MasterList, NamesWhatItsSignerLacks) {
  Author author;
  drop(author.tbs.extensions, oids::kExtendedKeyUsage);
  auto store = author.authority.trust();
  CHECK_OK(store.add_signed_list(author.master_list(some_cscas(1))));
  CHECK_STRING(deviation::kListSignerWithoutUsage, store.signed_lists().front().deviations.at(0));
}

TEST(MasterList, IsReadFromAFolderWhateverTheOrderOfTheFiles) {
  const Author first;
  const Author second;
  const TemporaryFolder folder;
  // The first file needs the CSCA that is in the second list, which needs the certificate of the third file.
  folder.write("1.ml", first.master_list(some_cscas(2)));
  folder.write("2.ml", second.master_list({first.authority.csca_certificate().der}));
  folder.write("3.crt", second.authority.csca_certificate().der);
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(4, store->anchors().size());
  LONGS_EQUAL(2, store->signed_lists().size());
  CHECK(store->warnings().empty());
}

TEST(MasterList, OfAFolderIsLeftOutWithAWarningWhenItDoesNotVerify) {
  Author author;
  author.stranger = new_signer();
  const TemporaryFolder folder;
  folder.write("1.ml", author.master_list({author.authority.csca_certificate().der}));
  folder.write("2.crt", new_authority().csca_certificate().der);
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(1, store->warnings().size());
  CHECK_STRING("1.ml", store->warnings().front().file.filename().string());
  CHECK_FAULT(base::Fault::security, TrustStore::load(folder.path() / "1.ml"));
}

TEST(MasterList, OfOurMakingIsVerifiedByOpenSsl) {
  const Author author;
  const test::OpenSsl openssl;
  openssl.write("list.ml", author.master_list(some_cscas(3)));
  openssl.write("csca.crt", asn1::encode_pem("CERTIFICATE", author.authority.csca_certificate().der));
  // -attime: what day it is in these tests.
  openssl.must("cms -verify -inform DER -in list.ml -CAfile csca.crt -purpose any -attime 1772366400 -out content");
  LONGS_EQUAL(3, asn1::parse_master_list(openssl.read("content"))->certificates.size());
}

TEST(MasterList, OfOpenSslsMakingInIndefiniteLengthsIsTakenIn) {
  const test::OpenSsl openssl;
  openssl.make_ec_key("signer", "P-256", false);
  openssl.make_certificate("signer", "/C=VN/CN=Root and signer");
  openssl.write("content", *asn1::encode_master_list(some_cscas(3)));
  openssl.must(
      "cms -sign -binary -nodetach -stream -nosmimecap -econtent_type 2.23.136.1.1.2 -signer signer.crt -inkey "
      "signer.key "
      "-in content -outform DER -out list.ml");
  TrustStore store;
  CHECK_OK(store.add_signed_list(openssl.read("list.ml")));
  LONGS_EQUAL(3, store.anchors().size());
  const auto& deviations = store.signed_lists().front().deviations;
  CHECK(std::ranges::find(deviations, deviation::kIndefiniteLength) != deviations.end());
}

TEST(MasterList, OfFiveThousandCertificatesIsIndexed) {
  const Author author;
  auto certificates = some_cscas(5000);
  certificates.push_back(author.authority.csca_certificate().der);
  TrustStore store;
  CHECK_OK(store.add_signed_list(author.master_list(certificates)));
  LONGS_EQUAL(5001, store.anchors().size());
  const auto wanted = *asn1::parse_certificate(certificates.at(4321));
  LONGS_EQUAL(1, store.anchors_by_subject(wanted.subject).size());
  LONGS_EQUAL(5000, store.anchors_by_key_id(**wanted.subject_key_identifier()).size());  // one key for all
}

TEST_GROUP(DeviationList){};

namespace {

/// A list with one deviation of one signer's documents.
Bytes deviation_list(const asn1::Oid& type, const Bytes& criteria) {
  const auto documents = asn1::encode_sequence({criteria});
  const std::array descriptions = {asn1::encode_sequence({type.der()})};
  const std::array entries = {asn1::encode_sequence({documents, asn1::encode_set_of(descriptions)})};
  return asn1::encode_sequence({asn1::encode_integer(0), asn1::encode_set_of(entries)});
}

Bytes of_signer(const asn1::Certificate& ds) {
  return asn1::encode_tlv(0x82, **ds.subject_key_identifier());
}

std::vector<std::string> path_deviations(const TrustStore& store, const asn1::Certificate& ds,
                                         std::string number = {}) {
  const auto report = validate_path(store, {.signer = &ds,
                                            .at = today(),
                                            .signed_at = days_from_today(-2),
                                            .issuing_state = "VNM",
                                            .document_code = "ID",
                                            .document_number = std::move(number)});
  CHECK_TEXT(report.path.good(), report.path.reason.c_str());
  return report.path.deviations;
}

}  // namespace

TEST(DeviationList, AnnotatesThePathOfTheDocumentsThatItMeans) {
  const Author author{oids::kDeviationListSigningKey};
  const auto ds = issue(author.authority.ds, author.authority.csca_key);
  auto store = author.authority.trust();
  CHECK_OK(store.add_signed_list(
      author.message(oids::kDeviationList, deviation_list(oids::kDeviationDsEncoding, of_signer(ds)))));
  LONGS_EQUAL(1, store.deviation_lists().size());
  const auto noted = path_deviations(store, ds);
  CHECK(std::ranges::find(noted, "deviation-list:ds-encoding") != noted.end());
  // Another signer's documents are not meant.
  auto other = author.authority.ds;
  other.serial = {0x42};
  put(other.extensions, asn1::make_subject_key_identifier(Bytes(20, 0x01)));
  const auto others = path_deviations(store, issue(other, author.authority.csca_key));
  CHECK(std::ranges::find(others, "deviation-list:ds-encoding") == others.end());
}

TEST(DeviationList, MeansOnlyDocumentsThatMeetEveryCriterion) {
  const Author author{oids::kDeviationListSigningKey};
  const auto ds = issue(author.authority.ds, author.authority.csca_key);
  const auto number = asn1::encode_tlv(0xA5, asn1::encode_string(asn1::tags::kPrintableString, "099000019"));
  const auto type = asn1::encode_tlv(0x80, base::as_bytes("ID"));
  auto store = author.authority.trust();
  CHECK_OK(store.add_signed_list(
      author.message(oids::kDeviationList,
                     deviation_list(oids::kDeviationMrzWrongData, base::concat({type, of_signer(ds), number})))));
  const auto listed = [&](const std::string& wanted) {
    const auto noted = path_deviations(store, ds, wanted);
    return std::ranges::find(noted, "deviation-list:mrz-wrong-data") != noted.end();
  };
  CHECK(listed("099000019"));
  CHECK_FALSE(listed("099000018"));
  CHECK_FALSE(listed(""));
}

TEST(DeviationList, IsRefusedFromAnybodyElse) {
  const auto content = deviation_list(oids::kDeviationDsEncoding, Bytes{0x82, 0x01, 0x01});
  const Author wrong_usage;
  auto store = wrong_usage.authority.trust();
  CHECK_FAULT(base::Fault::security, store.add_signed_list(wrong_usage.message(oids::kDeviationList, content)));
  // A CSCA that only came with the list does not make a State of its signer.
  Author unknown{oids::kDeviationListSigningKey};
  unknown.more_certificates = {unknown.authority.csca_certificate().der};
  TrustStore empty;
  CHECK_FAULT(base::Fault::security, empty.add_signed_list(unknown.message(oids::kDeviationList, content)));
  CHECK(empty.deviation_lists().empty());
}
