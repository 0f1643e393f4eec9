#include "cicada/host/misissue/authority.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

constexpr int kCscaAge = 400;  ///< days; a signer of this age has been replaced four times
constexpr int kDsAge = 60;
constexpr int kListAge = 10;

base::Instant days(base::Instant from, int count) {
  return from + std::chrono::days{count};
}

[[noreturn]] void fail(base::Literal what) {
  throw Failure{{.fault = base::Fault::bad_input, .what = what}};
}

asn1::Extension key_period(base::Instant from, base::Instant until) {
  return must(asn1::make_private_key_usage_period({.not_before = from, .not_after = until}));
}

pki::Signer copy_of(const ossl::PrivateKey& key) {
  const auto pem = must(key.to_pem());
  return pki::Signer{must(ossl::PrivateKey::from_pem(pem.expose()))};
}

asn1::TbsCertificate content_of(const asn1::Certificate& certificate) {
  return {.serial = base::to_bytes(asn1::trim_unsigned(certificate.serial)),
          .signature_algorithm = {},
          .issuer = certificate.issuer.der,
          .validity = certificate.validity,
          .subject = certificate.subject.der,
          .public_key = certificate.public_key.der,
          .extensions = certificate.extensions};
}

/// What a key leaves in its own certificate. The form of the parameters stays.
void set_key(asn1::TbsCertificate& tbs, const pki::Signer& key) {
  const auto before = pki::PublicKey::create(must(asn1::parse_public_key_info(tbs.public_key)));
  const bool named = before && before->names_its_curve();
  tbs.public_key =
      must(key.public_key_info(named ? pki::EcParameterForm::named_curve : pki::EcParameterForm::explicit_parameters));
  put(tbs.extensions, asn1::make_subject_key_identifier(key_id(key)));
}

const std::vector<std::string> kListLocations = {"http://example.test/VNM.crl"};

}  // namespace

void must(const base::Result<void>& result) {
  if (!result) throw Failure{result.error()};
}

