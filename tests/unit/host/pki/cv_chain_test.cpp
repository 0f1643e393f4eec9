#include "cicada/host/pki/cv_chain.h"

#include "cicada/asn1/oids.h"
#include "cv_test.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using asn1::CvCertificate;
using asn1::CvRole;
using base::Fault;
using crypto::openssl::Curve;
using test::day;
using test::terms;

namespace {

const auto kToday = test::day(2026, 6, 1);

/// CVCA, a link to its next key, DV, terminal: made anew, any part of it changeable.
struct Hierarchy {
  CvSigner cvca_key = test::ec_signer(Curve::brainpool_p256r1);
  CvSigner next_key = test::ec_signer(Curve::p256);
  CvSigner dv_key = test::ec_signer(Curve::brainpool_p256r1);
  CvSigner is_key = test::ec_signer(Curve::brainpool_p256r1);
  CvCertificate cvca = issue_self_signed(terms("VNCVCA00001", CvRole::cvca), cvca_key).value();
  CvCertificate link =
      issue_cv_certificate(terms("VNCVCA00002", CvRole::cvca), next_key.public_key(true), cvca, cvca_key).value();
  CvCertificate dv =
      issue_cv_certificate(terms("VNDV00001", CvRole::dv_domestic), dv_key.public_key(true), cvca, cvca_key).value();
  CvCertificate is =
      issue_cv_certificate(terms("VNIS00001", CvRole::terminal), is_key.public_key(true), dv, dv_key).value();
};

/// The certificate with this body, signed by whoever wants to, whatever the rules say.
CvCertificate forge(asn1::CvBody body, const CvSigner& signer) {
  const auto encoded = asn1::encode_cv_body(body).value();
  return asn1::parse_cv_certificate(asn1::encode_cv_certificate(encoded, signer.sign(encoded).value())).value();
}

std::string reason(const base::Result<CvChainResult>& result) {
  CHECK_FALSE(result.has_value());
  return std::string{result.error().what.view()};
}

}  // namespace

TEST_GROUP(CvChain) {
  Hierarchy one;
};

TEST(CvChain, of_others_verifies_with_and_without_a_link_certificate) {
  const auto cvca = test::cv_vector("eac1-chain-jmrtd-orig", "cvca");
  CHECK_OK(verify_self_signed(cvca));
  const std::vector chain{test::cv_vector("eac1-chain-jmrtd-orig", "dv"),
                          test::cv_vector("eac1-chain-jmrtd-orig", "is")};
  const auto result = verify_cv_chain(cvca, chain, day(2009, 8, 1));
  CHECK_OK(result);
  CHECK_STRING("EC brainpoolP224r1, SHA-224", result->holder.describe());
  CHECK_BYTES(base::Bytes{0x01}, result->authorization.bits);
  CHECK((result->card_date == day(2009, 5, 18)));
  const std::vector with_link{test::cv_vector("eac1-chain-jmrtd-new", "cvca"),
                              test::cv_vector("eac1-chain-jmrtd-new", "dv"),
                              test::cv_vector("eac1-chain-jmrtd-new", "is")};
  CHECK_OK(verify_cv_chain(cvca, with_link, day(2009, 8, 1)));
  // The DV of the new key is not one of the old key's.
  CHECK_STRING("a certificate names another authority than the one before it",
               reason(verify_cv_chain(cvca, std::span{with_link}.subspan(1), day(2009, 8, 1))));
}

