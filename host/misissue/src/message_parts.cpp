// Parts of the CMS message that are wrong, or not there (RFC 5652 §5, 9303-10 §4.6.2.2).
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

constexpr auto kCheck = CheckName::sod_signature;
constexpr std::string_view kMessage = "9303-10 §4.6.2.2";
constexpr std::string_view kUnreadable = "EF.SOD cannot be read";

template <SodPart part>
void leave_out(Scene& s) {
  bend(s, [](SodRecipe& r) { r.without.insert(part); });
}

/// Nobody's serial number.
Bytes changed_serial(const Bytes& signer_id) {
  auto changed = signer_id;
  changed.back() ^= 0x01;
  return changed;
}

Bytes own_key_id(const Authority& authority) {
  const auto id = must(authority.ds_certificate().subject_key_identifier());
  return id ? *id : key_id(authority.ds_key);
}

std::vector<Fault> faults_of_the_frame() {
  return {
      {"sod-tag-wrong", "EF.SOD begins with tag 78.", "9303-10 §4.6.2", kCheck, kFailed, kUnreadable,
       [](Scene& s) { s.spoil = [](Bytes sod) { return with_tag(std::move(sod), 0x78); }; }},
      {"sod-length-short", "The length of EF.SOD is one too small.", "9303-10 §4.6.2", kCheck, kFailed, kUnreadable,
       [](Scene& s) { s.spoil = [](Bytes sod) { return with_length(std::move(sod), -1); }; }},
      {"sod-length-long", "The length of EF.SOD is one too large.", "9303-10 §4.6.2", kCheck, kFailed, kUnreadable,
       [](Scene& s) { s.spoil = [](Bytes sod) { return with_length(std::move(sod), 1); }; }},
  };
}

std::vector<Fault> faults_of_signed_data() {
  return {
      {"sod-version-wrong", "The message has version 5.", kMessage, kCheck, kTolerated, deviation::kSignedDataVersion,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.version = 5; }); }},
      {"sod-version-missing", "The message has no version.", kMessage, kCheck, kFailed, kUnreadable,
       leave_out<SodPart::version>},
      {"sod-digest-algorithms-md5", "The message announces MD5 and is hashed with another algorithm.", kMessage, kCheck,
       kTolerated, deviation::kDigestNotListed,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.digest_algorithms = {algorithm(asn1::Oid::of("1.2.840.113549.2.5"))}; });
       }},
      {"sod-digest-algorithms-missing", "The message does not announce its hash algorithms.", kMessage, kCheck, kFailed,
       kUnreadable, leave_out<SodPart::digest_algorithms>},
      {"sod-content-type-missing", "The message does not say what its content is.", kMessage, kCheck, kFailed,
       kUnreadable, leave_out<SodPart::content_type>},
  };
}

std::vector<Fault> faults_of_signer_info() {
  return {
      {"signer-info-version-wrong", "SignerInfo has version 2.", kMessage, kCheck, kTolerated,
       deviation::kSignerInfoVersion, [](Scene& s) { bend(s, [](SodRecipe& r) { r.signer_version = 2; }); }},
      {"signer-info-version-missing", "SignerInfo has no version.", kMessage, kCheck, kFailed, kUnreadable,
       leave_out<SodPart::signer_version>},
      {"signer-info-1-with-key-identifier", "SignerInfo has version 1 and names the signer by its key.", kMessage,
       kCheck, kTolerated, deviation::kSignerInfoVersion,
       [](Scene& s) {
         bend(s, [&authority = s.authority](SodRecipe& r) { r.signer_id = key_identifier_sid(own_key_id(authority)); });
       }},
      {"signer-info-3-with-serial", "SignerInfo has version 3 and names the signer by issuer and number.", kMessage,
       kCheck, kTolerated, deviation::kSignerInfoVersion,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signer_version = 3; }); }},
      {"signer-issuer-and-serial-wrong", "SignerInfo names a certificate that is not there.", kMessage, kCheck,
       kTolerated, deviation::kSignerByElimination,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signer_id = changed_serial(r.signer_id); }); }},
      {"signer-key-identifier-wrong", "SignerInfo names a key that is not there.", kMessage, kCheck, kTolerated,
       deviation::kSignerByElimination,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signer_version = 3;
           r.signer_id = key_identifier_sid(Bytes(20, 0xAB));
         });
       }},
      {"signer-digest-algorithm-missing", "SignerInfo does not name its hash.", kMessage, kCheck, kFailed, kUnreadable,
       leave_out<SodPart::signer_digest_algorithm>},
      {"signature-md5", "SignerInfo says RSA with MD5.", "9303-12 §4.1.6", kCheck, kOpen, "is not supported",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signature_algorithm = algorithm(oids::kMd5WithRsa); }); }},
      {"signature-missing", "SignerInfo has no signature.", kMessage, kCheck, kFailed, kUnreadable,
       leave_out<SodPart::signature>},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_message_parts() {
  auto all = faults_of_the_frame();
  for (auto part : {faults_of_signed_data(), faults_of_signer_info()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace cicada::host::misissue
