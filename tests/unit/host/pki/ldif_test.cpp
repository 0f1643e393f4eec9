// The LDIF files of the ICAO PKD as trust material.
#include "authority.h"
#include "cicada/asn1/pem.h"
#include "cicada/host/pki/trust_store.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using namespace cicada::tests;
using base::Bytes;

namespace {

/// Base64 on one line.
std::string base64(const Bytes& octets) {
  const auto pem = asn1::encode_pem("X", octets);
  std::string text;
  for (const char c : pem.substr(pem.find('\n'), pem.rfind("-----END") - pem.find('\n'))) {
    if (c != '\n') text += c;
  }
  return text;
}

/// An attribute folded after `width` characters a line.
std::string attribute(const std::string& name, const Bytes& octets, std::size_t width = 76) {
  const auto line = name + ":: " + base64(octets);
  std::string folded = line.substr(0, width);
  for (std::size_t at = width; at < line.size(); at += width - 1) folded += "\n " + line.substr(at, width - 1);
  return folded + "\n";
}

std::string entry(const std::string& content) {
  return "dn: cn=someone+sn=1,o=dsc,c=VN,dc=data,dc=download,dc=pkd,dc=icao,dc=int\nobjectClass: top\n" + content +
         "\n";
}

struct Pkd {
  Authority authority = new_authority();
  TemporaryFolder folder;

  [[nodiscard]] base::Result<TrustStore> load(const std::string& text) const {
    folder.write("csca.crt", authority.csca_certificate().der);
    folder.write("icaopkd-001-complete.ldif", text);
    return TrustStore::load(folder.path());
  }
};

}  // namespace

TEST_GROUP(Ldif){};

TEST(Ldif, BringsDocumentSignersAndRevocationLists) {
  const Pkd pkd;
  const auto text = "version: 1\n# a comment\n\n" +
                    entry(attribute("userCertificate;binary", pkd.authority.ds_certificate().der)) +
                    entry(attribute("certificateRevocationList;binary", pkd.authority.list().der, 20)) +
                    entry("pkdConformanceText:: U29tZSB0ZXh0\ncn: plain\n");
  const auto store = pkd.load(text);
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(1, store->document_signers().size());
  LONGS_EQUAL(1, store->revocation_lists().size());
  CHECK(store->warnings().empty());
  const auto ds = pkd.authority.ds_certificate();
  CHECK(store->document_signer(ds.issuer, ds.serial) != nullptr);
}

TEST(Ldif, TakesLineEndsOfEitherKindAndNamesInAnyCase) {
  const Pkd pkd;
  auto text = entry(attribute("USERCERTIFICATE;Binary", pkd.authority.ds_certificate().der));
  std::string with_returns;
  for (const char c : text) with_returns += c == '\n' ? "\r\n" : std::string(1, c);
  const auto store = pkd.load(with_returns);
  CHECK_OK(store);
  LONGS_EQUAL(1, store->document_signers().size());
}

TEST(Ldif, NeverMakesAnAnchorOfAUserCertificate) {
  // Nobody has signed the file: whoever writes into it could otherwise be a State.
  const Pkd pkd;
  const auto store = pkd.load(entry(attribute("userCertificate;binary", new_authority().csca_certificate().der)));
  CHECK_OK(store);
  LONGS_EQUAL(1, store->anchors().size());
  LONGS_EQUAL(1, store->document_signers().size());
}

TEST(Ldif, TakesACaCertificateOfItsOwnAttributeForAnAnchor) {
  const Pkd pkd;
  const auto store = pkd.load(entry(attribute("cScaCertificate;binary", new_authority().csca_certificate().der)) +
                              entry(attribute("cACertificate;binary", new_authority().csca_certificate().der)));
  CHECK_OK(store);
  LONGS_EQUAL(3, store->anchors().size());
}

TEST(Ldif, KeepsTheOthersWhenAValueIsBroken) {
  const Pkd pkd;
  const auto store = pkd.load(entry("userCertificate;binary:: !!!!\n") +
                              entry(attribute("userCertificate;binary", Bytes{0x30, 0x03, 0x02, 0x01, 0x05})) +
                              entry(attribute("userCertificate;binary", pkd.authority.ds_certificate().der)) +
                              "userCertificate;binary:: MIIB");
  CHECK_OK(store);
  LONGS_EQUAL(1, store->document_signers().size());
  LONGS_EQUAL(3, store->warnings().size());
}

TEST(Ldif, CountsWarningsAboveItsCap) {
  const Pkd pkd;
  std::string text = entry("");
  for (std::size_t i = 0; i < kMaxTrustWarnings + 7; ++i) text += "userCertificate;binary:: !!!!\n";
  const auto store = pkd.load(text);
  CHECK_OK(store);
  LONGS_EQUAL(kMaxTrustWarnings, store->warnings().size());
  LONGS_EQUAL(7, store->warnings_not_kept());
}

TEST(Ldif, IsToldByItsContentOnly) {
  const Pkd pkd;
  const auto store = pkd.load("Some words about LDIF: dn: is an attribute\nuserCertificate:: MIIB\n");
  CHECK_OK(store);
  CHECK(store->document_signers().empty());
  LONGS_EQUAL(1, store->warnings().size());  // by its name it should have been something
}
