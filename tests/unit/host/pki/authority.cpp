#include "authority.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace pki = host::pki;
namespace ossl = crypto::openssl;

namespace {
/// Test material that cannot be made is the test's own fault.
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

std::vector<asn1::GeneralName> alternatives(const std::string& state) {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = state}};
  std::vector<asn1::GeneralName> names;
  names.push_back(asn1::GeneralName::of(asn1::GeneralName::Kind::rfc822, "somebody@example.test"));
  names.push_back(must(asn1::GeneralName::of_directory(must(asn1::encode_name(parts)))));
  return names;
}

const std::vector<std::string> kListLocations = {"http://example.test/VNM.crl"};
}  // namespace

base::Instant today() {
  return std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12};
}

base::Instant days_from_today(int days) {
  return today() + std::chrono::days{days};
}

pki::Signer new_signer(pki::KeyAlgorithm algorithm) {
  switch (algorithm) {
    case pki::KeyAlgorithm::rsa_2048: return pki::Signer{ossl::PrivateKey{must(ossl::RsaPrivateKey::generate(2048))}};
    case pki::KeyAlgorithm::rsa_3072: return pki::Signer{ossl::PrivateKey{must(ossl::RsaPrivateKey::generate(3072))}};
    case pki::KeyAlgorithm::ecdsa_p384:
      return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ossl::Curve::p384))}};
    case pki::KeyAlgorithm::ecdsa_brainpool_p256r1:
      return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ossl::Curve::brainpool_p256r1))}};
    case pki::KeyAlgorithm::ecdsa_brainpool_p384r1:
      return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ossl::Curve::brainpool_p384r1))}};
    case pki::KeyAlgorithm::ecdsa_p256: break;
  }
  return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ossl::Curve::p256))}};
}

base::Bytes name(const std::string& country, const std::string& common_name) {
  std::vector<asn1::NamePart> parts;
  if (!country.empty()) parts.push_back({.type = oids::kCountryName, .text = country});
  parts.push_back({.type = oids::kCommonName, .text = common_name});
  return must(asn1::encode_name(parts));
}

base::Bytes key_id(const pki::Signer& signer) {
  const auto der = must(signer.public_key_info(pki::EcParameterForm::named_curve));
  return must(ossl::hash(ossl::HashAlgorithm::sha1, must(asn1::parse_public_key_info(der)).key));
}

Authority new_authority(pki::KeyAlgorithm algorithm, pki::EcParameterForm form) {
  Authority made{.csca_key = new_signer(algorithm), .ds_key = new_signer(algorithm), .csca = {}, .ds = {}, .crl = {}};
  const auto csca_name = name("VN", "CSCA");
  const auto csca_id = key_id(made.csca_key);
  const auto state = alternatives("VNM");
  made.csca = {.serial = {1},
               .signature_algorithm = {},
               .issuer = csca_name,
               .validity = {.not_before = days_from_today(-400), .not_after = days_from_today(5000)},
               .subject = csca_name,
               .public_key = must(made.csca_key.public_key_info(form)),
               .extensions = {}};
  auto& root = made.csca.extensions;
  root.push_back(asn1::make_subject_key_identifier(csca_id));
  root.push_back(asn1::make_key_usage({asn1::KeyUsage::key_cert_sign, asn1::KeyUsage::crl_sign}));
  root.push_back(must(
      asn1::make_private_key_usage_period({.not_before = days_from_today(-400), .not_after = days_from_today(1000)})));
  root.push_back(asn1::make_subject_alt_name(state));
  root.push_back(asn1::make_issuer_alt_name(state));
  root.push_back(asn1::make_basic_constraints({.ca = true, .path_length = 0}));
  root.push_back(asn1::make_crl_distribution_points(kListLocations));

  made.ds = {.serial = {0x12, 0x34},
             .signature_algorithm = {},
             .issuer = csca_name,
             .validity = {.not_before = days_from_today(-60), .not_after = days_from_today(4000)},
             .subject = name("VN", "Document Signer"),
             .public_key = must(made.ds_key.public_key_info(form)),
             .extensions = {}};
  auto& leaf = made.ds.extensions;
  leaf.push_back(asn1::make_authority_key_identifier(csca_id));
  leaf.push_back(asn1::make_subject_key_identifier(key_id(made.ds_key)));
  leaf.push_back(asn1::make_key_usage({asn1::KeyUsage::digital_signature}));
  leaf.push_back(must(
      asn1::make_private_key_usage_period({.not_before = days_from_today(-60), .not_after = days_from_today(30)})));
  leaf.push_back(asn1::make_subject_alt_name(state));
  leaf.push_back(asn1::make_issuer_alt_name(state));
  leaf.push_back(asn1::make_crl_distribution_points(kListLocations));
  const std::vector<std::string> types = {"ID"};
  leaf.push_back(must(asn1::make_document_type_list(types)));

  made.crl = {.signature_algorithm = {},
              .issuer = csca_name,
              .this_update = days_from_today(-10),
              .next_update = days_from_today(80),
              .revoked = {},
              .extensions = {asn1::make_authority_key_identifier(csca_id), asn1::make_crl_number(base::Bytes{7})}};
  return made;
}

