// Deviations of RSA signatures and keys.
#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "bad_documents.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/file.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::tests {

std::vector<DeviatingDocument> deviations_of_rsa();

namespace oids = asn1::oids;
namespace pki = host::pki;
namespace ossl = crypto::openssl;
namespace named = host::auth::deviation;
using base::Bytes;
using base::ByteView;
using host::auth::CheckName;
using pki::HashAlgorithm;

namespace {

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

/// One RSA key for all: making one takes a tenth of a second.
const ossl::PrivateKey& rsa_key() {
  static const ossl::PrivateKey kKey{must(ossl::RsaPrivateKey::generate(2048))};
  return kKey;
}

enum class RsaForm : std::uint8_t { usual, negative, pss_only };

Bytes rsa_key_info(RsaForm form) {
  const auto& key = *rsa_key().rsa();
  if (form == RsaForm::usual) return asn1::encode_rsa_public_key_info(key.modulus(), key.exponent());
  const auto modulus = form == RsaForm::negative ? asn1::encode_tlv(asn1::tags::kInteger, key.modulus())
                                                 : asn1::encode_unsigned(key.modulus());
  const auto numbers = asn1::encode_sequence({modulus, asn1::encode_unsigned(key.exponent())});
  const asn1::AlgorithmIdentifier type{.oid = form == RsaForm::pss_only ? oids::kRsassaPss : oids::kRsaEncryption,
                                       .parameters = form == RsaForm::pss_only ? Bytes{} : asn1::encode_null()};
  return asn1::encode_sequence({asn1::encode(type), asn1::encode_bit_string(numbers)});
}

using RsaSign = std::function<Bytes(const ossl::RsaPrivateKey&, ByteView digest)>;

/// The document's signer gets the RSA key; signed with SHA-256 and the algorithm as named.
void with_rsa(Scene& scene, asn1::AlgorithmIdentifier algorithm, RsaSign sign, RsaForm form = RsaForm::usual,
              HashAlgorithm hash = HashAlgorithm::sha256) {
  scene.document.authority.ds.public_key = rsa_key_info(form);
  scene.bend = [=](SodRecipe& recipe) {
    recipe.digest = hash;
    recipe.digest_algorithm = {.oid = pki::oid_of(hash), .parameters = {}};
    recipe.digest_algorithms = {recipe.digest_algorithm};
    recipe.signature_algorithm = algorithm;
    recipe.sign = [=](ByteView octets) { return sign(*rsa_key().rsa(), must(ossl::hash(hash, octets))); };
  };
}

RsaSign pkcs1(HashAlgorithm hash = HashAlgorithm::sha256) {
  return [hash](const ossl::RsaPrivateKey& key, ByteView digest) { return must(key.sign_pkcs1(hash, digest)); };
}

RsaSign pss(HashAlgorithm hash, HashAlgorithm mask, std::uint32_t salt) {
  return [=](const ossl::RsaPrivateKey& key, ByteView digest) {
    return must(key.sign_pss({.hash = hash, .mgf_hash = mask, .salt_length = salt}, digest));
  };
}

/// PKCS#1 v1.5 around a DigestInfo of SHA-256 without NULL, made by the openssl command.
Bytes sign_without_null(const ossl::RsaPrivateKey&, ByteView digest) {
  const auto info =
      asn1::encode_sequence({asn1::encode_sequence({oids::kSha256.der()}), asn1::encode_octet_string(digest)});
  const TemporaryFolder folder;
  const auto pem = must(rsa_key().to_pem());
  folder.write("key.pem", pem.expose());
  folder.write("info", info);
  const auto at = [&](const char* file) { return (folder.path() / file).string(); };
  const auto command = "openssl pkeyutl -sign -inkey " + at("key.pem") + " -pkeyopt rsa_padding_mode:pkcs1 -in " +
                       at("info") + " -out " + at("signature");
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): a test's own command line
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl does not sign");
  return must(base::read_file(folder.path() / "signature"));
}

