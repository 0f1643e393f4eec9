#include "ceremony.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/country.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

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

bool is_upper(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

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

base::Result<ossl::PrivateKey> generate_key(KeyAlgorithm algorithm) {
  const auto& entry = entry_of(algorithm);
  if (entry.curve) {
    CICADA_TRY(auto key, ossl::EcPrivateKey::generate(*entry.curve));
    return ossl::PrivateKey{std::move(key)};
  }
  CICADA_TRY(auto key, ossl::RsaPrivateKey::generate(entry.rsa_bits));
  return ossl::PrivateKey{std::move(key)};
}

base::Result<ossl::PrivateKey> copy_of_key(const ossl::PrivateKey& key) {
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

base::Result<base::Bytes> make_name(std::string_view country, std::string common_name) {
  const std::array parts = {
      asn1::NamePart{.type = oids::kCountryName, .text = std::string{country}},
      asn1::NamePart{.type = oids::kOrganizationName, .text = "Cicada test country"},
      asn1::NamePart{.type = oids::kCommonName, .text = std::move(common_name)},
  };
  return asn1::encode_name(parts);
}

base::Result<std::vector<asn1::GeneralName>> make_alternatives(std::string_view state, std::string_view contact) {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = std::string{state}}};
  CICADA_TRY(const auto directory_name, asn1::encode_name(parts));
  CICADA_TRY(auto directory, asn1::GeneralName::of_directory(directory_name));
  std::vector<asn1::GeneralName> names;
  names.push_back(asn1::GeneralName::of(asn1::GeneralName::Kind::rfc822, contact));
  names.push_back(std::move(directory));
  return names;
}

base::Result<asn1::Certificate> issue_certificate(asn1::TbsCertificate tbs, const Signer& issuer) {
  tbs.signature_algorithm = issuer.signature_algorithm();
  CICADA_TRY(const auto signed_part, asn1::encode_tbs_certificate(tbs));
  CICADA_TRY(const auto signature, issuer.sign(signed_part));
  return asn1::parse_certificate(asn1::encode_certificate(signed_part, tbs.signature_algorithm, signature));
}

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

}  // namespace cicada::host::pki