TEST(CvChain, of_the_worked_examples_verifies_certificate_by_certificate) {
  for (const auto* const id : {"tr03110-ta2-ecdh", "tr03110-ta2-dh"}) {
    const auto cvca = test::eac_vector(id, "cvca_cert");
    const auto dv = test::eac_vector(id, "dv_cert");
    const auto terminal = test::eac_vector(id, "terminal_cert");
    CHECK_OK(verify_self_signed(cvca));
    const auto cvca_key = CvKey::create(cvca.public_key);
    CHECK_OK(cvca_key);
    CHECK_OK(cvca_key->verify(dv.body, dv.signature));
    const auto dv_key = CvKey::create(dv.public_key, cvca_key->curve());
    CHECK_OK(dv_key);
    CHECK_OK(dv_key->verify(terminal.body, terminal.signature));
    CHECK_FAULT(Fault::security, dv_key->verify(dv.body, dv.signature));
    // Terminal authentication itself: the terminal's signature over what both sides know.
    const auto terminal_key = CvKey::create(terminal.public_key, cvca_key->curve());
    CHECK_OK(terminal_key);
    const auto octets = [&](const char* field) {
      return tests::vectors::octets("tr03110_eac2_worked_examples.json", id, field);
    };
    CHECK_OK(terminal_key->verify(octets("signed_message"), octets("signature")));
    // The CVCA is for inspection systems, those below are not: no chain.
    const std::vector chain{dv, terminal};
    CHECK_STRING("a certificate is for another kind of terminal than the one before it",
                 reason(verify_cv_chain(cvca, chain, terminal.effective)));
  }
}

TEST(CvChain, whose_self_signature_is_another_keys_is_told) {
  // The sample of 2007 does not verify with the key that it carries.
  CHECK_FAULT(Fault::security, verify_self_signed(test::cv_vector("cvc-epass-cvca", "cert")));
  CHECK_OK(verify_self_signed(test::cv_vector("cvc-DECVCAEPASS00102", "cert")));
  CHECK_FAULT(Fault::security, verify_self_signed(one.dv));
}

TEST(CvChain, gives_no_more_than_every_certificate_allows) {
  for (const auto& [dv_bits, is_bits, expected] :
       {std::tuple{0x83, 0x03, 0x03}, {0x81, 0x03, 0x01}, {0x83, 0x02, 0x02}, {0x80, 0x03, 0x00}, {0xBF, 0x3F, 0x03}}) {
    auto dv_body = static_cast<asn1::CvBody>(one.dv);
    dv_body.authorization.bits = {static_cast<std::uint8_t>(dv_bits)};
    auto is_body = static_cast<asn1::CvBody>(one.is);
    is_body.authorization.bits = {static_cast<std::uint8_t>(is_bits)};
    const std::vector chain{forge(dv_body, one.cvca_key), forge(is_body, one.dv_key)};
    const auto result = verify_cv_chain(one.cvca, chain, kToday);
    CHECK_OK(result);
    LONGS_EQUAL(expected, result->authorization.bits.at(0));
  }
}

TEST(CvChain, with_every_algorithm_verifies) {
  namespace oids = asn1::oids;
  const auto verified = [](const CvSigner& cvca_key, const CvSigner& dv_key) {
    const auto cvca = issue_self_signed(terms("VNCVCA00001", CvRole::cvca), cvca_key);
    CHECK_OK(cvca);
    CHECK_OK(verify_self_signed(*cvca));
    const auto dv =
        issue_cv_certificate(terms("VNDV00001", CvRole::dv_foreign), dv_key.public_key(true), *cvca, cvca_key);
    CHECK_OK(dv);
    const std::vector chain{*dv};
    CHECK_OK(verify_cv_chain(*cvca, chain, kToday));
    auto spoilt = chain;
    spoilt[0].signature.back() ^= 1U;
    CHECK_FAULT(Fault::security, verify_cv_chain(*cvca, spoilt, kToday));
  };
  const auto rsa = test::rsa_signer(oids::kTaRsaPssSha256);
  for (const auto& oid : {oids::kTaRsaV15Sha1, oids::kTaRsaV15Sha256, oids::kTaRsaV15Sha512, oids::kTaRsaPssSha1,
                          oids::kTaRsaPssSha512}) {
    verified(test::rsa_signer(oid), rsa);
  }
  for (const auto curve : {Curve::p224, Curve::brainpool_p320r1, Curve::p384, Curve::brainpool_p512r1, Curve::p521}) {
    verified(test::ec_signer(curve), test::ec_signer(curve));
  }
}

