// A small hierarchy of card-verifiable certificates, and the worked examples of others.
#pragma once

#include <string>

#include "cicada/host/pki/cv_issue.h"
#include "vectors.h"

namespace cicada::test {

inline asn1::CvCertificate cv_vector(const std::string& id, const std::string& field) {
  return asn1::parse_cv_certificate(tests::vectors::octets("cv_certificates.json", id, field)).value();
}

inline asn1::CvCertificate eac_vector(const std::string& id, const std::string& field) {
  return asn1::parse_cv_certificate(tests::vectors::octets("tr03110_eac2_worked_examples.json", id, field)).value();
}

inline host::pki::CvSigner ec_signer(crypto::openssl::Curve curve) {
  return host::pki::CvSigner::create(
             crypto::openssl::PrivateKey{crypto::openssl::EcPrivateKey::generate(curve).value()})
      .value();
}

/// One key for all tests: making one takes longer than using it a hundred times.
inline host::pki::CvSigner rsa_signer(const asn1::Oid& algorithm) {
  static const auto kPem =
      crypto::openssl::PrivateKey{crypto::openssl::RsaPrivateKey::generate(2048).value()}.to_pem().value();
  return host::pki::CvSigner::create(crypto::openssl::PrivateKey::from_pem(kPem.expose()).value(), algorithm).value();
}

inline base::Date day(int year, unsigned month, unsigned of_month) {
  return {std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}

/// Terms from 2026-01-01 to 2026-12-31 with both rights.
inline host::pki::CvTerms terms(const std::string& holder, asn1::CvRole role) {
  return {.holder_reference = holder,
          .authorization = asn1::inspection_system(role, true, true),
          .effective = day(2026, 1, 1),
          .expiration = day(2026, 12, 31)};
}

}  // namespace cicada::test
