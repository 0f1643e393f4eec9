#include "cicada/host/pki/trust_store.h"

#include <filesystem>

#include "authority.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
namespace fs = std::filesystem;
namespace oids = asn1::oids;

namespace {
std::string pem(const asn1::Certificate& certificate) {
  return asn1::encode_pem("CERTIFICATE", certificate.der);
}

std::string pem(const asn1::CertificateList& list) {
  return asn1::encode_pem("X509 CRL", list.der);
}

/// An authority of its own name.
Authority named(const std::string& csca_name) {
  auto authority = new_authority();
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = name("VN", csca_name);
  return authority;
}
}  // namespace

TEST_GROUP(TrustStore){};

TEST(TrustStore, ReadsAFileInDerOrPem) {
  const TemporaryFolder folder;
  const auto csca = new_authority().csca_certificate();
  folder.write("a.der", csca.der);
  folder.write("b.pem", pem(csca));
  for (const char* file : {"a.der", "b.pem"}) {
    const auto store = TrustStore::load(folder.path() / file);
    CHECK_OK(store);
    LONGS_EQUAL(1, store->anchors().size());
    CHECK_BYTES(csca.der, store->anchors().front()->der);
  }
}

TEST(TrustStore, ReadsSeveralBlocksOfAFileWithTextBetween) {
  const TemporaryFolder folder;
  const auto a = named("A");
  const auto b = named("B");
  folder.write("bundle.pem", "one\n" + pem(a.csca_certificate()) + "two\n" + pem(b.csca_certificate()) +
                                 pem(a.ds_certificate()) + pem(a.list()));
  const auto store = TrustStore::load(folder.path() / "bundle.pem");
  CHECK_OK(store);
  LONGS_EQUAL(2, store->anchors().size());
  LONGS_EQUAL(1, store->document_signers().size());
  LONGS_EQUAL(1, store->revocation_lists().size());
}

TEST(TrustStore, ReadsAFolderButNotTheFoldersInIt) {
  const TemporaryFolder folder;
  folder.write("a.crt", pem(named("A").csca_certificate()));
  folder.write("b.cer", named("B").csca_certificate().der);
  folder.write("without extension", pem(named("C").csca_certificate()));
  folder.write("a.crl", named("A").list().der);
  fs::create_directory(folder.path() / "deeper");
  folder.write("deeper/d.crt", pem(named("D").csca_certificate()));
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(3, store->anchors().size());
  LONGS_EQUAL(1, store->revocation_lists().size());
  LONGS_EQUAL(0, store->warnings().size());
}