TEST(CvChain, is_refused_where_a_role_signs_what_it_may_not) {
  const auto body = [](const CvCertificate& certificate) { return static_cast<asn1::CvBody>(certificate); };
  const auto refused = [&](const std::vector<CvCertificate>& chain, std::uint64_t at) {
    const auto result = verify_cv_chain(one.cvca, chain, kToday);
    CHECK_STRING("a certificate was signed by a role that may not sign it", reason(result));
    LONGS_EQUAL(at, *result.error().at);
  };
  // A terminal of the CVCA's own.
  auto terminal = body(one.is);
  terminal.authority_reference = "VNCVCA00001";
  refused({forge(terminal, one.cvca_key)}, 0);
  // A DV of a DV's.
  auto second_dv = body(one.is);
  second_dv.authorization = asn1::inspection_system(CvRole::dv_domestic, true, true);
  refused({one.dv, forge(second_dv, one.dv_key)}, 1);
  // A CVCA of a DV's.
  auto cvca = body(one.link);
  cvca.authority_reference = "VNDV00001";
  refused({one.dv, forge(cvca, one.dv_key)}, 1);
  // Anything of a terminal's.
  auto below = body(one.is);
  below.authority_reference = "VNIS00001";
  refused({one.dv, one.is, forge(below, one.is_key)}, 2);
}

TEST(CvChain, is_refused_when_something_in_it_was_changed) {
  const auto body = [](const CvCertificate& certificate) { return static_cast<asn1::CvBody>(certificate); };
  CHECK_OK(verify_cv_chain(one.cvca, std::vector{one.dv, one.is}, kToday));
  // Signed by another key of the same name.
  const Hierarchy other;
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{other.dv, other.is}, kToday));
  const auto foreign = verify_cv_chain(one.cvca, std::vector{one.dv, other.is}, kToday);
  CHECK_FAULT(Fault::security, foreign);
  LONGS_EQUAL(1, *foreign.error().at);
  // Every octet of body and signature counts.
  for (std::size_t i = 0; i < one.is.body.size(); i += 7) {
    auto spoilt = one.is;
    spoilt.body[i] ^= 0x01U;
    CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{one.dv, spoilt}, kToday));
  }
  auto shorter = one.is;
  shorter.signature.pop_back();
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{one.dv, shorter}, kToday));
  auto zero = one.is;
  std::ranges::fill(zero.signature, 0);
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{one.dv, zero}, kToday));
  // Another authority, another kind of terminal.
  auto stranger = body(one.is);
  stranger.authority_reference = "VNDV00002";
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{one.dv, forge(stranger, one.dv_key)}, kToday));
  auto signature_terminal = body(one.is);
  signature_terminal.authorization.terminal_type = asn1::oids::kRoleSignatureTerminal;
  CHECK_FAULT(Fault::security,
              verify_cv_chain(one.cvca, std::vector{one.dv, forge(signature_terminal, one.dv_key)}, kToday));
}

TEST(CvChain, is_judged_by_the_day) {
  const auto on = [&](base::Date date) { return verify_cv_chain(one.cvca, std::vector{one.dv, one.is}, date); };
  CHECK_OK(on(day(2026, 1, 1)));
  CHECK_OK(on(day(2026, 12, 31)));
  CHECK_STRING("a certificate has expired", reason(on(day(2027, 1, 1))));
  CHECK_STRING("a certificate is not valid yet", reason(on(day(2025, 12, 31))));
  CHECK_FAULT(Fault::conflict, on(day(2027, 1, 1)));
}

