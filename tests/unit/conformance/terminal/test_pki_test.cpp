// The tests' own certificates: right ones verify and are what a strict parser takes; bent ones are wrong in what they
// say, and in nothing else.
#include "cicada/conformance/terminal/test_pki.h"

#include <set>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/terminal/terminal_authentication.h"
#include "cicada/crypto/openssl/hash.h"

#include "../../asn1/eac_vectors.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance::terminal;
namespace ossl = cicada::crypto::openssl;
using asn1::CvRole;
using std::chrono::year;

namespace {

SystemRng rng;
const Terms kTerms{.effective = year{2026} / 3 / 1, .expiration = year{2026} / 4 / 30};

TestPki country(bool rsa) {
  auto key = rsa ? TaKey::make(asn1::oids::kTaRsaPssSha256, std::nullopt, 2048, 0)
                 : TaKey::make(asn1::oids::kTaEcdsaSha256, ossl::Curve::brainpool_p256r1, 0, 0);
  return {.root = {.reference = "VNCVCATEST00001", .role = CvRole::cvca, .key = *std::move(key)},
          .effective = year{2026} / 1 / 1,
          .expiration = year{2028} / 12 / 31};
}

SecretBytes pem_of(const ossl::PrivateKey& key) {
  return key.to_pem().value();
}

constexpr asn1::Tag kCertificate = 0x7F21;

Result<asn1::CvCertificate> parsed(ByteView objects) {
  return asn1::parse_cv_certificate(asn1::encode_tlv(kCertificate, objects));
}

bool verifies(const TestPki& pki, const asn1::CvCertificate& certificate) {
  const auto key = pki.root.key.public_key(false);
  const auto digest = ossl::hash(ossl::HashAlgorithm::sha256, certificate.body).value();
  if (const auto* const ec = key.ec()) {
    const auto point = ossl::EcPublicKey::create(*pki.root.key.curve(), ec->point).value();
    return point.verify_plain(digest, certificate.signature).has_value();
  }
  const auto numbers = ossl::RsaPublicKey::create(key.rsa()->modulus, key.rsa()->exponent).value();
  return numbers.verify_pss({}, digest, certificate.signature).has_value();
}

Result<Bytes> verifier(const TestPki& pki, Bend bend, CvRole role = CvRole::dv_domestic) {
  return issue(pki.root, pki.holder(role, 1, rng).value(), kTerms, bend);
}

}  // namespace

TEST_GROUP(TestPki){};

TEST(TestPki, issues_certificates_that_are_right_under_both_kinds_of_root) {
  for (const bool rsa : {false, true}) {
    const auto pki = country(rsa);
    for (const auto role : {CvRole::cvca, CvRole::dv_domestic, CvRole::dv_foreign, CvRole::terminal}) {
      const auto subject = pki.holder(role, 1, rng).value();
      const auto certificate = parsed(issue(pki.root, subject, kTerms).value());
      CHECK_OK(certificate);
      CHECK(verifies(pki, *certificate));
      CHECK_STRING("VNCVCATEST00001", certificate->authority_reference);
      CHECK_STRING(subject.reference, certificate->holder_reference);
      CHECK(certificate->authorization == asn1::inspection_system(role, true, true));
      CHECK(certificate->effective == kTerms.effective);
      CHECK(certificate->expiration == kTerms.expiration);
      const auto* const ec = certificate->public_key.ec();
      CHECK(rsa || (ec->domain.has_value() == (role == CvRole::cvca)));
    }
  }
}

TEST(TestPki, gives_the_rights_that_it_is_told) {
  const auto pki = country(false);
  auto terms = kTerms;
  terms.dg4 = false;
  const auto certificate = parsed(issue(pki.root, pki.holder(CvRole::dv_domestic, 1, rng).value(), terms).value());
  CHECK_OK(certificate);
  CHECK(certificate->authorization.allows(asn1::kRightDg3));
  CHECK_FALSE(certificate->authorization.allows(asn1::kRightDg4));
}

TEST(TestPki, names_nobody_twice_and_counts_successors_on) {
  const auto pki = country(false);
  std::set<std::string> names;
  for (int i = 0; i < 200; ++i) names.insert(pki.holder(CvRole::dv_domestic, 1, rng)->reference);
  LONGS_EQUAL(200, names.size());
  for (const auto& name : names) CHECK(asn1::is_cv_reference(name));
  CHECK_STRING("VNCVCATEST00002", TestPki::successor("VNCVCATEST00001"));
  CHECK_STRING("VNCVCATEST00100", TestPki::successor("VNCVCATEST00099"));
  CHECK_STRING("VNCVCATEST00000", TestPki::successor("VNCVCATEST99999"));
}

TEST(TestPki, has_a_word_for_every_bend) {
  std::set<std::string_view> words;
  for (const auto bend : all_bends()) {
    words.insert(to_string(bend));
    CHECK(bend_from(to_string(bend)) == bend);
  }
  LONGS_EQUAL(all_bends().size(), words.size());
  CHECK_FALSE(bend_from("no-such-bend").has_value());
}

