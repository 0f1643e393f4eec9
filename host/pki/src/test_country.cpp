#include "cicada/host/pki/test_country.h"

#include <array>

#include "ceremony.h"
#include "cicada/asn1/oids.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

// 9303-12 §4.1 and appendix A: a signer's certificate must outlive the cards that it signs on its last day. The longest
// dated card of this country is that of somebody who is 38 and gets it until he is 60.
constexpr int kCardYears = 22;
constexpr int kDsKeyMonths = 3;
constexpr int kDsMonths = 12 * kCardYears + kDsKeyMonths;
// And the CSCA's must outlive the signers that it makes on its last day.
constexpr int kCscaKeyYears = 5;
constexpr int kCscaMonths = 12 * kCscaKeyYears + kDsMonths;
constexpr std::chrono::days kListDays{90};

/// Names and addresses of the two authorities. `.test` never resolves (RFC 6761 §6.2).
struct Addresses {
  base::Bytes csca_name, ds_name;
  std::vector<asn1::GeneralName> csca_alternatives, ds_alternatives;
  std::vector<std::string> list_locations;
};

base::Result<Addresses> make_addresses(const TestCountryOptions& options) {
  Addresses addresses;
  CICADA_TRY(addresses.csca_name, make_name(options.country, "TEST CSCA " + options.state));
  CICADA_TRY(addresses.ds_name, make_name(options.country, "TEST Document Signer " + options.state + " 1"));
  CICADA_TRY(addresses.csca_alternatives, make_alternatives(options.state, "csca@cicada.test"));
  CICADA_TRY(addresses.ds_alternatives, make_alternatives(options.state, "document-signer@cicada.test"));
  addresses.list_locations = {"http://crl.cicada.test/" + options.state + ".crl"};
  return addresses;
}

/// Everything that the two certificates and the list have in common.
struct Ceremony {
  const TestCountryOptions& options;
  base::Rng& rng;
  base::Instant now;
  Addresses addresses;
  const Signer& csca;
};

base::Result<asn1::Certificate> issue_csca(const Ceremony& ceremony) {
  CICADA_TRY(auto public_key, ceremony.csca.public_key_info(ceremony.options.ec_parameters));
  CICADA_TRY(const auto key_id, key_id_of(public_key));
  CICADA_TRY(auto serial, random_serial(ceremony.rng));
  CICADA_TRY(auto key_period,
             asn1::make_private_key_usage_period(
                 {.not_before = ceremony.now, .not_after = months_later(ceremony.now, 12 * kCscaKeyYears)}));
  const auto& where = ceremony.addresses;
  asn1::TbsCertificate tbs{
      .serial = std::move(serial),
      .signature_algorithm = {},
      .issuer = where.csca_name,
      .validity = {.not_before = ceremony.now, .not_after = months_later(ceremony.now, kCscaMonths)},
      .subject = where.csca_name,
      .public_key = std::move(public_key),
      .extensions = {}};
  tbs.extensions.push_back(asn1::make_authority_key_identifier(key_id));
  tbs.extensions.push_back(asn1::make_subject_key_identifier(key_id));
  tbs.extensions.push_back(asn1::make_key_usage({asn1::KeyUsage::key_cert_sign, asn1::KeyUsage::crl_sign}));
  tbs.extensions.push_back(std::move(key_period));
  tbs.extensions.push_back(asn1::make_subject_alt_name(where.csca_alternatives));
  tbs.extensions.push_back(asn1::make_issuer_alt_name(where.csca_alternatives));
  tbs.extensions.push_back(asn1::make_basic_constraints({.ca = true, .path_length = 0}));
  tbs.extensions.push_back(asn1::make_crl_distribution_points(where.list_locations));
  return issue_certificate(std::move(tbs), ceremony.csca);
}

