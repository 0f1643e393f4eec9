// Faults of the CSCA, or of what the reader has of it: all come with trust material of their own.
#include "cicada/asn1/oids.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using asn1::KeyUsage;

namespace {

constexpr auto kCheck = CheckName::ds_path;
constexpr std::string_view kProfile = "9303-12 §7.1.1";
constexpr std::string_view kPath = "9303-12 §6.1.1";

/// The material of a CSCA of this name, new.
TrustMaterial strangers(const Authority& authority, const base::Bytes& called) {
  auto other = new_authority(authority.csca.validity.not_before);
  other.csca.validity = authority.csca.validity;
  other.csca.issuer = other.csca.subject = other.crl.issuer = called;
  return other.material();
}

TrustMaterial of_somebody_else(const Authority& authority) {
  return strangers(authority, name("VN", "Somebody else"));
}

}  // namespace

std::vector<Fault> faults_of_the_csca() {
  return {
      {"csca-not-trusted", "The reader has the CSCA of somebody else.", kPath, kCheck, kFailed, "no CSCA",
       [](Scene& s) { s.trust = of_somebody_else; }, kOwnTrust},
      {"csca-of-the-same-name", "The reader has a CSCA of the same name with another key.", kPath, kCheck, kFailed,
       "with the named key identifier",
       [](Scene& s) {
         s.trust = [](const Authority& authority) { return strangers(authority, authority.csca.subject); };
       },
       kOwnTrust},
      {"csca-only-in-the-document", "The document brings its CSCA along; the reader has that of somebody else.", kPath,
       kCheck, kFailed, "came with the document itself",
       [](Scene& s) {
         s.trust = of_somebody_else;
         bend(s, [own = s.authority.csca_certificate().der](SodRecipe& r) { r.certificates.push_back(own); });
       },
       kOwnTrust},
      {"csca-may-not-sign-certificates", "The CSCA's key is for revocation lists only.", kProfile, kCheck, kFailed,
       "may not sign certificates",
       [](Scene& s) { put(s.authority.csca.extensions, asn1::make_key_usage({KeyUsage::crl_sign})); }, kOwnTrust},
      {"csca-critical-extension-unknown", "The CSCA certificate has a critical extension that nobody knows.",
       "RFC 5280 §4.2", kCheck, kFailed, "critical extension that is not understood",
       [](Scene& s) { put(s.authority.csca.extensions, unknown_extension()); }, kOwnTrust},
      {"csca-with-name-constraints", "The CSCA certificate has critical name constraints.", kProfile, kCheck, kFailed,
       "not understood: 2.5.29.30",
       [](Scene& s) {
         put(s.authority.csca.extensions, {.oid = oids::kNameConstraints, .critical = true, .value = {0x30, 0x00}});
       },
       kOwnTrust},
      {"csca-key-on-a-forged-curve", "The CSCA's key names a known curve with another generator (CVE-2020-0601).",
       "9303-12 §4.1.6.3", kCheck, kFailed, "not those of a known curve",
       [](Scene& s) {
         renew_csca_key(s.authority, new_signer());
         s.authority.csca.public_key = on_a_forged_curve(s.authority.csca.public_key);
       },
       kOwnTrust},
  };
}

}  // namespace cicada::host::misissue