TEST(CvChain, may_pass_over_an_expired_link_but_over_nothing_else_that_expired) {
  auto old_link = static_cast<asn1::CvBody>(one.link);
  old_link.expiration = day(2026, 2, 1);
  const auto link = forge(old_link, one.cvca_key);
  const auto dv_key = test::ec_signer(Curve::p256);
  const auto dv =
      issue_cv_certificate(terms("VNDV00002", CvRole::dv_domestic), dv_key.public_key(true), link, one.next_key);
  CHECK_OK(dv);
  const auto result = verify_cv_chain(one.cvca, std::vector{link, *dv}, kToday);
  CHECK_OK(result);
  // The domain is that of the new key.
  CHECK(result->holder.curve() == Curve::p256);
  auto old_dv = static_cast<asn1::CvBody>(*dv);
  old_dv.expiration = day(2026, 2, 1);
  CHECK_FAULT(Fault::conflict, verify_cv_chain(one.cvca, std::vector{link, forge(old_dv, one.next_key)}, kToday));
}

TEST(CvChain, moves_the_date_of_a_card_but_not_by_a_foreign_terminal) {
  auto late = static_cast<asn1::CvBody>(one.is);
  late.effective = day(2026, 5, 1);
  const auto terminal = forge(late, one.dv_key);
  CHECK((verify_cv_chain(one.cvca, std::vector{one.dv, terminal}, kToday)->card_date == day(2026, 5, 1)));
  auto foreign = static_cast<asn1::CvBody>(one.dv);
  foreign.authorization = asn1::inspection_system(CvRole::dv_foreign, true, true);
  foreign.effective = day(2026, 3, 1);
  const std::vector chain{forge(foreign, one.cvca_key), terminal};
  CHECK((verify_cv_chain(one.cvca, chain, kToday)->card_date == day(2026, 3, 1)));
}

TEST(CvChain, computes_with_no_domain_that_nobody_knows) {
  auto body = static_cast<asn1::CvBody>(one.link);
  std::get<asn1::CvEcKey>(body.public_key.key).domain->b.back() ^= 1U;
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{forge(body, one.cvca_key)}, kToday));
  auto off_curve = static_cast<asn1::CvBody>(one.dv);
  std::get<asn1::CvEcKey>(off_curve.public_key.key).point.back() ^= 1U;
  CHECK_FAULT(Fault::security, verify_cv_chain(one.cvca, std::vector{forge(off_curve, one.cvca_key)}, kToday));
  CHECK_FAULT(Fault::malformed, CvKey::create(one.dv.public_key));
}

TEST(CvChain, begins_with_a_cvca_and_has_an_end) {
  CHECK_FAULT(Fault::bad_input, verify_cv_chain(one.cvca, {}, kToday));
  CHECK_FAULT(Fault::bad_input, verify_cv_chain(one.dv, std::vector{one.is}, kToday));
  CHECK_FAULT(Fault::limit, verify_cv_chain(one.cvca, std::vector(kMaxCvChain + 1, one.dv), kToday));
}

TEST(CvChain, rights_of_another_length_or_kind_meet_in_nothing) {
  const auto is = asn1::inspection_system(CvRole::terminal, true, true);
  const asn1::CvAuthorization at{.terminal_type = asn1::oids::kRoleAuthenticationTerminal,
                                 .bits = base::Bytes(5, 0xFF)};
  LONGS_EQUAL(0, intersect(at, is).bits.at(0));
  CHECK_BYTES((base::Bytes{0xC0, 0, 0, 0, 0}), intersect(is, at).bits);
  CHECK_BYTES(base::Bytes(5, 0xFF), intersect(at, at).bits);
}

TEST_GROUP(CvIssue) {
  Hierarchy one;
};

TEST(CvIssue, leaves_the_domain_out_of_what_inherits_it) {
  CHECK(one.cvca.public_key.ec()->domain.has_value());
  CHECK(one.link.public_key.ec()->domain.has_value());
  CHECK_FALSE(one.dv.public_key.ec()->domain.has_value());
  CHECK_FALSE(one.is.public_key.ec()->domain.has_value());
}