base::Result<asn1::Certificate> issue_ds(const Ceremony& ceremony, base::ByteView csca_key_id, const Signer& ds) {
  CICADA_TRY(auto public_key, ds.public_key_info(ceremony.options.ec_parameters));
  CICADA_TRY(const auto key_id, key_id_of(public_key));
  CICADA_TRY(auto serial, random_serial(ceremony.rng));
  CICADA_TRY(auto key_period, asn1::make_private_key_usage_period(
                                  {.not_before = ceremony.now, .not_after = months_later(ceremony.now, kDsKeyMonths)}));
  CICADA_TRY(auto document_types, asn1::make_document_type_list(ceremony.options.document_types));
  const auto& where = ceremony.addresses;
  asn1::TbsCertificate tbs{.serial = std::move(serial),
                           .signature_algorithm = {},
                           .issuer = where.csca_name,
                           .validity = {.not_before = ceremony.now, .not_after = months_later(ceremony.now, kDsMonths)},
                           .subject = where.ds_name,
                           .public_key = std::move(public_key),
                           .extensions = {}};
  tbs.extensions.push_back(asn1::make_authority_key_identifier(csca_key_id));
  tbs.extensions.push_back(asn1::make_subject_key_identifier(key_id));
  tbs.extensions.push_back(asn1::make_key_usage({asn1::KeyUsage::digital_signature}));
  tbs.extensions.push_back(std::move(key_period));
  tbs.extensions.push_back(asn1::make_subject_alt_name(where.ds_alternatives));
  tbs.extensions.push_back(asn1::make_issuer_alt_name(where.csca_alternatives));
  tbs.extensions.push_back(asn1::make_crl_distribution_points(where.list_locations));
  tbs.extensions.push_back(std::move(document_types));
  return issue_certificate(std::move(tbs), ceremony.csca);
}

base::Result<asn1::CertificateList> issue_list(const Ceremony& ceremony, base::ByteView csca_key_id) {
  static constexpr std::array<std::uint8_t, 1> kFirst = {1};
  asn1::TbsCertificateList tbs{.signature_algorithm = ceremony.csca.signature_algorithm(),
                               .issuer = ceremony.addresses.csca_name,
                               .this_update = ceremony.now,
                               .next_update = ceremony.now + kListDays,
                               .revoked = {},
                               .extensions = {}};
  tbs.extensions.push_back(asn1::make_authority_key_identifier(csca_key_id));
  tbs.extensions.push_back(asn1::make_crl_number(kFirst));
  CICADA_TRY(const auto signed_part, asn1::encode_tbs_certificate_list(tbs));
  CICADA_TRY(const auto signature, ceremony.csca.sign(signed_part));
  return asn1::parse_certificate_list(asn1::encode_certificate_list(signed_part, tbs.signature_algorithm, signature));
}

}  // namespace

base::Result<TestCountry> create_test_country(const TestCountryOptions& options, base::Rng& rng,
                                              const base::Clock& clock) {
  CICADA_CHECK(check_options(options));
  CICADA_TRY(auto csca_key, generate_key(options.algorithm));
  CICADA_TRY(auto ds_key, generate_key(options.algorithm));
  CICADA_TRY(auto csca_key_copy, copy_of_key(csca_key));
  CICADA_TRY(auto ds_key_copy, copy_of_key(ds_key));
  const Signer csca_signer{std::move(csca_key_copy)};
  const Signer ds_signer{std::move(ds_key_copy)};
  CICADA_TRY(auto addresses, make_addresses(options));
  const Ceremony ceremony{
      .options = options, .rng = rng, .now = clock.now(), .addresses = std::move(addresses), .csca = csca_signer};

  CICADA_TRY(auto csca, issue_csca(ceremony));
  CICADA_TRY(const auto csca_key_id, csca.subject_key_identifier());
  CICADA_TRY(auto ds, issue_ds(ceremony, *csca_key_id, ds_signer));
  CICADA_TRY(auto list, issue_list(ceremony, *csca_key_id));
  base::Bytes master_key(kTransportMasterKeySize);
  CICADA_CHECK(rng.fill(master_key));
  return TestCountry{.csca = std::move(csca),
                     .ds = std::move(ds),
                     .crl = std::move(list),
                     .csca_key = std::move(csca_key),
                     .ds_key = std::move(ds_key),
                     .transport_master_key = base::SecretBytes{std::move(master_key)}};
}

base::Result<DocumentSigner> document_signer(const TestCountry& country) {
  CICADA_TRY(auto key, copy_of_key(country.ds_key));
  return DocumentSigner{.certificate = country.ds, .signer = Signer{std::move(key)}};
}

}  // namespace cicada::host::pki
