#include "cicada/tools/lower_tester/country.h"

#include <chrono>

#include "cicada/host/pki/cv_issue.h"

namespace cicada::tools::lower_tester {

namespace ossl = crypto::openssl;
namespace pki = host::pki;
using asn1::CvRole;
using base::Result;

namespace {

// A passport is P, the citizen's card ID.
const pki::TestCountryOptions& options() {
  static const pki::TestCountryOptions kOptions{.document_types = {"P", "ID"}};
  return kOptions;
}

// 9303-12 §7.2.1: the longest that is allowed.
constexpr std::chrono::days kCvcaLife{3 * 365};
constexpr std::chrono::days kDvLife{89};
constexpr std::chrono::days kIsLife{30};

Result<ossl::PrivateKey> copy_of(const ossl::PrivateKey& key) {
  CICADA_TRY(const auto pem, key.to_pem());
  return ossl::PrivateKey::from_pem(pem.expose());
}

pki::CvTerms terms(std::string_view name, CvRole role, base::Instant now, std::chrono::days life) {
  return {.holder_reference = "VN" + std::string{name} + "00001",
          .authorization = asn1::inspection_system(role, true, true),
          .effective = base::date_of(now),
          .expiration = base::date_of(now + life)};
}

}  // namespace

Result<Country> make_country(base::Rng& rng, const base::Clock& clock) {
  CICADA_TRY(auto country, pki::create_test_country(options(), rng, clock));
  CICADA_TRY(auto ds, pki::document_signer(country));
  CICADA_TRY(auto signer, host::issuance::SodSigner::create(std::move(ds)));
  return Country{.pki = std::move(country), .signer = std::move(signer)};
}

Result<ossl::PrivateKey> make_terminal_key(const TerminalPlan& plan) {
  if (plan.scheme.family == pki::SignatureFamily::ecdsa) {
    CICADA_TRY(auto key, ossl::EcPrivateKey::generate(plan.curve));
    return ossl::PrivateKey{std::move(key)};
  }
  CICADA_TRY(auto key, ossl::RsaPrivateKey::generate(plan.rsa_bits));
  return ossl::PrivateKey{std::move(key)};
}

Result<pki::CvSigner> terminal_signer(const ossl::PrivateKey& key, const TerminalPlan& plan) {
  CICADA_TRY(const auto algorithm, pki::cv_algorithm(plan.scheme));
  CICADA_TRY(auto copy, copy_of(key));
  return pki::CvSigner::create(std::move(copy), algorithm);
}

Result<pki::TestVerifiers> make_verifiers(const TerminalPlan& plan, const base::Clock& clock) {
  CICADA_TRY(auto cvca_key, make_terminal_key(plan));
  CICADA_TRY(auto dv_key, make_terminal_key(plan));
  CICADA_TRY(auto is_key, make_terminal_key(plan));
  CICADA_TRY(const auto cvca_signer, terminal_signer(cvca_key, plan));
  CICADA_TRY(const auto dv_signer, terminal_signer(dv_key, plan));
  CICADA_TRY(const auto is_signer, terminal_signer(is_key, plan));
  const auto now = clock.now();
  CICADA_TRY(auto cvca, pki::issue_self_signed(terms("TESTCVCA", CvRole::cvca, now, kCvcaLife), cvca_signer));
  CICADA_TRY(auto dv, pki::issue_cv_certificate(terms("TESTDV", CvRole::dv_domestic, now, kDvLife),
                                                dv_signer.public_key(true), cvca, cvca_signer));
  CICADA_TRY(auto is, pki::issue_cv_certificate(terms("TESTIS", CvRole::terminal, now, kIsLife),
                                                is_signer.public_key(true), dv, dv_signer));
  return pki::TestVerifiers{.cvca = std::move(cvca),
                            .dv = std::move(dv),
                            .is = std::move(is),
                            .cvca_key = std::move(cvca_key),
                            .dv_key = std::move(dv_key),
                            .is_key = std::move(is_key)};
}

Result<void> save(const Country& country, const pki::TestVerifiers& verifiers, const std::filesystem::path& folder,
                  base::Rng& rng, const base::Clock& clock) {
  CICADA_TRY(const auto list, pki::create_test_master_list(options(), country.pki, rng, clock));
  return pki::save(country.pki, verifiers, list, folder);
}

}  // namespace cicada::tools::lower_tester
