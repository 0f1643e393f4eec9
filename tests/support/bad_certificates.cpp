// Certificates, their times, revocation and countries.
#include "bad_documents.h"

#include <array>
#include <memory>
#include <stdexcept>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec.h"

namespace cicada::tests {

std::vector<BadDocument> bad_certificates();

namespace oids = asn1::oids;
namespace pki = host::pki;
using base::Bytes;
using host::auth::CheckName;
using host::auth::CheckResult;

namespace {

constexpr auto kFailed = CheckResult::failed;
constexpr auto kOpen = CheckResult::not_checked;

void bend(Scene& scene, std::function<void(SodRecipe&)> change) {
  scene.bend = std::move(change);
}

void critical(std::vector<asn1::Extension>& extensions, asn1::Extension extension) {
  extension.critical = true;
  put(extensions, std::move(extension));
}

asn1::Extension state_of(const std::string& state) {
  const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = state}};
  const std::array names = {*asn1::GeneralName::of_directory(*asn1::encode_name(parts))};
  return asn1::make_subject_alt_name(names);
}

/// A store with the CSCA and these lists.
auto with_lists(std::function<std::vector<asn1::CertificateList>(const Authority&)> lists) {
  return [lists = std::move(lists)](const Authority& authority) {
    pki::TrustStore store;
    if (!store.add(authority.csca_certificate())) throw std::runtime_error("no CSCA");
    for (auto& list : lists(authority)) {
      if (!store.add(std::move(list))) throw std::runtime_error("no list");
    }
    return store;
  };
}

void revoke(Scene& scene, const Bytes& serial) {
  scene.document.authority.crl.revoked = {{.serial = serial, .revoked_at = days_from_today(-20)}};
}

std::vector<BadDocument> of_the_signer() {
  const auto check = CheckName::ds_path;
  using asn1::KeyUsage;
  return {
      {"ds-self-signed", check, kFailed, "is self-signed",
       [](Scene& s) {
         auto& authority = s.document.authority;
         bend(s, [&authority](SodRecipe& r) {
           auto tbs = authority.ds;
           tbs.issuer = tbs.subject;
           const auto own = issue(tbs, authority.ds_key);
           r.certificates = {own.der};
           r.signer_id = issuer_and_serial(own);
         });
       }},
      {"ds-self-signed-in-the-name-of-the-csca", check, kFailed, "is self-signed",
       [](Scene& s) {
         auto& authority = s.document.authority;
         bend(s, [&authority](SodRecipe& r) {
           auto tbs = authority.ds;
           tbs.subject = tbs.issuer;
           const auto own = issue(tbs, authority.ds_key);
           r.certificates = {own.der};
           r.signer_id = issuer_and_serial(own);
         });
       }},
      {"ds-signed-by-a-stranger", check, kFailed, "does not verify the signer's certificate",
       [](Scene& s) {
         auto& authority = s.document.authority;
         bend(s, [&authority](SodRecipe& r) { r.certificates = {issue(authority.ds, new_signer()).der}; });
       }},
      {"ds-changed-after-signing", check, kFailed, "does not verify the signer's certificate",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.certificates[0] =
               patched(r.certificates[0], base::as_bytes("Document Signer"), base::as_bytes("Dokument Signer"));
         });
       }},
      {"ds-is-a-ca", check, kFailed, "is a CA certificate",
       [](Scene& s) {
         put(s.document.authority.ds.extensions, asn1::make_basic_constraints({.ca = true, .path_length = 0}));
       }},
      {"ds-may-sign-certificates", check, kFailed, "claims the right to sign certificates",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             asn1::make_key_usage({KeyUsage::digital_signature, KeyUsage::key_cert_sign}));
       }},
      {"ds-not-for-signatures", check, kFailed, "is not for signatures",
       [](Scene& s) { put(s.document.authority.ds.extensions, asn1::make_key_usage({KeyUsage::key_encipherment})); }},
      {"ds-is-a-master-list-signer", check, kFailed, "for another purpose",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             asn1::make_extended_key_usage(std::array{oids::kMasterListSigningKey}));
       }},
      {"ds-is-a-deviation-list-signer", check, kFailed, "for another purpose",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             asn1::make_extended_key_usage(std::array{oids::kDeviationListSigningKey}));
       }},
      {"ds-for-another-purpose", check, kFailed, "for another purpose",
       [](Scene& s) {
         critical(s.document.authority.ds.extensions,
                  asn1::make_extended_key_usage(std::array{asn1::Oid::of("1.3.6.1.5.5.7.3.1")}));
       }},
      {"ds-critical-extension-unknown", check, kFailed, "critical extension that is not understood",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             {.oid = asn1::Oid::of("1.2.3.4"), .critical = true, .value = {0x05, 0x00}});
       }},
      {"ds-key-usage-broken", check, kFailed, "cannot be read",
       [](Scene& s) {
         put(s.document.authority.ds.extensions, {.oid = oids::kKeyUsage, .critical = true, .value = {0x05, 0x00}});
       }},
      {"ds-names-another-issuer", check, kFailed, "has another name than the issuer",
       [](Scene& s) { s.document.authority.ds.issuer = name("VN", "Another CSCA"); }},
      {"ds-names-another-key", check, kFailed, "with the named key identifier",
       [](Scene& s) {
         auto& authority = s.document.authority;
         put(authority.ds.extensions, asn1::make_authority_key_identifier(Bytes(20, 0xAB)));
         bend(s, [&authority](SodRecipe& r) { r.certificates = {issue(authority.ds, new_signer()).der}; });
       }},
      {"ds-two-signature-algorithms", check, kFailed, "two different signature algorithms",
       [](Scene& s) {
         auto& authority = s.document.authority;
         bend(s, [&authority](SodRecipe& r) {
           auto tbs = authority.ds;
           tbs.signature_algorithm = algorithm(oids::kEcdsaWithSha384);
           const auto octets = *asn1::encode_tbs_certificate(tbs);
           r.certificates = {
               asn1::encode_certificate(octets, algorithm(oids::kEcdsaWithSha256), *authority.csca_key.sign(octets))};
         });
       }},
      {"ds-of-another-document-type", check, kFailed, "may not sign documents of type ID",
       [](Scene& s) {
         const std::vector<std::string> types = {"P"};
         put(s.document.authority.ds.extensions, *asn1::make_document_type_list(types));
       }},
  };
}

