#include "cicada/host/pki/test_verifiers.h"

#include <array>

#include "ceremony.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/pki/country.h"
#include "cicada/host/pki/cv_issue.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;
using asn1::CvRole;

namespace {

// 9303-12 §7.2.1: the longest that is allowed, so that a test country lasts.
constexpr int kCvcaMonths = 36;
constexpr int kDvMonths = 3;
constexpr int kIsMonths = 1;

// A master list signer may sign for a year and is valid for two.
constexpr int kListKeyMonths = 12;
constexpr int kListSignerMonths = 24;

CvTerms terms_of(const std::string& holder, CvRole role, base::Instant now, int months) {
  return {.holder_reference = holder,
          .authorization = asn1::inspection_system(role, true, true),
          .effective = base::date_of(now),
          .expiration = base::date_of(months_later(now, months))};
}

base::Result<CvSigner> signer_of(const ossl::PrivateKey& key) {
  CICADA_TRY(auto copy, copy_of_key(key));
  return CvSigner::create(std::move(copy));
}

base::Result<asn1::Certificate> issue_list_signer(const TestCountryOptions& options, const TestCountry& country,
                                                  const Signer& csca, const Signer& mls, base::Rng& rng,
                                                  base::Instant now) {
  CICADA_TRY(auto public_key, mls.public_key_info(options.ec_parameters));
  CICADA_TRY(const auto key_id, key_id_of(public_key));
  CICADA_TRY(const auto csca_key_id, country.csca.subject_key_identifier());
  CICADA_TRY(const auto csca_alternatives, country.csca.subject_alt_name());
  CICADA_TRY(const auto list_locations, country.csca.crl_distribution_points());
  CICADA_TRY(const auto alternatives, make_alternatives(options.state, "master-list@cicada.test"));
  CICADA_TRY(auto serial, random_serial(rng));
  CICADA_TRY(auto subject, make_name(options.country, "TEST Master List Signer " + options.state + " 1"));
  CICADA_TRY(auto key_period,
             asn1::make_private_key_usage_period({.not_before = now, .not_after = months_later(now, kListKeyMonths)}));
  asn1::TbsCertificate tbs{.serial = std::move(serial),
                           .signature_algorithm = {},
                           .issuer = country.csca.subject.der,
                           .validity = {.not_before = now, .not_after = months_later(now, kListSignerMonths)},
                           .subject = std::move(subject),
                           .public_key = std::move(public_key),
                           .extensions = {}};
  if (!csca_key_id || !csca_alternatives || !list_locations) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the CSCA of the country lacks an extension"});
  }
  auto usage = asn1::make_extended_key_usage(std::array{oids::kMasterListSigningKey});
  usage.critical = true;
  tbs.extensions.push_back(asn1::make_authority_key_identifier(*csca_key_id));
  tbs.extensions.push_back(asn1::make_subject_key_identifier(key_id));
  tbs.extensions.push_back(asn1::make_key_usage({asn1::KeyUsage::digital_signature}));
  tbs.extensions.push_back(std::move(key_period));
  tbs.extensions.push_back(asn1::make_subject_alt_name(alternatives));
  tbs.extensions.push_back(asn1::make_issuer_alt_name(*csca_alternatives));
  tbs.extensions.push_back(std::move(usage));
  tbs.extensions.push_back(asn1::make_crl_distribution_points(*list_locations));
  return issue_certificate(std::move(tbs), csca);
}

base::Result<base::Bytes> sign_list(const asn1::Certificate& signer, const Signer& key, const asn1::Certificate& csca,
                                    base::Instant now) {
  const std::array certificates{csca.der};
  CICADA_TRY(const auto content, asn1::encode_master_list(certificates));
  CICADA_TRY(const auto digest, ossl::hash(key.hash(), content));
  CICADA_TRY(const auto attributes,
             asn1::encode_signed_attributes(
                 {.content_type = oids::kCscaMasterList, .message_digest = digest, .signing_time = now}));
  CICADA_TRY(const auto signature, key.sign(attributes));
  CICADA_TRY(const auto key_id, signer.subject_key_identifier());
  return asn1::encode_signed_data({.content_type = oids::kCscaMasterList,
                                   .content = content,
                                   .digest_algorithm = key.digest_algorithm(),
                                   .certificate = signer.der,
                                   .issuer = signer.issuer.der,
                                   .serial = signer.serial,
                                   .signed_attributes = attributes,
                                   .signature_algorithm = key.signature_algorithm(),
                                   .signature = signature,
                                   .subject_key_identifier = key_id ? base::ByteView{*key_id} : base::ByteView{},
                                   .more_certificates = certificates});
}

}  // namespace

base::Result<TestVerifiers> create_test_verifiers(const TestCountryOptions& options, const base::Clock& clock) {
  CICADA_CHECK(check_options(options));
  CICADA_TRY(auto cvca_key, generate_key(options.algorithm));
  CICADA_TRY(auto dv_key, generate_key(options.algorithm));
  CICADA_TRY(auto is_key, generate_key(options.algorithm));
  CICADA_TRY(const auto cvca_signer, signer_of(cvca_key));
  CICADA_TRY(const auto dv_signer, signer_of(dv_key));
  CICADA_TRY(const auto is_signer, signer_of(is_key));
  const auto now = clock.now();
  const auto& country = options.country;
  CICADA_TRY(auto cvca,
             issue_self_signed(terms_of(country + "CVCATEST00001", CvRole::cvca, now, kCvcaMonths), cvca_signer));
  CICADA_TRY(auto dv, issue_cv_certificate(terms_of(country + "DVTEST00001", CvRole::dv_domestic, now, kDvMonths),
                                           dv_signer.public_key(true), cvca, cvca_signer));
  CICADA_TRY(auto is, issue_cv_certificate(terms_of(country + "ISTEST00001", CvRole::terminal, now, kIsMonths),
                                           is_signer.public_key(true), dv, dv_signer));
  return TestVerifiers{.cvca = std::move(cvca),
                       .dv = std::move(dv),
                       .is = std::move(is),
                       .cvca_key = std::move(cvca_key),
                       .dv_key = std::move(dv_key),
                       .is_key = std::move(is_key)};
}

base::Result<TestMasterList> create_test_master_list(const TestCountryOptions& options, const TestCountry& country,
                                                     base::Rng& rng, const base::Clock& clock) {
  CICADA_CHECK(check_options(options));
  CICADA_TRY(auto key, generate_key(options.algorithm));
  CICADA_TRY(auto key_copy, copy_of_key(key));
  CICADA_TRY(auto csca_key, copy_of_key(country.csca_key));
  const Signer mls{std::move(key_copy)};
  const Signer csca{std::move(csca_key)};
  CICADA_TRY(auto signer, issue_list_signer(options, country, csca, mls, rng, clock.now()));
  CICADA_TRY(auto list, sign_list(signer, mls, country.csca, clock.now()));
  return TestMasterList{.signer = std::move(signer), .signer_key = std::move(key), .list = std::move(list)};
}

}  // namespace cicada::host::pki
