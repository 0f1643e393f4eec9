#include "cicada/host/pki/test_country.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/country.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

// 9303-12 §4.1 and appendix A. A CSCA certificate must outlive what its key signed in its last days; the DS certificate
// gives up the three months in which it signs, so that no card of it outlives the CSCA's word.
constexpr int kCscaYears = 15;
constexpr int kCscaKeyYears = 5;
constexpr int kDsKeyMonths = 3;
constexpr std::chrono::days kListDays{90};
constexpr std::size_t kSerialSize = 19;  ///< with the sign octet never more than 20

struct AlgorithmName {
  KeyAlgorithm algorithm;
  std::string_view name;
  std::optional<ossl::Curve> curve;
  std::size_t rsa_bits = 0;
};

constexpr std::array kAlgorithms = {
    AlgorithmName{KeyAlgorithm::ecdsa_p256, "ecdsa-p256", ossl::Curve::p256},
    AlgorithmName{KeyAlgorithm::ecdsa_p384, "ecdsa-p384", ossl::Curve::p384},
    AlgorithmName{KeyAlgorithm::ecdsa_brainpool_p256r1, "ecdsa-brainpoolP256r1", ossl::Curve::brainpool_p256r1},
    AlgorithmName{KeyAlgorithm::ecdsa_brainpool_p384r1, "ecdsa-brainpoolP384r1", ossl::Curve::brainpool_p384r1},
    AlgorithmName{KeyAlgorithm::rsa_2048, "rsa-2048", std::nullopt, 2048},
    AlgorithmName{KeyAlgorithm::rsa_3072, "rsa-3072", std::nullopt, 3072},
};

const AlgorithmName& entry_of(KeyAlgorithm algorithm) noexcept {
  return *std::ranges::find(kAlgorithms, algorithm, &AlgorithmName::algorithm);
}

base::Result<ossl::PrivateKey> generate(KeyAlgorithm algorithm) {
  const auto& entry = entry_of(algorithm);
  if (entry.curve) {
    CICADA_TRY(auto key, ossl::EcPrivateKey::generate(*entry.curve));
    return ossl::PrivateKey{std::move(key)};
  }
  CICADA_TRY(auto key, ossl::RsaPrivateKey::generate(entry.rsa_bits));
  return ossl::PrivateKey{std::move(key)};
}

base::Result<ossl::PrivateKey> copy_of(const ossl::PrivateKey& key) {
  CICADA_TRY(const auto pem, key.to_pem());
  return ossl::PrivateKey::from_pem(pem.expose());
}

/// The same time of day some months on; the last day of the month where the day does not exist.
base::Instant months_later(base::Instant from, int months) {
  const auto midnight = std::chrono::floor<std::chrono::days>(from);
  auto date = std::chrono::year_month_day{midnight} + std::chrono::months{months};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days{date} + (from - midnight);
}

base::Result<base::Bytes> random_serial(base::Rng& rng) {
  base::Bytes serial(kSerialSize);
  CICADA_CHECK(rng.fill(serial));
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7FU) | 0x40U);  // positive, and of one length
  return serial;
}

/// RFC 5280 §4.2.1.2, method 1: SHA-1 over the content of the BIT STRING. A name for the key, not a protection.
base::Result<base::Bytes> key_id_of(base::ByteView public_key_info) {
  CICADA_TRY(const auto info, asn1::parse_public_key_info(public_key_info));
  return ossl::hash(HashAlgorithm::sha1, info.key);
}

bool is_upper(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

base::Result<void> check_options(const TestCountryOptions& options) {
  if (!is_upper(options.country, 2, 2) || !is_upper(options.state, 1, 3)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "a country has two upper-case letters, an issuing State one to three",
                       .clause = "9303-12 §7.1.1.1",
                       .hint = "for example VN and VNM"});
  }
  if (!state_belongs_to_country(options.state, options.country)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the issuing State does not belong to the country",
                       .clause = "9303-3 §5",
                       .hint = "for example VN and VNM"});
  }
  const bool types_ok = !options.document_types.empty() &&
                        std::ranges::all_of(options.document_types, [](const auto& t) { return is_upper(t, 1, 2); });
  if (!types_ok) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "a document type has one or two upper-case letters",
                       .clause = "9303-12 §7.1.1.6"});
  }
  return {};
}

/// Names and addresses of the two authorities. `.test` never resolves (RFC 6761 §6.2).
struct Addresses {
  base::Bytes csca_name, ds_name;
  std::vector<asn1::GeneralName> csca_alternatives, ds_alternatives;
  std::vector<std::string> list_locations;
};

