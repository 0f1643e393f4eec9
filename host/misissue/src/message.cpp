// Faults of the CMS message in EF.SOD (9303-10 §4.6.2.2, RFC 5652 §5).
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using base::Bytes;

std::vector<Fault> faults_of_the_message() {
  constexpr auto kCheck = CheckName::sod_signature;
  return {
      {"sod-of-nothing", "EF.SOD is an empty object.", "9303-10 §4.6.2", kCheck, kFailed, "cannot be read",
       [](Scene& s) { s.spoil = [](const Bytes&) { return Bytes{0x77, 0x00}; }; }},
      {"sod-cut-inside", "The message in EF.SOD ends before its last octet.", "9303-10 §4.6.2", kCheck, kFailed,
       "cannot be read",
       [](Scene& s) {
         s.spoil = [](const Bytes& sod) {
           auto message = base::to_bytes(must(asn1::read_only(sod)).value);
           message.pop_back();
           return asn1::encode_tlv(0x77, message);
         };
       }},
      {"sod-without-message", "EF.SOD holds a number where the signed message belongs.", "9303-10 §4.6.2", kCheck,
       kFailed, "cannot be read",
       [](Scene& s) {
         s.spoil = [](const Bytes&) {
           return asn1::encode_tlv(0x77, asn1::encode_sequence({asn1::encode_integer(1)}));
         };
       }},
      {"content-detached", "The signed hashes are not in the message.", "9303-10 §4.6.2.2", kCheck, kFailed,
       "nothing that was signed", [](Scene& s) { bend(s, [](SodRecipe& r) { r.detached = true; }); }},
      {"no-signer", "The message has no SignerInfo.", "9303-10 §4.6.2.2", kCheck, kFailed, "has 0 signers",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signers = 0; }); }},
      {"two-signers", "The message has two SignerInfos.", "9303-10 §4.6.2.2", kCheck, kFailed, "has 2 signers",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signers = 2; }); }},
      {"content-of-another-kind", "A message of the kind of a master list stands in EF.SOD.", "9303-10 §4.6.2.2",
       kCheck, kFailed, "not a document security object",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.content_type = oids::kCscaMasterList;
           r.attribute_content_type = oids::kCscaMasterList;
         });
       }},
      {"attributes-missing", "Nothing but the content is signed.", "9303-10 §4.6.2.2", kCheck, kFailed,
       "signed attributes are missing", [](Scene& s) { bend(s, [](SodRecipe& r) { r.with_attributes = false; }); }},
      {"attribute-content-type-missing", "The signed attributes do not say what the content is.", "RFC 5652 §11.1",
       kCheck, kFailed, "do not name the content type",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_content_type.reset(); }); }},
      {"attribute-content-type-differs", "The signed attributes speak of another kind of content.", "RFC 5652 §11.1",
       kCheck, kFailed, "another content type",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_content_type = oids::kData; }); }},
      {"attribute-digest-missing", "The signed attributes hold no hash of the content.", "RFC 5652 §11.2", kCheck,
       kFailed, "no hash of the content",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.with_attribute_digest = false; }); }},
      {"attribute-digest-differs", "The signed attributes hold the hash of another content.", "RFC 5652 §5.4", kCheck,
       kFailed, "its hash differs",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_digest = Bytes(32, 0x11); }); }},
      {"attribute-digest-of-another-hash", "The content was hashed with another algorithm than the one named.",
       "RFC 5652 §5.4", kCheck, kFailed, "its hash differs",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.digest = pki::HashAlgorithm::sha512;          // computed
           r.digest_algorithm = algorithm(oids::kSha256);  // named
         });
       },
       Trust::of_the_country, pki::KeyAlgorithm::ecdsa_p256},
      {"certificate-missing", "The message does not bring the signer's certificate, and nobody else has it.",
       "9303-10 §4.6.2.2", kCheck, kFailed, "holds no certificate",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.certificates.clear(); }); }, kOwnTrust},
      {"list-is-none", "A message of the right kind is signed, but what is signed is no list of hashes.",
       "9303-10 §4.6.2.3", CheckName::dg_hashes, kFailed, "the list of hashes in EF.SOD cannot be read",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.content = Bytes{0x04, 0x01, 0x00}; }); }},
  };
}

}  // namespace cicada::host::misissue
