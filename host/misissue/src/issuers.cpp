// Issuers of the signer that the reader has no reason to believe: they come with the document.
#include <memory>

#include "cicada/asn1/oids.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;

namespace {

constexpr auto kCheck = CheckName::ds_path;
constexpr std::string_view kPath = "9303-12 §6.1.1";

/// A document signer plays CA for a signer of its own making.
void issue_from_a_signer(Scene& scene) {
  bend(scene, [&authority = scene.authority](SodRecipe& r) {
    auto rogue = new_signer();
    auto tbs = authority.ds;
    tbs.issuer = authority.ds.subject;
    tbs.subject = name("VN", "Rogue");
    tbs.public_key = must(rogue.public_key_info(pki::EcParameterForm::explicit_parameters));
    drop(tbs.extensions, oids::kAuthorityKeyIdentifier);
    bring(r, issue(tbs, authority.ds_key));
    r.certificates.push_back(authority.ds_certificate().der);
    r.digest = rogue.hash();
    r.digest_algorithm = rogue.digest_algorithm();
    r.digest_algorithms = {r.digest_algorithm};
    r.signature_algorithm = rogue.signature_algorithm();
    r.sign = signed_by(std::move(rogue));
  });
}

/// A signer under a CA with a new key, whose certificate the document brings along.
void issue_from(Scene& scene, const base::Bytes& called, bool vouched_for) {
  bend(scene, [&authority = scene.authority, called, vouched_for](SodRecipe& r) {
    const auto key = new_signer();
    auto ca = authority.csca;
    ca.subject = called;
    ca.public_key = must(key.public_key_info(pki::EcParameterForm::explicit_parameters));
    put(ca.extensions, asn1::make_subject_key_identifier(key_id(key)));
    auto tbs = authority.ds;
    tbs.issuer = called;
    put(tbs.extensions, asn1::make_authority_key_identifier(key_id(key)));
    bring(r, issue(tbs, key));
    r.certificates.push_back(vouched_for ? issue(ca, authority.csca_key).der : issue(ca, new_signer()).der);
  });
}

}  // namespace

std::vector<Fault> faults_of_the_issuers() {
  return {
      {"ds-issued-by-another-ds", "A document signer issued a signer of its own.", kPath, kCheck, kFailed,
       "came with the document itself", issue_from_a_signer},
      {"ds-issued-by-a-sub-ca", "The signer was issued by a CA below the CSCA, which the path length forbids.",
       "9303-12 §7.1.1.5", kCheck, kFailed, "came with the document itself",
       [](Scene& s) { issue_from(s, name("VN", "Sub-CA"), true); }},
      {"link-signed-by-a-stranger",
       "The document brings a link to a new key of the CSCA, which the old key did not sign.", "9303-12 §6.1.2", kCheck,
       kFailed, "with the named key identifier", [](Scene& s) { issue_from(s, s.authority.csca.subject, false); }},
  };
}

}  // namespace cicada::host::misissue