asn1::Certificate Authority::csca_certificate() const {
  return issue(csca, csca_key);
}

asn1::Certificate Authority::ds_certificate() const {
  return issue(ds, csca_key);
}

asn1::CertificateList Authority::list() const {
  return issue(crl, csca_key);
}

pki::TrustStore Authority::trust() const {
  pki::TrustStore store;
  if (!store.add(csca_certificate()) || !store.add(list())) throw std::runtime_error("no trust store");
  return store;
}

asn1::Certificate issue(asn1::TbsCertificate tbs, const pki::Signer& issuer) {
  tbs.signature_algorithm = issuer.signature_algorithm();
  return issue_octets(must(asn1::encode_tbs_certificate(tbs)), issuer);
}

asn1::Certificate issue_octets(const base::Bytes& tbs, const pki::Signer& issuer) {
  return must(
      asn1::parse_certificate(asn1::encode_certificate(tbs, issuer.signature_algorithm(), must(issuer.sign(tbs)))));
}

asn1::CertificateList issue(asn1::TbsCertificateList tbs, const pki::Signer& issuer) {
  tbs.signature_algorithm = issuer.signature_algorithm();
  const auto octets = must(asn1::encode_tbs_certificate_list(tbs));
  return must(asn1::parse_certificate_list(
      asn1::encode_certificate_list(octets, tbs.signature_algorithm, must(issuer.sign(octets)))));
}

void put(std::vector<asn1::Extension>& extensions, asn1::Extension extension) {
  for (auto& one : extensions) {
    if (one.oid == extension.oid) {
      one = std::move(extension);
      return;
    }
  }
  extensions.push_back(std::move(extension));
}

void drop(std::vector<asn1::Extension>& extensions, const asn1::Oid& oid) {
  std::erase_if(extensions, [&](const auto& one) { return one.oid == oid; });
}

base::Bytes patched(base::Bytes octets, base::ByteView needle, base::ByteView replacement) {
  const auto found = std::ranges::search(octets, needle);
  if (found.empty() || needle.size() != replacement.size()) throw std::runtime_error("nothing to patch");
  const auto at = found.begin() - octets.begin();
  if (!std::ranges::search(base::ByteView{octets}.subspan(static_cast<std::size_t>(at) + 1), needle).empty()) {
    throw std::runtime_error("more than one place to patch");
  }
  std::ranges::copy(replacement, octets.begin() + at);
  return octets;
}

void TemporaryFolder::write(const std::string& file, base::ByteView content) const {
  std::ofstream out{folder_ / file, std::ios::binary};
  const auto text = base::as_text(content);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (file.ends_with(".key")) std::filesystem::permissions(folder_ / file, std::filesystem::perms{0600});
}

void TemporaryFolder::write(const std::string& file, const std::string& content) const {
  write(file, base::as_bytes(content));
}

}  // namespace cicada::tests