std::vector<BadDocument> of_the_csca() {
  const auto check = CheckName::ds_path;
  using asn1::KeyUsage;
  return {
      {"csca-not-in-the-store", check, kFailed, "no CSCA",
       [](Scene& s) {
         s.trust = [](const Authority&) {
           auto other = new_authority();
           other.csca.issuer = other.csca.subject = name("VN", "Somebody else");
           return other.trust();
         };
       }},
      {"store-empty", check, kFailed, "no CSCA",
       [](Scene& s) { s.trust = [](const Authority&) { return pki::TrustStore{}; }; }},
      {"csca-only-in-the-document", check, kFailed, "came with the document itself",
       [](Scene& s) {
         s.trust = [](const Authority&) { return pki::TrustStore{}; };
         const auto own = s.document.authority.csca_certificate().der;
         bend(s, [own](SodRecipe& r) { r.certificates.push_back(own); });
       }},
      {"csca-of-the-same-name", check, kFailed, "with the named key identifier",
       [](Scene& s) { s.trust = [](const Authority&) { return new_authority().trust(); }; }},
      {"csca-is-no-ca", check, kFailed, "not as a CA",
       [](Scene& s) {
         put(s.document.authority.csca.extensions, asn1::make_basic_constraints({.ca = false, .path_length = {}}));
       }},
      {"csca-may-not-sign-certificates", check, kFailed, "may not sign certificates",
       [](Scene& s) { put(s.document.authority.csca.extensions, asn1::make_key_usage({KeyUsage::crl_sign})); }},
      {"csca-critical-extension-unknown", check, kFailed, "critical extension that is not understood",
       [](Scene& s) {
         put(s.document.authority.csca.extensions,
             {.oid = asn1::Oid::of("1.2.3.4"), .critical = true, .value = {0x05, 0x00}});
       }},
      {"csca-with-name-constraints", check, kFailed, "not understood: 2.5.29.30",
       [](Scene& s) {
         put(s.document.authority.csca.extensions,
             {.oid = oids::kNameConstraints, .critical = true, .value = {0x30, 0x00}});
       }},
      {"csca-key-on-a-forged-curve", check, kFailed, "not those of a known curve",
       [](Scene& s) {
         const auto& p256 = crypto::openssl::curve_parameters(crypto::openssl::Curve::p256);
         const auto point = asn1::parse_public_key_info(s.document.authority.csca.public_key)->key;
         s.document.authority.csca.public_key = asn1::encode_ec_public_key_info(
             asn1::EcDomainParameters{
                 .p = p256.p, .a = p256.a, .b = p256.b, .generator = point, .order = p256.order, .cofactor = 1},
             point);
       }},
      {"ds-issued-by-another-ds", check, kFailed, "came with the document itself",
       [](Scene& s) {
         // A document signer plays CA for a signer of its own making.
         auto& authority = s.document.authority;
         const auto rogue = std::make_shared<pki::Signer>(new_signer());
         bend(s, [&authority, rogue](SodRecipe& r) {
           auto tbs = authority.ds;
           tbs.issuer = authority.ds.subject;
           tbs.subject = name("VN", "Rogue");
           tbs.public_key = *rogue->public_key_info(pki::EcParameterForm::explicit_parameters);
           drop(tbs.extensions, oids::kAuthorityKeyIdentifier);
           const auto leaf = issue(tbs, authority.ds_key);
           r.certificates = {leaf.der, authority.ds_certificate().der};
           r.signer_id = issuer_and_serial(leaf);
           r.sign = [rogue](base::ByteView octets) { return *rogue->sign(octets); };
         });
       }},
      {"ds-issued-by-a-sub-ca", check, kFailed, "came with the document itself",
       [](Scene& s) {
         // The CSCA has signed a CA of another name: pathLenConstraint is 0, and it is no link certificate.
         auto& authority = s.document.authority;
         const auto sub = std::make_shared<pki::Signer>(new_signer());
         bend(s, [&authority, sub](SodRecipe& r) {
           auto ca = authority.csca;
           ca.subject = name("VN", "Sub-CA");
           ca.public_key = *sub->public_key_info(pki::EcParameterForm::explicit_parameters);
           put(ca.extensions, asn1::make_subject_key_identifier(key_id(*sub)));
           auto tbs = authority.ds;
           tbs.issuer = ca.subject;
           put(tbs.extensions, asn1::make_authority_key_identifier(key_id(*sub)));
           const auto leaf = issue(tbs, *sub);
           r.certificates = {leaf.der, issue(ca, authority.csca_key).der};
           r.signer_id = issuer_and_serial(leaf);
         });
       }},
      {"link-signed-by-a-stranger", check, kFailed, "with the named key identifier",
       [](Scene& s) {
         auto& authority = s.document.authority;
         const auto fresh = std::make_shared<pki::Signer>(new_signer());
         bend(s, [&authority, fresh](SodRecipe& r) {
           auto link = authority.csca;
           link.public_key = *fresh->public_key_info(pki::EcParameterForm::explicit_parameters);
           put(link.extensions, asn1::make_subject_key_identifier(key_id(*fresh)));
           auto tbs = authority.ds;
           put(tbs.extensions, asn1::make_authority_key_identifier(key_id(*fresh)));
           const auto leaf = issue(tbs, *fresh);
           r.certificates = {leaf.der, issue(link, new_signer()).der};
           r.signer_id = issuer_and_serial(leaf);
         });
       }},
  };
}