TEST(CvIssue, refuses_what_no_card_would_take) {
  const auto issue = [&](const CvTerms& wanted, const CvSigner& holder, const CvCertificate& authority,
                         const CvSigner& signer) {
    return issue_cv_certificate(wanted, holder.public_key(true), authority, signer);
  };
  const auto dv = terms("VNDV00002", CvRole::dv_domestic);
  CHECK_OK(issue(dv, one.dv_key, one.cvca, one.cvca_key));
  CHECK_FAULT(Fault::conflict, issue(dv, one.dv_key, one.cvca, one.dv_key));
  CHECK_FAULT(Fault::bad_input, issue(dv, one.dv_key, one.dv, one.dv_key));
  CHECK_FAULT(Fault::bad_input, issue(terms("VNIS1", CvRole::terminal), one.is_key, one.cvca, one.cvca_key));
  CHECK_FAULT(Fault::bad_input, issue(terms("VNIS1", CvRole::terminal), one.is_key, one.is, one.is_key));
  CHECK_FAULT(Fault::bad_input, issue(dv, one.next_key, one.cvca, one.cvca_key));  // another curve
  auto other = dv;
  other.authorization.terminal_type = asn1::oids::kRoleSignatureTerminal;
  CHECK_FAULT(Fault::bad_input, issue(other, one.dv_key, one.cvca, one.cvca_key));
  CHECK_FAULT(Fault::bad_input, issue_self_signed(dv, one.dv_key));
  CHECK_FAULT(Fault::bad_input, issue_cv_certificate(terms("VNCVCA00002", CvRole::cvca), one.next_key.public_key(false),
                                                     one.cvca, one.cvca_key));
}

TEST(CvIssue, certifies_a_request_once_its_key_was_proven) {
  const auto request = make_cv_request("VNDV00003", "VNCVCA00001", one.dv_key);
  CHECK_OK(request);
  CHECK_OK(verify_cv_request(*request));
  const auto certificate =
      issue_cv_certificate(terms("VNDV00003", CvRole::dv_domestic), request->public_key, one.cvca, one.cvca_key);
  CHECK_OK(certificate);
  CHECK_OK(verify_cv_chain(one.cvca, std::vector{*certificate}, kToday));
  auto stolen = *request;
  stolen.public_key = one.is_key.public_key(true);
  CHECK_FAULT(Fault::security, verify_cv_request(stolen));
  const auto outer = authenticate_cv_request(*request, "VNDV00001", one.is_key);
  CHECK_OK(outer);
  CHECK_OK(CvKey::create(one.is_key.public_key(true))->verify(outer->signed_octets, outer->signature));
  CHECK_FAULT(Fault::security,
              CvKey::create(one.dv_key.public_key(true))->verify(outer->signed_octets, outer->signature));
  CHECK_FAULT(Fault::bad_input, make_cv_request("", std::nullopt, one.dv_key));
}

TEST(CvIssue, signs_only_with_an_algorithm_of_the_keys_kind) {
  namespace oids = asn1::oids;
  const auto ec = [] {
    return crypto::openssl::PrivateKey{crypto::openssl::EcPrivateKey::generate(Curve::p256).value()};
  };
  CHECK_FAULT(Fault::bad_input, CvSigner::create(ec(), oids::kTaRsaPssSha256));
  CHECK_FAULT(Fault::unsupported, CvSigner::create(ec(), oids::kEcdsaWithSha256));
  CHECK_OK(CvSigner::create(ec(), oids::kTaEcdsaSha512));
  CHECK_FAULT(Fault::unsupported, cv_algorithm({.family = SignatureFamily::rsa_pss, .hash = HashAlgorithm::sha384}));
  CHECK((cv_algorithm({.family = SignatureFamily::ecdsa, .hash = HashAlgorithm::sha384}).value() ==
         oids::kTaEcdsaSha384));
}
