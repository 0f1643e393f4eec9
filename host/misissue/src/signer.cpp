// Faults of the document signer's certificate (9303-12 §7.1.1).
#include <array>

#include "cicada/asn1/oids.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using asn1::KeyUsage;

namespace {

constexpr auto kCheck = CheckName::ds_path;
constexpr std::string_view kProfile = "9303-12 §7.1.1";
constexpr std::string_view kUsage = "9303-12 §7.1.1.3";
constexpr std::string_view kPath = "9303-12 §6.1.1";

Extensions& extensions(Scene& scene) {
  return scene.authority.ds.extensions;
}

void bring_self_signed(Scene& scene, bool in_the_name_of_the_csca) {
  bend(scene, [&authority = scene.authority, in_the_name_of_the_csca](SodRecipe& r) {
    auto tbs = authority.ds;
    if (in_the_name_of_the_csca) {
      tbs.subject = tbs.issuer;
    } else {
      tbs.issuer = tbs.subject;
    }
    bring(r, issue(tbs, authority.ds_key));
  });
}

/// The signed part names another algorithm than the certificate around it.
void name_two_algorithms(Scene& scene) {
  bend(scene, [&authority = scene.authority](SodRecipe& r) {
    auto tbs = authority.ds;
    const auto& used = authority.csca_key.signature_algorithm();
    tbs.signature_algorithm =
        algorithm(used.oid == oids::kEcdsaWithSha384 ? oids::kEcdsaWithSha256 : oids::kEcdsaWithSha384);
    const auto octets = must(asn1::encode_tbs_certificate(tbs));
    r.certificates = {asn1::encode_certificate(octets, used, must(authority.csca_key.sign(octets)))};
  });
}

std::vector<Fault> faults_of_its_origin() {
  return {
      {"ds-self-signed", "The signer vouches for itself.", kPath, kCheck, kFailed, "is self-signed",
       [](Scene& s) { bring_self_signed(s, false); }},
      {"ds-self-signed-in-the-name-of-the-csca", "The signer vouches for itself, under the CSCA's name.", kPath, kCheck,
       kFailed, "is self-signed", [](Scene& s) { bring_self_signed(s, true); }},
      {"ds-signed-by-a-stranger", "Another key than the CSCA's signed the signer's certificate.", kPath, kCheck,
       kFailed, "does not verify the signer's certificate",
       [](Scene& s) {
         bend(s, [&authority = s.authority](SodRecipe& r) {
           const auto stranger = new_signer_like(authority.csca_certificate().public_key);
           bring(r, issue(authority.ds, stranger));
         });
       }},
      {"ds-changed-after-signing", "The serial number in the signer's certificate was changed after it was signed.",
       kPath, kCheck, kFailed, "does not verify the signer's certificate",
       [](Scene& s) {
         bend(s, [&authority = s.authority](SodRecipe& r) {
           const auto whole = authority.ds_certificate();
           auto changed = whole.serial;
           changed.back() ^= 0x01;
           bring(r, must(asn1::parse_certificate(patched(whole.der, whole.serial, changed))));
         });
       }},
      {"ds-names-another-issuer", "The signer's certificate says that another CSCA issued it.", kPath, kCheck, kFailed,
       "has another name than the issuer", [](Scene& s) { s.authority.ds.issuer = name("VN", "Another CSCA"); }},
      {"ds-names-another-key", "The signer's certificate says that another key signed it, and it did.",
       "9303-12 §7.1.1.1", kCheck, kFailed, "with the named key identifier",
       [](Scene& s) {
         put(extensions(s), asn1::make_authority_key_identifier(base::Bytes(20, 0xAB)));
         bend(s, [&authority = s.authority](SodRecipe& r) { bring(r, issue(authority.ds, new_signer())); });
       }},
      {"ds-two-signature-algorithms", "The signer's certificate names two signature algorithms.", "RFC 5280 §4.1.1.2",
       kCheck, kFailed, "two different signature algorithms", name_two_algorithms},
  };
}

std::vector<Fault> faults_of_its_rights() {
  return {
      {"ds-is-a-ca", "The signer's certificate is that of a CA.", kProfile, kCheck, kFailed, "is a CA certificate",
       [](Scene& s) { put(extensions(s), asn1::make_basic_constraints({.ca = true, .path_length = 0})); }},
      {"ds-may-sign-certificates", "The signer may sign certificates too.", kProfile, kCheck, kFailed,
       "claims the right to sign certificates",
       [](Scene& s) {
         put(extensions(s), asn1::make_key_usage({KeyUsage::digital_signature, KeyUsage::key_cert_sign}));
       }},
      {"ds-not-for-signatures", "The signer's key is for encryption only.", kProfile, kCheck, kFailed,
       "is not for signatures",
       [](Scene& s) { put(extensions(s), asn1::make_key_usage({KeyUsage::key_encipherment})); }},
      {"ds-is-a-master-list-signer", "A signer of master lists signed the document.", kUsage, kCheck, kFailed,
       "for another purpose",
       [](Scene& s) { put(extensions(s), asn1::make_extended_key_usage(std::array{oids::kMasterListSigningKey})); }},
      {"ds-is-a-deviation-list-signer", "A signer of deviation lists signed the document.", kUsage, kCheck, kFailed,
       "for another purpose",
       [](Scene& s) { put(extensions(s), asn1::make_extended_key_usage(std::array{oids::kDeviationListSigningKey})); }},
      {"ds-for-another-purpose", "The signer's certificate is that of a web server.", kUsage, kCheck, kFailed,
       "for another purpose",
       [](Scene& s) {
         put_critical(extensions(s), asn1::make_extended_key_usage(std::array{asn1::Oid::of("1.3.6.1.5.5.7.3.1")}));
       }},
      {"ds-critical-extension-unknown", "The signer's certificate has a critical extension that nobody knows.",
       "RFC 5280 §4.2", kCheck, kFailed, "critical extension that is not understood",
       [](Scene& s) { put(extensions(s), unknown_extension()); }},
      {"ds-key-usage-broken", "What the signer's key is for cannot be read.", kProfile, kCheck, kFailed,
       "cannot be read", [](Scene& s) { put(extensions(s), broken_extension(oids::kKeyUsage)); }},
      {"ds-of-another-document-type", "The signer may sign other types of documents only.", "9303-12 §7.1.1.6", kCheck,
       kFailed, "may not sign documents of type",
       [](Scene& s) {
         const std::vector<std::string> types = {"XX"};
         put(extensions(s), must(asn1::make_document_type_list(types)));
       }},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_signer() {
  auto all = faults_of_its_origin();
  const auto rights = faults_of_its_rights();
  all.insert(all.end(), rights.begin(), rights.end());
  return all;
}

}  // namespace cicada::host::misissue
