// A second opinion: the stock openssl command on good, bad and deviating documents; and a message that nobody here
// made.
#include "../../asn1/openssl_cli.h"
#include "bad_documents.h"
#include "cicada/asn1/pem.h"
#include "cicada/host/auth/card_security.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;
using base::Bytes;

namespace {

/// Does openssl verify the signature of the message in this EF.SOD? The path is left out: see below.
bool stock_takes_signature(const test::OpenSsl& openssl, const Bytes& sod) {
  const auto header = asn1::read_header(sod);
  openssl.write("sod.cms", header && sod[0] == 0x77 ? base::ByteView{sod}.subspan(header->header_size) : sod);
  return openssl.run("cms -verify -inform DER -in sod.cms -noverify -out content");
}

}  // namespace

TEST_GROUP(Outsider) {
  test::OpenSsl openssl;
};

TEST(Outsider, VerifiesTheGoodDocumentsAndTheirPaths) {
  for (const auto algorithm : {host::pki::KeyAlgorithm::ecdsa_p256, host::pki::KeyAlgorithm::rsa_2048}) {
    const Document document{algorithm, host::pki::EcParameterForm::named_curve};
    const auto sod = document.sod();
    CHECK(stock_takes_signature(openssl, sod));
    openssl.write("csca.crt", asn1::encode_pem("CERTIFICATE", document.authority.csca_certificate().der));
    CHECK(openssl.run(
        "cms -verify -inform DER -in sod.cms -CAfile csca.crt -purpose any -attime 1772366400 -out content"));
  }
}

TEST(Outsider, RefusesThePathWithExplicitCurveParametersThatWeTake) {
  // What 9303-12 §4.1.6.3 demands is what stock OpenSSL 3 does not verify.
  const Document document;
  const auto sod = document.sod();
  CHECK(stock_takes_signature(openssl, sod));
  openssl.write("csca.crt", asn1::encode_pem("CERTIFICATE", document.authority.csca_certificate().der));
  CHECK_FALSE(
      openssl.run("cms -verify -inform DER -in sod.cms -CAfile csca.crt -purpose any -attime 1772366400 -out content"));
}

TEST(Outsider, RefusesEverySignatureThatWeRefuse) {
  for (const auto& one : bad_documents()) {
    if (one.check != CheckName::sod_signature || one.result != CheckResult::failed) continue;
    // Rules of 9303 that are none of CMS; and rules of CMS (RFC 5652 §11.1, RFC 5754 §3) that the command does not
    // hold to: it takes the hash of the digest algorithm and the scheme of the key, whatever the signature algorithm
    // says.
    static constexpr std::array kRulesOf9303 = {std::string_view{"content-of-another-kind"},
                                                std::string_view{"attributes-missing"},
                                                std::string_view{"two-signers"},
                                                std::string_view{"attribute-content-type-differs"},
                                                std::string_view{"signature-names-another-hash"},
                                                std::string_view{"rsa-named-for-an-ec-key"}};
    if (std::ranges::find(kRulesOf9303, one.name) != kRulesOf9303.end()) continue;
    Scene scene{one.algorithm};
    one.spoil(scene);
    CHECK_TEXT(!stock_takes_signature(openssl, make(scene).sod), std::string{one.name}.c_str());
  }
}

TEST(Outsider, RefusesDeviationsThatWeTolerate) {
  // Documents like these exist: who relies on the stock command turns their holders away.
  static constexpr std::array kRefusedByStock = {
      std::string_view{"digest-not-listed"},
      std::string_view{"attributes-not-sorted-but-signed-sorted"},
      std::string_view{"signer-named-by-nobody"},
      std::string_view{"signer-not-embedded"},
      std::string_view{"signer-name-turned-round"},
      std::string_view{"signer-key-identifier-computed"},
      std::string_view{"ecdsa-plain-by-name"},
      std::string_view{"ecdsa-plain-unnamed-and-too-wide"},
      std::string_view{"ecdsa-integers-too-wide"},
      std::string_view{"ecdsa-integers-without-their-zero"},
      std::string_view{"rsa-names-the-hash-only"},
      std::string_view{"rsa-with-the-old-name-of-sha1"},
      std::string_view{"rsa-digest-info-without-null"},
      std::string_view{"rsa-pss-key-signed-pkcs1"},
      std::string_view{"rsa-pss-without-parameters"},
      std::string_view{"rsa-pss-without-hash"},
      std::string_view{"rsa-pss-without-mask-hash"},
      std::string_view{"rsa-pss-salt-not-as-stated"},
  };
  for (const auto name : kRefusedByStock) {
    const auto found = std::ranges::find(deviating_documents(), name, &DeviatingDocument::name);
    CHECK_TEXT(found != deviating_documents().end(), std::string{name}.c_str());
    Scene scene{found->algorithm};
    found->bend(scene);
    const auto evidence = make(scene);
    CHECK_TEXT(!stock_takes_signature(openssl, evidence.sod), std::string{name}.c_str());
    const auto ours = check_of(passive_authentication(evidence.input()), CheckName::sod_signature);
    CHECK_TEXT(ours.result == CheckResult::passed, ours.reason.c_str());
  }
}

TEST(Outsider, AgreesOnTheCardSecurityOfTr03110) {
  std::size_t messages = 0;
  for (const auto& vector : vectors::all("tr03110_eac2_worked_examples.json")) {
    const auto& data = vector.at("data");
    if (!data.contains("ef_cardsecurity")) continue;
    ++messages;
    auto octets = vectors::octets(data, "ef_cardsecurity");
    const auto judged = judge_card_security(octets, {.ef_sod = {}, .at = today()});
    // Signed by people of the standard with RSA-PSS; we have no anchor of theirs, so that only the signature counts.
    const auto check = check_of(judged.checks, CheckName::sod_signature);
    CHECK_TEXT(check.result == CheckResult::passed, check.reason.c_str());
    CHECK_TEXT(check.deviations.empty(), (check.deviations.empty() ? "" : check.deviations.front().c_str()));
    CHECK(stock_takes_signature(openssl, octets));
    octets.at(200) ^= 0x01;  // in the signed content
    CHECK(
        check_of(judge_card_security(octets, {.ef_sod = {}, .at = today()}).checks, CheckName::sod_signature).result ==
        CheckResult::failed);
    CHECK_FALSE(stock_takes_signature(openssl, octets));
  }
  LONGS_EQUAL(2, messages);
}
