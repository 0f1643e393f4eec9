// What documents of the field do and readers put up with: the check passes and names the deviation; strict ones refuse.
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/deviation.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
namespace deviation = pki::deviation;
namespace ossl = crypto::openssl;

namespace {

constexpr auto kPath = CheckName::ds_path;
constexpr std::string_view kProfile = "9303-12 §7.1.1";

pki::Signer weak_signer() {
  return pki::Signer{ossl::PrivateKey{must(ossl::EcPrivateKey::generate(ossl::Curve::p192))}};
}

asn1::Extension not_critical(asn1::Extension extension) {
  extension.critical = false;
  return extension;
}

}  // namespace

std::vector<Fault> tolerated_faults() {
  return {
      {"ds-key-weak", "The signer's key is on a curve of 192 bits.", "9303-12 §4.1.6.3", kPath, kTolerated,
       deviation::kWeakKey, [](Scene& s) { renew_ds_key(s.authority, weak_signer()); }},
      {"csca-key-weak", "The CSCA's key is on a curve of 192 bits.", "9303-12 §4.1.6.3", kPath, kTolerated,
       deviation::kWeakKey, [](Scene& s) { renew_csca_key(s.authority, weak_signer()); }, kOwnTrust},
      {"csca-expired", "The CSCA certificate expired yesterday; what it issued in its time has not.", "9303-12 §4.1.1",
       CheckName::ds_validity, kTolerated, deviation::kCscaExpired,
       [](Scene& s) {
         age(s.authority, s.now);
         s.authority.csca.validity.not_after = s.day(-1);
       },
       kOwnTrust},
      {"ds-without-authority-key-identifier", "The signer's certificate does not say which key signed it.", kProfile,
       kPath, kTolerated, deviation::kDsWithoutAki,
       [](Scene& s) { drop(s.authority.ds.extensions, oids::kAuthorityKeyIdentifier); }},
      {"ds-authority-key-identifier-wrong", "The signer's certificate says that another key signed it than did.",
       "9303-12 §7.1.1.1", kPath, kTolerated, deviation::kAkiOfAnotherKey,
       [](Scene& s) { put(s.authority.ds.extensions, asn1::make_authority_key_identifier(base::Bytes(20, 0xAB))); }},
      {"ds-without-key-usage", "The signer's certificate does not say what its key is for.", kProfile, kPath,
       kTolerated, deviation::kDsWithoutKeyUsage, [](Scene& s) { drop(s.authority.ds.extensions, oids::kKeyUsage); }},
      {"ds-key-usage-not-critical", "What the signer's key is for is not critical.", kProfile, kPath, kTolerated,
       deviation::kKeyUsageNotCritical,
       [](Scene& s) {
         put(s.authority.ds.extensions, not_critical(asn1::make_key_usage({asn1::KeyUsage::digital_signature})));
       }},
      {"ds-with-a-forbidden-extension", "The signer's certificate points to a delta list.", kProfile, kPath, kTolerated,
       deviation::kForbiddenExtension,
       [](Scene& s) {
         put(s.authority.ds.extensions, {.oid = oids::kFreshestCrl, .critical = false, .value = {0x30, 0x00}});
       }},
      {"csca-without-subject-key-identifier", "The CSCA certificate does not name its key.", kProfile, kPath,
       kTolerated, deviation::kCscaWithoutSki,
       [](Scene& s) {
         drop(s.authority.csca.extensions, oids::kSubjectKeyIdentifier);
         drop(s.authority.crl.extensions, oids::kAuthorityKeyIdentifier);
       },
       kOwnTrust},
      {"csca-without-path-length", "The CSCA certificate does not say that no CA may be below it.", "9303-12 §7.1.1.5",
       kPath, kTolerated, deviation::kPathLengthNotZero,
       [](Scene& s) {
         put(s.authority.csca.extensions, asn1::make_basic_constraints({.ca = true, .path_length = {}}));
       },
       kOwnTrust},
  };
}

}  // namespace cicada::host::misissue