asn1::AlgorithmIdentifier pss_algorithm(const Bytes& parameters) {
  return {.oid = oids::kRsassaPss, .parameters = parameters};
}

Bytes pss_parameters(const asn1::Oid& hash, const asn1::Oid& mask, std::uint32_t salt) {
  return asn1::encode(asn1::PssParameters{.hash = hash, .mgf_hash = mask, .salt_length = salt});
}

}  // namespace

std::vector<DeviatingDocument> deviations_of_rsa() {
  const auto check = CheckName::sod_signature;
  const auto sha256 = HashAlgorithm::sha256;
  const auto sha512 = HashAlgorithm::sha512;
  const Bytes no_fields = {0x30, 0x00};
  return {
      {"rsa-names-the-key-only", check, named::kSignatureNamesKeyOnly,
       [](Scene& s) { with_rsa(s, {.oid = oids::kRsaEncryption, .parameters = asn1::encode_null()}, pkcs1()); }},
      {"rsa-names-the-hash-only", check, pki::deviation::kSignatureNamesHashOnly,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256), pkcs1()); }},
      {"rsa-algorithm-without-null", check, pki::deviation::kRsaWithoutNull,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1()); }},
      {"rsa-with-sha1", check, named::kSha1,
       [](Scene& s) {
         with_rsa(s, algorithm(oids::kSha1WithRsa), pkcs1(HashAlgorithm::sha1), RsaForm::usual, HashAlgorithm::sha1);
       }},
      {"rsa-with-the-old-name-of-sha1", check, pki::deviation::kSignatureAlgorithmForm,
       [](Scene& s) {
         with_rsa(s, algorithm(oids::kOiwSha1WithRsa), pkcs1(HashAlgorithm::sha1), RsaForm::usual, HashAlgorithm::sha1);
       }},
      {"rsa-digest-info-without-null", check, pki::deviation::kDigestInfoWithoutNull,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), sign_without_null); }},
      {"rsa-pss-key-signed-pkcs1", check, pki::deviation::kPssKeySignedPkcs1,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1(), RsaForm::pss_only); }},
      {"rsa-pss-without-parameters", check, named::kPssWithoutParameters,
       [=](Scene& s) { with_rsa(s, pss_algorithm({}), pss(sha256, sha256, 32)); }},
      {"rsa-pss-without-parameters-salt-of-twenty", check, pki::deviation::kPssSaltLength,
       [=](Scene& s) { with_rsa(s, pss_algorithm({}), pss(sha256, sha256, 20)); }},
      {"rsa-pss-without-hash", check, pki::deviation::kPssWithoutHash,
       [=](Scene& s) { with_rsa(s, pss_algorithm(no_fields), pss(sha512, sha512, 20), RsaForm::usual, sha512); }},
      {"rsa-pss-without-hash-salt-of-sixty-four", check, pki::deviation::kPssWithoutHash,
       [=](Scene& s) { with_rsa(s, pss_algorithm(no_fields), pss(sha512, sha512, 64), RsaForm::usual, sha512); }},
      {"rsa-pss-without-mask-hash", check, pki::deviation::kPssWithoutMaskHash,
       [=](Scene& s) {
         with_rsa(s, pss_algorithm(pss_parameters(oids::kSha256, oids::kSha1, 32)), pss(sha256, sha256, 32));
       }},
      {"rsa-pss-salt-not-as-stated", check, pki::deviation::kPssSaltLength,
       [=](Scene& s) {
         with_rsa(s, pss_algorithm(pss_parameters(oids::kSha256, oids::kSha256, 32)), pss(sha256, sha256, 64));
       }},
      {"rsa-modulus-negative", CheckName::ds_path, pki::deviation::kNegativeKeyNumber,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1(), RsaForm::negative); }},
  };
}

}  // namespace cicada::tests