base::Result<base::Bytes> make_name(const TestCountryOptions& options, std::string common_name) {
  const std::array parts = {
      asn1::NamePart{.type = oids::kCountryName, .text = options.country},
      asn1::NamePart{.type = oids::kOrganizationName, .text = "Cicada test country"},
      asn1::NamePart{.type = oids::kCommonName, .text = std::move(common_name)},
  };
  return asn1::encode_name(parts);
}

base::Result<std::vector<asn1::GeneralName>> make_alternatives(const TestCountryOptions& options,
                                                               std::string_view contact) {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = options.state}};
  CICADA_TRY(const auto directory_name, asn1::encode_name(parts));
  CICADA_TRY(auto directory, asn1::GeneralName::of_directory(directory_name));
  std::vector<asn1::GeneralName> names;
  names.push_back(asn1::GeneralName::of(asn1::GeneralName::Kind::rfc822, contact));
  names.push_back(std::move(directory));
  return names;
}

base::Result<Addresses> make_addresses(const TestCountryOptions& options) {
  Addresses addresses;
  CICADA_TRY(addresses.csca_name, make_name(options, "TEST CSCA " + options.state));
  CICADA_TRY(addresses.ds_name, make_name(options, "TEST Document Signer " + options.state + " 1"));
  CICADA_TRY(addresses.csca_alternatives, make_alternatives(options, "csca@cicada.test"));
  CICADA_TRY(addresses.ds_alternatives, make_alternatives(options, "document-signer@cicada.test"));
  addresses.list_locations = {"http://crl.cicada.test/" + options.state + ".crl"};
  return addresses;
}

base::Result<asn1::Certificate> issue(asn1::TbsCertificate tbs, const Signer& issuer) {
  tbs.signature_algorithm = issuer.signature_algorithm();
  CICADA_TRY(const auto signed_part, asn1::encode_tbs_certificate(tbs));
  CICADA_TRY(const auto signature, issuer.sign(signed_part));
  return asn1::parse_certificate(asn1::encode_certificate(signed_part, tbs.signature_algorithm, signature));
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
      .validity = {.not_before = ceremony.now, .not_after = months_later(ceremony.now, 12 * kCscaYears)},
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
  return issue(std::move(tbs), ceremony.csca);
}

base::Result<asn1::Certificate> issue_ds(const Ceremony& ceremony, base::ByteView csca_key_id, const Signer& ds) {
  CICADA_TRY(auto public_key, ds.public_key_info(ceremony.options.ec_parameters));
  CICADA_TRY(const auto key_id, key_id_of(public_key));
  CICADA_TRY(auto serial, random_serial(ceremony.rng));
  CICADA_TRY(auto key_period, asn1::make_private_key_usage_period(
                                  {.not_before = ceremony.now, .not_after = months_later(ceremony.now, kDsKeyMonths)}));
  CICADA_TRY(auto document_types, asn1::make_document_type_list(ceremony.options.document_types));
  const auto& where = ceremony.addresses;
  asn1::TbsCertificate tbs{
      .serial = std::move(serial),
      .signature_algorithm = {},
      .issuer = where.csca_name,
      .validity = {.not_before = ceremony.now, .not_after = months_later(ceremony.now, 12 * kCscaYears - kDsKeyMonths)},
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
  return issue(std::move(tbs), ceremony.csca);
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

std::string_view to_string(KeyAlgorithm algorithm) noexcept {
  return entry_of(algorithm).name;
}

std::optional<KeyAlgorithm> key_algorithm_by_name(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kAlgorithms, name, &AlgorithmName::name);
  if (found == kAlgorithms.end()) return std::nullopt;
  return found->algorithm;
}

std::vector<std::string_view> key_algorithm_names() {
  std::vector<std::string_view> names;
  names.reserve(kAlgorithms.size());
  for (const auto& entry : kAlgorithms) names.push_back(entry.name);
  return names;
}

base::Result<TestCountry> create_test_country(const TestCountryOptions& options, base::Rng& rng,
                                              const base::Clock& clock) {
  CICADA_CHECK(check_options(options));
  CICADA_TRY(auto csca_key, generate(options.algorithm));
  CICADA_TRY(auto ds_key, generate(options.algorithm));
  CICADA_TRY(auto csca_key_copy, copy_of(csca_key));
  CICADA_TRY(auto ds_key_copy, copy_of(ds_key));
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
  CICADA_TRY(auto key, copy_of(country.ds_key));
  return DocumentSigner{.certificate = country.ds, .signer = Signer{std::move(key)}};
}

}  // namespace cicada::host::pki