std::vector<BadDocument> of_the_times() {
  const auto check = CheckName::ds_validity;
  return {
      {"ds-not-yet-valid", check, kFailed, "is not valid before",
       [](Scene& s) { s.document.authority.ds.validity.not_before = days_from_today(10); }},
      {"ds-expired", check, kFailed, "the signer's certificate expired on",
       [](Scene& s) { s.document.authority.ds.validity.not_after = days_from_today(-1); }},
      {"signed-before-the-ds", check, kFailed, "when the signer's certificate was not valid",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signing_time = days_from_today(-90); }); }},
      {"signed-outside-the-key-period", check, kFailed, "outside the private key usage period of the signer",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             *asn1::make_private_key_usage_period(
                 {.not_before = days_from_today(-60), .not_after = days_from_today(-30)}));
       }},
      {"signed-in-the-future", check, kFailed, "which is still to come",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signing_time = days_from_today(3); }); }},
      {"key-period-in-the-future", check, kFailed, "which is still to come",
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             *asn1::make_private_key_usage_period(
                 {.not_before = days_from_today(5), .not_after = days_from_today(30)}));
         bend(s, [](SodRecipe& r) { r.signing_time.reset(); });
       }},
      {"csca-not-yet-valid", check, kFailed, "the CSCA certificate is not valid before",
       [](Scene& s) { s.document.authority.csca.validity.not_before = days_from_today(1); }},
      {"ds-begins-before-the-csca", check, kFailed, "when the CSCA certificate was not valid",
       [](Scene& s) { s.document.authority.csca.validity.not_before = days_from_today(-50); }},
      {"ds-begins-after-the-csca-ended", check, kFailed, "when the CSCA certificate was not valid",
       [](Scene& s) { s.document.authority.csca.validity.not_after = days_from_today(-70); }},
      {"ds-begins-outside-the-key-period-of-the-csca", check, kFailed,
       "outside the private key usage period of the CSCA",
       [](Scene& s) {
         put(s.document.authority.csca.extensions,
             *asn1::make_private_key_usage_period(
                 {.not_before = days_from_today(-400), .not_after = days_from_today(-100)}));
       }},
  };
}

