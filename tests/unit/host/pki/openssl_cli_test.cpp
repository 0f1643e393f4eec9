// A second opinion: the stock openssl command line on our certificates and lists.
#include "../../asn1/openssl_cli.h"
#include "cicada/asn1/pem.h"
#include "cicada/host/pki/test_country.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;

namespace {
/// A country made today, its files where openssl runs.
struct Stage {
  explicit Stage(KeyAlgorithm algorithm, EcParameterForm form) {
    base::SystemRng rng;
    const base::SystemClock clock;
    const auto country = create_test_country({.algorithm = algorithm, .ec_parameters = form}, rng, clock);
    CHECK_OK(country);
    openssl.write("csca.crt", asn1::encode_pem("CERTIFICATE", country->csca.der));
    openssl.write("ds.crt", asn1::encode_pem("CERTIFICATE", country->ds.der));
    openssl.write("csca.crl", asn1::encode_pem("X509 CRL", country->crl.der));
    const auto key = country->ds_key.to_pem();
    CHECK_OK(key);
    openssl.write("ds.key", key->expose());
  }
  [[nodiscard]] std::string said() const { return openssl.text("out") + openssl.text("err"); }

  test::OpenSsl openssl;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void check_readable(const Stage& stage) {
  CHECK(stage.openssl.run("x509 -in csca.crt -noout -text"));
  const auto csca = stage.openssl.text("out");
  CHECK(contains(csca, "CA:TRUE, pathlen:0"));
  CHECK(contains(csca, "Certificate Sign, CRL Sign"));
  CHECK(contains(csca, "Private Key Usage Period"));
  CHECK_TEXT(contains(csca, "DirName:/L=VNM"), csca.c_str());
  CHECK(stage.openssl.run("x509 -in ds.crt -noout -text"));
  const auto ds = stage.openssl.text("out");
  CHECK(contains(ds, "Digital Signature"));
  CHECK(contains(ds, "2.23.136.1.1.6.2"));
  CHECK(contains(ds, "URI:http://crl.cicada.test/VNM.crl"));
  CHECK(stage.openssl.run("crl -in csca.crl -noout -text"));
  CHECK(contains(stage.openssl.text("out"), "No Revoked Certificates"));
}

void check_accepted(const Stage& stage) {
  check_readable(stage);
  CHECK_TEXT(stage.openssl.run("verify -x509_strict -CAfile csca.crt ds.crt"), stage.said().c_str());
  CHECK_TEXT(stage.openssl.run("verify -CAfile csca.crt -crl_check -CRLfile csca.crl ds.crt"), stage.said().c_str());
  CHECK_TEXT(stage.openssl.run("crl -in csca.crl -noout -CAfile csca.crt -verify"), stage.said().c_str());
  CHECK(contains(stage.said(), "verify OK"));
  // And the private key belongs to the certificate.
  stage.openssl.must("pkey -in ds.key -pubout -out from_key");
  stage.openssl.must("x509 -in ds.crt -noout -pubkey -out from_certificate");
  CHECK_STRING(stage.openssl.text("from_key"), stage.openssl.text("from_certificate"));
}

/// What stock OpenSSL 3.0 makes of explicit parameters: it reads everything and refuses the chain, whatever it says.
void check_read_but_refused(const Stage& stage) {
  check_readable(stage);
  CHECK(!stage.openssl.run("verify -CAfile csca.crt ds.crt"));
  CHECK_TEXT(contains(stage.said(), "error 94"), stage.said().c_str());
  CHECK_TEXT(stage.openssl.run("crl -in csca.crl -noout -CAfile csca.crt -verify"), stage.said().c_str());
  CHECK(contains(stage.said(), "verify OK"));
}
}  // namespace

TEST_GROUP(OpensslCommandLine){};

TEST(OpensslCommandLine, AcceptsAnRsaChain) {
  check_accepted(Stage{KeyAlgorithm::rsa_2048, EcParameterForm::explicit_parameters});
}

TEST(OpensslCommandLine, AcceptsAP256ChainThatNamesItsCurve) {
  check_accepted(Stage{KeyAlgorithm::ecdsa_p256, EcParameterForm::named_curve});
}

TEST(OpensslCommandLine, AcceptsABrainpoolChainThatNamesItsCurve) {
  check_accepted(Stage{KeyAlgorithm::ecdsa_brainpool_p256r1, EcParameterForm::named_curve});
}

TEST(OpensslCommandLine, AcceptsP384ChainsThatNameTheirCurve) {
  check_accepted(Stage{KeyAlgorithm::ecdsa_p384, EcParameterForm::named_curve});
  check_accepted(Stage{KeyAlgorithm::ecdsa_brainpool_p384r1, EcParameterForm::named_curve});
}

TEST(OpensslCommandLine, ReadsAP256ChainWithExplicitParametersAndRefusesIt) {
  check_read_but_refused(Stage{KeyAlgorithm::ecdsa_p256, EcParameterForm::explicit_parameters});
}

TEST(OpensslCommandLine, ReadsABrainpoolChainWithExplicitParametersAndRefusesIt) {
  check_read_but_refused(Stage{KeyAlgorithm::ecdsa_brainpool_p256r1, EcParameterForm::explicit_parameters});
}