pki::TrustStore TrustMaterial::store() const {
  pki::TrustStore store;
  for (const auto& certificate : certificates) must(store.add(asn1::Certificate{certificate}));
  for (const auto& list : lists) must(store.add(asn1::CertificateList{list}));
  return store;
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

TrustMaterial Authority::material() const {
  TrustMaterial material;
  material.certificates.push_back(csca_certificate());
  material.lists.push_back(list());
  return material;
}

Authority new_authority(base::Instant now, pki::KeyAlgorithm kind, pki::EcParameterForm form) {
  Authority made{.csca_key = new_signer(kind), .ds_key = new_signer(kind), .csca = {}, .ds = {}, .crl = {}};
  const auto csca_name = name("VN", "CSCA");
  const auto csca_id = key_id(made.csca_key);
  const auto state = alternatives("VNM");
  made.csca.serial = {1};
  made.csca.issuer = made.csca.subject = made.ds.issuer = made.crl.issuer = csca_name;
  made.csca.public_key = must(made.csca_key.public_key_info(form));
  auto& root = made.csca.extensions;
  root.push_back(asn1::make_subject_key_identifier(csca_id));
  root.push_back(asn1::make_key_usage({asn1::KeyUsage::key_cert_sign, asn1::KeyUsage::crl_sign}));
  root.push_back(key_period(now, now));  // see age()
  root.push_back(asn1::make_subject_alt_name(state));
  root.push_back(asn1::make_issuer_alt_name(state));
  root.push_back(asn1::make_basic_constraints({.ca = true, .path_length = 0}));
  root.push_back(asn1::make_crl_distribution_points(kListLocations));

  made.ds.serial = {0x12, 0x34};
  made.ds.subject = name("VN", "Document Signer");
  made.ds.public_key = must(made.ds_key.public_key_info(form));
  auto& leaf = made.ds.extensions;
  leaf.push_back(asn1::make_authority_key_identifier(csca_id));
  leaf.push_back(asn1::make_subject_key_identifier(key_id(made.ds_key)));
  leaf.push_back(asn1::make_key_usage({asn1::KeyUsage::digital_signature}));
  leaf.push_back(key_period(now, now));
  leaf.push_back(asn1::make_subject_alt_name(state));
  leaf.push_back(asn1::make_issuer_alt_name(state));
  leaf.push_back(asn1::make_crl_distribution_points(kListLocations));
  const std::vector<std::string> types = {"ID"};
  leaf.push_back(must(asn1::make_document_type_list(types)));

  made.crl.extensions = {asn1::make_authority_key_identifier(csca_id), asn1::make_crl_number(base::Bytes{7})};
  age(made, now);
  return made;
}

Authority authority_of(const pki::TestCountry& country) {
  return {.csca_key = copy_of(country.csca_key),
          .ds_key = copy_of(country.ds_key),
          .csca = content_of(country.csca),
          .ds = content_of(country.ds),
          .crl = {.signature_algorithm = {},
                  .issuer = country.crl.issuer.der,
                  .this_update = country.crl.this_update,
                  .next_update = country.crl.next_update.value_or(days(country.crl.this_update, 90)),
                  .revoked = country.crl.revoked,
                  .extensions = country.crl.extensions}};
}

void age(Authority& authority, base::Instant now) {
  authority.csca.validity = {.not_before = days(now, -kCscaAge), .not_after = days(now, 5000)};
  put(authority.csca.extensions, key_period(days(now, -kCscaAge), days(now, 1000)));
  authority.ds.validity = {.not_before = days(now, -kDsAge), .not_after = days(now, 4000)};
  put(authority.ds.extensions, key_period(days(now, -kDsAge), days(now, 30)));
  authority.crl.this_update = days(now, -kListAge);
  authority.crl.next_update = days(now, 80);
}

void renew_ds_key(Authority& authority, pki::Signer key) {
  set_key(authority.ds, key);
  authority.ds_key = std::move(key);
}

void renew_csca_key(Authority& authority, pki::Signer key) {
  set_key(authority.csca, key);
  const auto id = asn1::make_authority_key_identifier(key_id(key));
  if (asn1::find_extension(authority.csca.extensions, oids::kAuthorityKeyIdentifier) != nullptr) {
    put(authority.csca.extensions, id);
  }
  put(authority.ds.extensions, id);
  put(authority.crl.extensions, id);
  authority.csca_key = std::move(key);
}

pki::Signer new_signer(pki::KeyAlgorithm kind) {
  return pki::Signer{must(pki::generate_key(kind))};
}

pki::Signer new_signer_like(const asn1::SubjectPublicKeyInfo& info) {
  const auto key = must(pki::PublicKey::create(info));
  if (const auto* ec = key.ec()) return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ec->curve()))}};
  const auto octets = must(asn1::parse_rsa_public_key(info)).modulus.size();
  return pki::Signer{ossl::PrivateKey{must(ossl::RsaPrivateKey::generate(8 * octets))}};
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
  const auto found = std::ranges::find(extensions, extension.oid, &asn1::Extension::oid);
  if (found != extensions.end()) {
    *found = std::move(extension);
  } else {
    extensions.push_back(std::move(extension));
  }
}

void drop(std::vector<asn1::Extension>& extensions, const asn1::Oid& oid) {
  std::erase_if(extensions, [&](const auto& one) { return one.oid == oid; });
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

std::vector<asn1::GeneralName> alternatives(const std::string& state) {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = state}};
  std::vector<asn1::GeneralName> names;
  names.push_back(asn1::GeneralName::of(asn1::GeneralName::Kind::rfc822, "somebody@example.test"));
  names.push_back(must(asn1::GeneralName::of_directory(must(asn1::encode_name(parts)))));
  return names;
}

base::Bytes patched(base::Bytes octets, base::ByteView needle, base::ByteView replacement) {
  const auto found = std::ranges::search(octets, needle);
  if (found.empty() || needle.size() != replacement.size()) fail("there is nothing to patch");
  const auto at = found.begin() - octets.begin();
  if (!std::ranges::search(base::ByteView{octets}.subspan(static_cast<std::size_t>(at) + 1), needle).empty()) {
    fail("there is more than one place to patch");
  }
  std::ranges::copy(replacement, octets.begin() + at);
  return octets;
}

}  // namespace cicada::host::misissue