std::vector<BadDocument> of_the_revocation() {
  const auto check = CheckName::revocation;
  return {
      {"ds-revoked", check, kFailed, "the signer's certificate was revoked on 2026-02-09",
       [](Scene& s) { revoke(s, s.document.authority.ds.serial); }},
      {"csca-revoked", check, kFailed, "the CSCA's certificate was revoked",
       [](Scene& s) { revoke(s, s.document.authority.csca.serial); }},
      {"ds-revoked-on-an-older-list", check, kFailed, "the signer's certificate was revoked",
       [](Scene& s) {
         s.trust = with_lists([](const Authority& authority) {
           auto old = authority.crl;
           old.this_update = days_from_today(-100);
           old.next_update = days_from_today(-10);
           old.revoked = {{.serial = authority.ds.serial, .revoked_at = days_from_today(-101)}};
           std::vector<asn1::CertificateList> lists;
           lists.push_back(authority.list());
           lists.push_back(issue(old, authority.csca_key));
           return lists;
         });
       }},
      {"list-signed-by-a-stranger", check, kFailed, "the signature of the revocation list is wrong",
       [](Scene& s) {
         s.trust = with_lists([](const Authority& authority) {
           std::vector<asn1::CertificateList> lists;
           lists.push_back(issue(authority.crl, new_signer()));
           return lists;
         });
       }},
      {"list-by-a-csca-that-may-not", check, kFailed, "may not sign revocation lists",
       [](Scene& s) {
         put(s.document.authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::key_cert_sign}));
       }},
      {"list-out-of-date", check, kOpen, "is out of date",
       [](Scene& s) {
         s.document.authority.crl.this_update = days_from_today(-100);
         s.document.authority.crl.next_update = days_from_today(-10);
       }},
      {"list-with-an-unknown-critical-extension", check, kOpen, "not understood",
       [](Scene& s) {
         put(s.document.authority.crl.extensions,
             {.oid = oids::kIssuingDistributionPoint, .critical = true, .value = {0x30, 0x00}});
       }},
      {"list-missing", check, kOpen, "no revocation list",
       [](Scene& s) { s.trust = with_lists([](const Authority&) { return std::vector<asn1::CertificateList>{}; }); }},
  };
}

std::vector<BadDocument> of_the_country() {
  const auto check = CheckName::country;
  return {
      {"signer-of-another-country", check, kFailed, "the signer is of country LA, its CSCA of country VN",
       [](Scene& s) { s.document.authority.ds.subject = name("LA", "Document Signer"); }},
      {"csca-of-another-country-than-the-document", check, kFailed, "the document is from VNM, but",
       [](Scene& s) {
         auto& authority = s.document.authority;
         authority.csca.issuer = authority.csca.subject = authority.ds.issuer = name("LA", "CSCA");
         authority.ds.subject = name("LA", "Document Signer");
         for (auto* tbs : {&authority.csca, &authority.ds}) put(tbs->extensions, state_of("LAO"));
         authority.crl.issuer = authority.csca.subject;
       }},
      {"signer-for-another-state", check, kFailed, "the signer is for LAO, its CSCA for VNM",
       [](Scene& s) { put(s.document.authority.ds.extensions, state_of("LAO")); }},
      {"both-for-another-state", check, kFailed, "is for LAO",
       [](Scene& s) {
         put(s.document.authority.ds.extensions, state_of("LAO"));
         put(s.document.authority.csca.extensions, state_of("LAO"));
       }},
  };
}

}  // namespace

std::vector<BadDocument> bad_certificates() {
  std::vector<BadDocument> all;
  for (auto part : {of_the_signer(), of_the_csca(), of_the_times(), of_the_revocation(), of_the_country()}) {
    for (auto& one : part) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace cicada::tests
