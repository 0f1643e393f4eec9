// Faults of the signature over the security object, and of the key behind it.
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using base::Bytes;

namespace {

constexpr auto kCheck = CheckName::sod_signature;
constexpr std::string_view kWrong = "the signature of EF.SOD is wrong";
constexpr std::string_view kPkcs1 = "RFC 8017 §8.2.2";
constexpr std::string_view kEcdsa = "TR-03111 §4.2.1";
constexpr auto kEc = pki::KeyAlgorithm::ecdsa_p256;
constexpr auto kRsa = pki::KeyAlgorithm::rsa_2048;
constexpr auto kCountry = Trust::of_the_country;

Bytes order() {
  return crypto::openssl::curve_parameters(crypto::openssl::Curve::p256).order;
}

/// r and s of a P-256 signature in DER, each given.
void sign_with(Scene& scene, const Bytes& r, const Bytes& s) {
  const auto signature = asn1::encode_sequence({asn1::encode_unsigned(r), asn1::encode_unsigned(s)});
  bend(scene, [signature](SodRecipe& recipe) { recipe.sign = [signature](base::ByteView) { return signature; }; });
}

/// Changes the right signature.
void spoil_signature(Scene& scene, void (*spoil)(Bytes&)) {
  bend(scene, [spoil](SodRecipe& recipe) {
    recipe.sign = [sign = recipe.sign, spoil](base::ByteView octets) {
      auto signature = sign(octets);
      spoil(signature);
      return signature;
    };
  });
}

void name_pss(Scene& scene, const asn1::Oid& hash, std::uint32_t salt) {
  bend(scene, [hash, salt](SodRecipe& r) {
    r.signature_algorithm = {
        .oid = oids::kRsassaPss,
        .parameters = asn1::encode(asn1::PssParameters{.hash = hash, .mgf_hash = hash, .salt_length = salt})};
  });
}

void name_algorithm(Scene& scene, const asn1::Oid& oid) {
  bend(scene, [oid](SodRecipe& r) { r.signature_algorithm = algorithm(oid); });
}

std::vector<Fault> faults_of_the_numbers() {
  return {
      {"ecdsa-r-zero", "The ECDSA signature has r = 0.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { sign_with(s, {0}, {1}); }, kCountry, kEc},
      {"ecdsa-s-zero", "The ECDSA signature has s = 0.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { sign_with(s, {1}, {0}); }, kCountry, kEc},
      {"ecdsa-both-zero", "The ECDSA signature has r = s = 0.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { sign_with(s, {0}, {0}); }, kCountry, kEc},
      {"ecdsa-r-is-the-order", "The ECDSA signature has the group's order as r.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { sign_with(s, order(), {1}); }, kCountry, kEc},
      {"ecdsa-s-is-the-order", "The ECDSA signature has the group's order as s.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { sign_with(s, {1}, order()); }, kCountry, kEc},
      {"ecdsa-length-not-der", "The ECDSA signature says its length in the long form.", "X.690 §10.1", kCheck, kFailed,
       kWrong,
       [](Scene& s) { spoil_signature(s, [](Bytes& signature) { signature.insert(signature.begin() + 1, 0x81); }); },
       kCountry, kEc},
      {"ecdsa-octets-behind", "An octet follows the ECDSA signature.", kEcdsa, kCheck, kFailed, kWrong,
       [](Scene& s) { spoil_signature(s, [](Bytes& signature) { signature.push_back(0x00); }); }, kCountry, kEc},
      {"signature-empty", "The signature has no octets.", "9303-10 §4.6.2.2", kCheck, kFailed, kWrong,
       [](Scene& s) { spoil_signature(s, [](Bytes& signature) { signature.clear(); }); }},
      {"rsa-signature-cut", "The RSA signature is an octet shorter than the modulus.", kPkcs1, kCheck, kFailed, kWrong,
       [](Scene& s) { spoil_signature(s, [](Bytes& signature) { signature.pop_back(); }); }, kCountry, kRsa},
  };
}

std::vector<Fault> faults_of_the_algorithms() {
  return {
      {"signature-names-another-hash", "The signature names SHA-512, the message SHA-256.", "9303-10 §4.6.2.2", kCheck,
       kFailed, "another hash than the digest algorithm", [](Scene& s) { name_algorithm(s, oids::kEcdsaWithSha512); },
       kCountry, kEc},
      {"rsa-named-for-an-ec-key", "The message says RSA, the signer's key is on a curve.", "RFC 5652 §5.6", kCheck,
       kFailed, "does not fit the key", [](Scene& s) { name_algorithm(s, oids::kSha256WithRsa); }, kCountry, kEc},
      {"ecdsa-named-for-an-rsa-key", "The message says ECDSA, the signer has an RSA key.", "RFC 5652 §5.6", kCheck,
       kFailed, "does not fit the key", [](Scene& s) { name_algorithm(s, oids::kEcdsaWithSha256); }, kCountry, kRsa},
      {"rsa-pss-named-for-pkcs1", "The message says RSA-PSS over a PKCS#1 v1.5 signature.", "RFC 8017 §8.1.2", kCheck,
       kFailed, kWrong, [](Scene& s) { name_pss(s, oids::kSha256, 32); }, kCountry, kRsa},
      {"rsa-pss-of-another-hash", "The parameters of RSA-PSS name another hash than the message.", "RFC 4056 §3",
       kCheck, kFailed, "another hash than the digest algorithm", [](Scene& s) { name_pss(s, oids::kSha512, 64); },
       kCountry, kRsa},
      {"digest-md5", "The message names MD5.", "9303-12 §4.1.6", kCheck, kOpen, "is not supported",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.digest_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5")); });
       }},
      {"signature-dsa", "The message says DSA with SHA-1 over a signature of another kind.", "RFC 5652 §5.6", kCheck,
       kFailed, "does not fit the key", [](Scene& s) { name_algorithm(s, oids::kDsaWithSha1); }},
  };
}

std::vector<Fault> faults_of_the_key() {
  return {
      {"signed-by-a-stranger", "Another key signed than the one in the signer's certificate.", "9303-11 §5.1", kCheck,
       kFailed, kWrong, [](Scene& s) { bend(s, [](SodRecipe& r) { r.sign = signed_by(new_signer()); }); }, kCountry,
       kEc},
      {"signed-something-else", "The signature is the signer's, over other octets.", "9303-11 §5.1", kCheck, kFailed,
       kWrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.sign = [sign = r.sign](base::ByteView) { return sign(Bytes(8, 0x55)); }; });
       }},
      {"ds-key-on-a-forged-curve", "The signer's key names a known curve with another generator (CVE-2020-0601).",
       "9303-12 §4.1.6.3", kCheck, kFailed, "not those of a known curve",
       [](Scene& s) { s.authority.ds.public_key = on_a_forged_curve(s.authority.ds.public_key); }, kCountry, kEc},
      {"ds-key-off-its-curve", "The signer's key is a point that is not on its curve.", "TR-03111 §3.2.2", kCheck,
       kFailed, "the key of the signer", [](Scene& s) { s.authority.ds.public_key.back() ^= 0x01; }, kCountry, kEc},
      {"ds-key-with-exponent-one",
       "The signer's RSA key has the public exponent 1: every message is its own signature.", "RFC 8017 §3.1", kCheck,
       kFailed, "the key of the signer",
       [](Scene& s) {
         const auto info = must(asn1::parse_public_key_info(s.authority.ds.public_key));
         s.authority.ds.public_key =
             asn1::encode_rsa_public_key_info(must(asn1::parse_rsa_public_key(info)).modulus, Bytes{0x01});
       },
       kCountry, kRsa},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_signature() {
  auto all = faults_of_the_key();
  for (auto part : {faults_of_the_numbers(), faults_of_the_algorithms()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace cicada::host::misissue