TEST(TrustStore, SkipsKeysAndFilesThatAreSomethingElse) {
  const TemporaryFolder folder;
  const auto authority = new_authority();
  folder.write("a.crt", pem(authority.csca_certificate()));
  folder.write("README.txt", std::string{"nothing to see"});
  folder.write("DG1.bin", base::Bytes{0x61, 0x02, 0x5F, 0x1F});
  folder.write("looks-like-der.bin", base::Bytes{0x30, 0x03, 0x02, 0x01, 0x05});
  folder.write("empty", std::string{});
  folder.write("key.pem", std::string{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"});
  folder.write("broken.key", std::string{"-----BEGIN CERTIFICATE-----\n!!!"});
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(0, store->warnings().size());
}

TEST(TrustStore, NamesEveryBrokenCertificateFile) {
  const TemporaryFolder folder;
  const auto csca = new_authority().csca_certificate();
  folder.write("good.crt", pem(csca));
  auto cut = csca.der;
  cut.resize(cut.size() / 2);
  folder.write("1-cut.der", cut);
  folder.write("2-text.crt", std::string{"this is no certificate"});
  folder.write("3-base64.pem", std::string{"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"});
  folder.write("4-inside.pem", std::string{"-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"});
  folder.write("5-empty.crl", std::string{});
  folder.write("6-cms.ml", asn1::encode_sequence({asn1::encode_oid(oids::kSignedData), asn1::encode_tlv(0xA0, {})}));
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(6, store->warnings().size());
  CHECK_STRING("1-cut.der", store->warnings()[0].file.filename().string());
  CHECK_STRING("6-cms.ml", store->warnings()[5].file.filename().string());
  CHECK_STRING("not a CMS SignedData", store->warnings()[5].error.what.view());
}

TEST(TrustStore, KeepsTheGoodBlocksOfAFileWithABadOne) {
  const TemporaryFolder folder;
  folder.write("bundle.pem", asn1::encode_pem("CERTIFICATE", base::Bytes{0x30, 0x03, 0x02, 0x01, 0x05}) +
                                 pem(new_authority().csca_certificate()));
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(1, store->warnings().size());
}

TEST(TrustStore, SaysWhatIsWrongWithASingleFile) {
  const TemporaryFolder folder;
  folder.write("broken.crt", std::string{"this is no certificate"});
  CHECK_FAULT(base::Fault::malformed, TrustStore::load(folder.path() / "broken.crt"));
}

TEST(TrustStore, IsAnErrorWhenThePathIsNotThere) {
  const auto missing = TrustStore::load("/nowhere/at/all");
  CHECK_FAULT(base::Fault::not_found, missing);
  CHECK_STRING("the trust material is not there", missing.error().what.view());
}

TEST(TrustStore, IsAnErrorWithoutACsca) {
  const TemporaryFolder folder;
  CHECK_FAULT(base::Fault::not_found, TrustStore::load(folder.path()));
  folder.write("ds.crt", pem(new_authority().ds_certificate()));
  folder.write("list.crl", pem(new_authority().list()));
  const auto store = TrustStore::load(folder.path());
  CHECK_FAULT(base::Fault::not_found, store);
  CHECK_STRING("there is no CSCA certificate in the trust material", store.error().what.view());
}

TEST(TrustStore, KeepsTheSameCertificateOnce) {
  const TemporaryFolder folder;
  const auto authority = new_authority();
  const auto csca = authority.csca_certificate();
  folder.write("a.crt", pem(csca) + pem(csca));
  folder.write("b.der", csca.der);
  const auto store = TrustStore::load(folder.path());
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
}

TEST(TrustStore, NeverTakesACertificateThatIsNoCaForAnAnchor) {
  const auto authority = new_authority();
  TrustStore store;
  CHECK_OK(store.add(authority.ds_certificate()));
  LONGS_EQUAL(0, store.anchors().size());
  LONGS_EQUAL(1, store.document_signers().size());
}

TEST(TrustStore, RefusesACertificateWithBrokenConstraints) {
  auto authority = new_authority();
  put(authority.csca.extensions, {.oid = oids::kBasicConstraints, .critical = true, .value = {0x01}});
  TrustStore store;
  CHECK(!store.add(authority.csca_certificate()));
}

TEST(TrustStore, FindsAnchorsByKeyIdentifierAndByName) {
  const auto a = named("A");
  const auto b = named("B");
  TrustStore store;
  CHECK_OK(store.add(a.csca_certificate()));
  CHECK_OK(store.add(b.csca_certificate()));
  const auto moved = std::move(store);  // pointers and indices go along
  LONGS_EQUAL(1, moved.anchors_by_key_id(key_id(a.csca_key)).size());
  CHECK_BYTES(a.csca.subject, moved.anchors_by_key_id(key_id(a.csca_key)).front()->subject.der);
  LONGS_EQUAL(0, moved.anchors_by_key_id(base::Bytes(20, 1)).size());
  LONGS_EQUAL(1, moved.anchors_by_subject(*asn1::parse_name(name("vn", " b "))).size());
  LONGS_EQUAL(0, moved.anchors_by_subject(*asn1::parse_name(name("VN", "C"))).size());
}

TEST(TrustStore, FindsDocumentSignersByIssuerAndSerialAndByKeyIdentifier) {
  const auto authority = new_authority();
  TrustStore store;
  CHECK_OK(store.add(authority.ds_certificate()));
  const auto issuer = *asn1::parse_name(authority.ds.issuer);
  CHECK(store.document_signer(issuer, base::Bytes{0x12, 0x34}) != nullptr);
  CHECK(store.document_signer(issuer, base::Bytes{0x12, 0x35}) == nullptr);
  CHECK(store.document_signer(*asn1::parse_name(name("VN", "Other")), base::Bytes{0x12, 0x34}) == nullptr);
  CHECK(store.document_signer_by_key_id(key_id(authority.ds_key)) != nullptr);
  CHECK(store.document_signer_by_key_id(key_id(authority.csca_key)) == nullptr);
}

TEST(TrustStore, CapsTheNumberOfFiles) {
  const TemporaryFolder folder;
  for (std::size_t i = 0; i <= kMaxTrustFiles; ++i) {
    folder.write("n" + std::to_string(i), std::string{});
  }
  CHECK_FAULT(base::Fault::limit, TrustStore::load(folder.path()));
}
