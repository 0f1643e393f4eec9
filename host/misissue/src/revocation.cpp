// Faults that a revocation list tells, and faults of the list (9303-12 §7.1.4).
#include "cicada/asn1/oids.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;

namespace {

constexpr auto kCheck = CheckName::revocation;
constexpr std::string_view kRevoked = "9303-12 §6.2";
constexpr std::string_view kProfile = "9303-12 §7.1.4";

void revoke(Scene& scene, const base::Bytes& serial) {
  age(scene.authority, scene.now);
  scene.authority.crl.revoked = {{.serial = serial, .revoked_at = scene.day(-20)}};
}

TrustMaterial without_lists(const Authority& authority) {
  auto material = authority.material();
  material.lists.clear();
  return material;
}

}  // namespace

std::vector<Fault> faults_of_the_revocation() {
  return {
      {"ds-revoked", "The CSCA has revoked the signer.", kRevoked, kCheck, kFailed,
       "the signer's certificate was revoked on", [](Scene& s) { revoke(s, s.authority.ds.serial); }, kOwnTrust},
      {"csca-revoked", "The CSCA has revoked itself.", kRevoked, kCheck, kFailed, "the CSCA's certificate was revoked",
       [](Scene& s) { revoke(s, s.authority.csca.serial); }, kOwnTrust},
      {"ds-revoked-on-an-older-list", "The signer is on an older list, and not on the newest.", kRevoked, kCheck,
       kFailed, "the signer's certificate was revoked",
       [](Scene& s) {
         age(s.authority, s.now);
         s.trust = [now = s.now](const Authority& authority) {
           auto old = authority.crl;
           old.this_update = now - std::chrono::days{100};
           old.next_update = now - std::chrono::days{10};
           old.revoked = {{.serial = authority.ds.serial, .revoked_at = now - std::chrono::days{101}}};
           auto material = authority.material();
           material.lists.push_back(issue(old, authority.csca_key));
           return material;
         };
       },
       kOwnTrust},
      {"list-signed-by-a-stranger", "Another key than the CSCA's signed the revocation list.", kProfile, kCheck,
       kFailed, "the signature of the revocation list is wrong",
       [](Scene& s) {
         renew_csca_key(s.authority, new_signer());
         s.trust = [](const Authority& authority) {
           auto material = without_lists(authority);
           material.lists.push_back(issue(authority.crl, new_signer()));
           return material;
         };
       },
       kOwnTrust},
      {"list-by-a-csca-that-may-not", "The CSCA's key is not for revocation lists.", kProfile, kCheck, kFailed,
       "may not sign revocation lists",
       [](Scene& s) { put(s.authority.csca.extensions, asn1::make_key_usage({asn1::KeyUsage::key_cert_sign})); },
       kOwnTrust},
      {"list-out-of-date", "The revocation list should have been followed by another ten days ago.", kProfile, kCheck,
       kOpen, "is out of date",
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.crl.this_update = s.day(-100);
         s.authority.crl.next_update = s.day(-10);
       },
       kOwnTrust},
      {"list-with-an-unknown-critical-extension", "The revocation list is for a part of the certificates only.",
       "RFC 5280 §5.2.5", kCheck, kOpen, "not understood",
       [](Scene& s) {
         put(s.authority.crl.extensions,
             {.oid = oids::kIssuingDistributionPoint, .critical = true, .value = {0x30, 0x00}});
       },
       kOwnTrust},
      {"list-missing", "The reader has no revocation list of the CSCA.", kRevoked, kCheck, kOpen, "no revocation list",
       [](Scene& s) { s.trust = without_lists; }, kOwnTrust},
  };
}

}  // namespace cicada::host::misissue