TEST(TestPki, bends_what_a_strict_parser_refuses) {
  for (const bool rsa : {false, true}) {
    const auto pki = country(rsa);
    for (const auto bend : all_bends()) {
      // What parses is wrong in what it says, and the next test's matter.
      constexpr std::array kParsed = {Bend::none,
                                      Bend::authority_character,
                                      Bend::terminal_type,
                                      Bend::shorter_key,
                                      Bend::shorter_curve,
                                      Bend::expires_before_effective,
                                      Bend::signature_last_octet,
                                      Bend::signature_short,
                                      Bend::signature_above_modulus,
                                      Bend::signature_r_zero,
                                      Bend::signature_s_zero};
      const auto made = verifier(pki, bend);
      if (!made) continue;
      const bool reads = parsed(*made).has_value();
      CHECK_TEXT(reads == (std::ranges::find(kParsed, bend) != kParsed.end()), std::string{to_string(bend)}.c_str());
    }
  }
}

TEST(TestPki, signs_what_is_bent_unless_the_signature_is_the_matter) {
  const auto pki = country(false);
  for (const auto bend : {Bend::authority_character, Bend::shorter_key, Bend::expires_before_effective}) {
    CHECK(verifies(pki, parsed(verifier(pki, bend).value()).value()));
  }
  for (const auto bend :
       {Bend::signature_last_octet, Bend::signature_short, Bend::signature_r_zero, Bend::signature_s_zero}) {
    CHECK_FALSE(verifies(pki, parsed(verifier(pki, bend).value()).value()));
  }
  const auto zero = parsed(verifier(pki, Bend::signature_r_zero).value()).value();
  CHECK_BYTES(Bytes(32), ByteView{zero.signature}.first(32));
}

TEST(TestPki, makes_an_rsa_signature_that_is_right_modulo_n_and_not_below_it) {
  const auto pki = country(true);
  const auto modulus = pki.root.key.public_key(false).rsa()->modulus;
  const auto bent = parsed(verifier(pki, Bend::signature_above_modulus).value()).value();
  LONGS_EQUAL(modulus.size(), bent.signature.size());
  CHECK(std::ranges::lexicographical_compare(modulus, bent.signature));
  CHECK_FALSE(verifies(pki, bent));
}

TEST(TestPki, does_not_bend_what_is_not_there) {
  for (const auto bend : {Bend::signature_above_modulus, Bend::key_without_modulus, Bend::key_without_exponent}) {
    CHECK_FAULT(Fault::bad_input, verifier(country(false), bend));
  }
  for (const auto bend :
       {Bend::signature_r_zero, Bend::signature_s_zero, Bend::key_without_point, Bend::shorter_curve}) {
    CHECK_FAULT(Fault::bad_input, verifier(country(true), bend));
  }
}

TEST(TestPki, takes_the_statements_root_with_its_own_key_only) {
  const auto root = country(false).root;
  const auto certificate = asn1::encode_tlv(kCertificate, issue(root, root, kTerms).value());
  const auto foreign = pem_of(ossl::PrivateKey{ossl::EcPrivateKey::generate(ossl::Curve::brainpool_p256r1).value()});
  CHECK_FAULT(Fault::conflict, TestPki::create(certificate, foreign));
  CHECK_FAULT(Fault::malformed, TestPki::create("7F2100"_hex, foreign));
  CHECK_FAULT(Fault::malformed, TestPki::create(certificate, SecretBytes{"3000"_hex}));
  const auto verifier_only = asn1::encode_tlv(kCertificate, verifier(country(false), Bend::none).value());
  CHECK_FAULT(Fault::bad_input, TestPki::create(verifier_only, foreign));
}

TEST(TestPki, issues_below_a_root_that_somebody_else_made) {
  const auto key = ossl::EcPrivateKey::generate(ossl::Curve::p256).value();
  const auto secret =
      pem_of(ossl::PrivateKey{ossl::EcPrivateKey::create(ossl::Curve::p256, key.scalar()->expose()).value()});
  auto body = asn1::CvBody{.authority_reference = "VNCVCATEST00007",
                           .public_key = {.algorithm = asn1::oids::kTaEcdsaSha256, .key = {}},
                           .holder_reference = "VNCVCATEST00007",
                           .authorization = asn1::inspection_system(CvRole::cvca, true, true),
                           .effective = year{2026} / 1 / 1,
                           .expiration = year{2028} / 12 / 31,
                           .extensions = {}};
  const auto& known = ossl::curve_parameters(ossl::Curve::p256);
  body.public_key.key = asn1::CvEcKey{.domain = asn1::EcDomainParameters{.p = known.p,
                                                                         .a = known.a,
                                                                         .b = known.b,
                                                                         .generator = known.generator,
                                                                         .order = known.order,
                                                                         .cofactor = known.cofactor},
                                      .point = key.public_point()};
  const auto pki =
      TestPki::create(asn1::encode_cv_certificate(asn1::encode_cv_body(body).value(), Bytes(64, 1)), secret).value();
  CHECK_STRING("VNCVCATEST00007", pki.root.reference);
  CHECK(pki.effective == body.effective);
  CHECK(pki.expiration == body.expiration);
  CHECK(verifies(pki, parsed(verifier(pki, Bend::none).value()).value()));
}

TEST(TestPki, signs_what_the_worked_example_signs) {
  const auto field = [](const char* name) { return test::eac_octets("tr03110-ta2-ecdh", name); };
  CHECK_BYTES(field("signed_message"),
              ta::signed_octets({.chip = field("id_picc"), .terminal = field("comp_pk_pcd")}, field("r_picc")));
}

TEST(TestPki, asks_for_extended_length_when_a_protected_short_command_would_not_do) {
  CHECK_FALSE(ta::verify_certificate(Bytes(223)).extended);
  CHECK(ta::verify_certificate(Bytes(224)).extended);
}
