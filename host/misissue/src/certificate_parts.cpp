// Parts of the document signer's certificate that are wrong, or not there (RFC 5280 §4.1, 9303-12 §7.1).
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "surgery.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
namespace deviation = pki::deviation;
using base::Bytes;

namespace {

constexpr auto kSignature = CheckName::sod_signature;
constexpr auto kPath = CheckName::ds_path;
constexpr std::string_view kCertificate = "RFC 5280 §4.1";
constexpr std::string_view kProfile = "9303-12 §7.1.1";
constexpr std::string_view kUnreadable = "no certificate fits the signer that EF.SOD names";

/// Places in a TBSCertificate of version 3.
enum Part : std::size_t { version, serial, signature, issuer, validity, subject, public_key };

/// The message brings the certificate that `change` makes of the signed part; the CSCA signs what comes out.
void reissue(Scene& scene, const std::function<Bytes(const Bytes& tbs)>& change) {
  bend(scene, [&authority = scene.authority, change](SodRecipe& r) {
    const auto& named = authority.csca_key.signature_algorithm();
    auto content = authority.ds;
    content.signature_algorithm = named;
    const auto tbs = change(must(asn1::encode_tbs_certificate(content)));
    r.certificates = {asn1::encode_certificate(tbs, named, must(authority.csca_key.sign(tbs)))};
  });
}

template <Part part>
void leave_out(Scene& scene) {
  reissue(scene, [](const Bytes& tbs) { return operated(tbs, {}, [](Objects& parts) { take_out_at(parts, part); }); });
}

/// What is around the signed part: tbs, algorithm, signature.
template <std::size_t place>
void leave_out_around(Scene& scene) {
  bend(scene, [](SodRecipe& r) {
    r.certificates = {operated(r.certificates.at(0), {}, [](Objects& parts) { take_out_at(parts, place); })};
  });
}

void name_md5(Scene& scene) {
  bend(scene, [&authority = scene.authority](SodRecipe& r) {
    const asn1::AlgorithmIdentifier md5{.oid = oids::kMd5WithRsa, .parameters = asn1::encode_null()};
    auto content = authority.ds;
    content.signature_algorithm = md5;
    const auto tbs = must(asn1::encode_tbs_certificate(content));
    r.certificates = {asn1::encode_certificate(tbs, md5, must(authority.csca_key.sign(tbs)))};
  });
}

/// Both names without a country.
void forget_the_country(Scene& scene) {
  auto& authority = scene.authority;
  const auto nobody = name("", "CSCA");
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = nobody;
}

std::vector<Fault> faults_of_its_form() {
  return {
      {"ds-version-2", "The signer's certificate is of version 2, and has extensions.", kCertificate, kPath, kTolerated,
       deviation::kVersionNotThree,
       [](Scene& s) {
         reissue(s, [](const Bytes& tbs) {
           return operated(tbs, {{asn1::tags::kContext0}}, [](Objects& parts) { parts.at(0).value = {1}; });
         });
       }},
      {"ds-version-missing", "The signer's certificate does not say its version, and has extensions.", kCertificate,
       kPath, kTolerated, deviation::kVersionNotThree, leave_out<version>},
      {"ds-serial-missing", "The signer's certificate has no serial number.", kCertificate, kSignature, kFailed,
       kUnreadable, leave_out<serial>},
      {"ds-signature-element-missing", "The signed part of the signer's certificate names no algorithm.", kCertificate,
       kSignature, kFailed, kUnreadable, leave_out<signature>},
      {"ds-issuer-missing", "The signer's certificate does not say who issued it.", kCertificate, kSignature, kFailed,
       kUnreadable, leave_out<issuer>},
      {"ds-validity-missing", "The signer's certificate does not say how long it is valid.", kCertificate, kSignature,
       kFailed, kUnreadable, leave_out<validity>},
      {"ds-key-missing", "The signer's certificate has no key.", kCertificate, kSignature, kFailed, kUnreadable,
       leave_out<public_key>},
      {"ds-signature-algorithm-missing", "Around the signer's certificate stands no algorithm.", kCertificate,
       kSignature, kFailed, kUnreadable, leave_out_around<1>},
      {"ds-signature-missing", "The signer's certificate has no signature.", kCertificate, kSignature, kFailed,
       kUnreadable, leave_out_around<2>},
  };
}

std::vector<Fault> faults_of_what_it_says() {
  return {
      {"ds-signature-wrong", "The signature of the signer's certificate has a bit changed.", kCertificate, kPath,
       kFailed, "does not verify the signer's certificate",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.certificates.at(0).back() ^= 0x01; }); }},
      {"ds-signed-with-md5", "The CSCA signed the signer's certificate with MD5.", "9303-12 §4.1.6", kPath, kOpen,
       "is not supported", name_md5},
      {"ds-issuer-without-country", "Neither the CSCA nor who issued the signer's certificate names a country.",
       "9303-12 §7.1.1", CheckName::country, kTolerated, deviation::kNameWithoutCountry, forget_the_country, kOwnTrust},
      {"ds-validity-reversed", "The signer's certificate ends before it begins.", "9303-12 §4.1.1",
       CheckName::ds_validity, kFailed, "the signer's certificate",
       [](Scene& s) {
         reissue(s, [](const Bytes& tbs) {
           // Behind the algorithm and the issuer.
           return operated(tbs, {{asn1::tags::kSequence, 2}},
                           [](Objects& times) { std::swap(times.at(0), times.at(1)); });
         });
       }},
      {"ds-key-not-allowed", "The signer's key is of an algorithm that Doc 9303 does not have (Ed25519).",
       "9303-12 §4.1.6", kSignature, kOpen, "the key of the signer",
       [](Scene& s) {
         s.authority.ds.public_key = asn1::encode_sequence(
             {asn1::encode(algorithm(asn1::Oid::of("1.3.101.112"))), asn1::encode_bit_string(Bytes(32, 0x25))});
       }},
      {"ds-authority-key-identifier-empty", "The signer's certificate names its issuer's key by nothing.",
       "9303-12 §7.1.1.1", kPath, kTolerated, deviation::kDsWithoutAki,
       [](Scene& s) {
         put(s.authority.ds.extensions,
             {.oid = oids::kAuthorityKeyIdentifier, .critical = false, .value = asn1::encode_sequence({})});
       }},
      {"ds-for-non-repudiation", "The signer's key is for non-repudiation, and not for signatures.", kProfile, kPath,
       kFailed, "is not for signatures",
       [](Scene& s) { put(s.authority.ds.extensions, asn1::make_key_usage({asn1::KeyUsage::non_repudiation})); }},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_certificate_parts() {
  auto all = faults_of_its_form();
  const auto more = faults_of_what_it_says();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace cicada::host::misissue
