// Documents that are right, signed in every way that readers have to know (9303-12 §4.1.6), and in some that they have
// to put up with.
#include <array>
#include <memory>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/dsa.h"
#include "cicada/crypto/openssl/private_key.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;
using base::Bytes;
using base::ByteView;
using Hash = pki::HashAlgorithm;

namespace {

constexpr auto kCheck = CheckName::sod_signature;
constexpr std::string_view kAlgorithms = "9303-12 §4.1.6";
constexpr std::string_view kSigned = "signed by";
constexpr auto kCountry = Trust::of_the_country;
constexpr std::size_t kRsaBits = 2048;

/// How the octets of a signature come about, and how they are called.
struct Way {
  asn1::AlgorithmIdentifier named;
  std::function<Bytes(Hash, ByteView digest)> sign;
};

asn1::AlgorithmIdentifier with_null(const asn1::Oid& oid) {
  return {.oid = oid, .parameters = asn1::encode_null()};
}

const asn1::Oid& rsa_oid(Hash hash) {
  switch (hash) {
    case Hash::sha1: return oids::kSha1WithRsa;
    case Hash::sha224: return oids::kSha224WithRsa;
    case Hash::sha256: return oids::kSha256WithRsa;
    case Hash::sha384: return oids::kSha384WithRsa;
    case Hash::sha512: return oids::kSha512WithRsa;
  }
  return oids::kSha256WithRsa;
}

const asn1::Oid& ecdsa_oid(Hash hash) {
  switch (hash) {
    case Hash::sha1: return oids::kEcdsaWithSha1;
    case Hash::sha224: return oids::kEcdsaWithSha224;
    case Hash::sha256: return oids::kEcdsaWithSha256;
    case Hash::sha384: return oids::kEcdsaWithSha384;
    case Hash::sha512: return oids::kEcdsaWithSha512;
  }
  return oids::kEcdsaWithSha256;
}

const asn1::Oid& plain_oid(Hash hash) {
  switch (hash) {
    case Hash::sha1: return oids::kEcdsaPlainSha1;
    case Hash::sha224: return oids::kEcdsaPlainSha224;
    case Hash::sha256: return oids::kEcdsaPlainSha256;
    case Hash::sha384: return oids::kEcdsaPlainSha384;
    case Hash::sha512: return oids::kEcdsaPlainSha512;
  }
  return oids::kEcdsaPlainSha256;
}

/// A curve on which no digit of the hash is lost.
ossl::Curve curve_for(Hash hash) {
  switch (hash) {
    case Hash::sha1:
    case Hash::sha224: return ossl::Curve::brainpool_p224r1;
    case Hash::sha256: return ossl::Curve::brainpool_p256r1;
    case Hash::sha384: return ossl::Curve::brainpool_p384r1;
    case Hash::sha512: return ossl::Curve::brainpool_p512r1;
  }
  return ossl::Curve::brainpool_p256r1;
}

asn1::AlgorithmIdentifier pss(Hash hash) {
  const auto& oid = pki::oid_of(hash);
  return {.oid = oids::kRsassaPss,
          .parameters = asn1::encode(asn1::PssParameters{
              .hash = oid, .mgf_hash = oid, .salt_length = static_cast<std::uint32_t>(ossl::hash_size(hash))})};
}

ossl::PssParameters pss_parameters(Hash hash) {
  return {.hash = hash, .mgf_hash = hash, .salt_length = static_cast<std::uint32_t>(ossl::hash_size(hash))};
}

/// A key that a signer of the country and a way to sign share.
std::shared_ptr<ossl::PrivateKey> shared(ossl::PrivateKey key) {
  return std::make_shared<ossl::PrivateKey>(std::move(key));
}

pki::Signer signer_of(const ossl::PrivateKey& key) {
  const auto pem = must(key.to_pem());
  return pki::Signer{must(ossl::PrivateKey::from_pem(pem.expose()))};
}

/// Making one takes long; the signers of a process have one between them, and so do its CSCAs.
const std::shared_ptr<ossl::PrivateKey>& rsa_of_signers() {
  static const auto kKey = shared(ossl::PrivateKey{must(ossl::RsaPrivateKey::generate(kRsaBits))});
  return kKey;
}

const std::shared_ptr<ossl::PrivateKey>& rsa_of_cscas() {
  static const auto kKey = shared(ossl::PrivateKey{must(ossl::RsaPrivateKey::generate(kRsaBits))});
  return kKey;
}

Way pkcs1(const std::shared_ptr<ossl::PrivateKey>& key, asn1::AlgorithmIdentifier named) {
  return {.named = std::move(named),
          .sign = [key](Hash hash, ByteView digest) { return must(key->rsa()->sign_pkcs1(hash, digest)); }};
}

Way pss(const std::shared_ptr<ossl::PrivateKey>& key, Hash hash) {
  return {.named = pss(hash), .sign = [key](Hash used, ByteView digest) {
            return must(key->rsa()->sign_pss(pss_parameters(used), digest));
          }};
}

Way ecdsa(const std::shared_ptr<ossl::PrivateKey>& key, Hash hash) {
  return {.named = algorithm(ecdsa_oid(hash)),
          .sign = [key](Hash, ByteView digest) { return must(key->ec()->sign_der(digest)); }};
}

Way ecdsa_plain(const std::shared_ptr<ossl::PrivateKey>& key, Hash hash) {
  return {.named = algorithm(plain_oid(hash)),
          .sign = [key](Hash, ByteView digest) { return must(key->ec()->sign_plain(digest)); }};
}

/// The message is hashed, named and signed in this way.
void seal_with(Scene& scene, Hash hash, const Way& way) {
  bend(scene, [hash, way](SodRecipe& r) {
    r.digest = hash;
    r.digest_algorithm = algorithm(pki::oid_of(hash));
    r.digest_algorithms = {r.digest_algorithm};
    r.signature_algorithm = way.named;
    r.sign = [hash, way](ByteView octets) { return way.sign(hash, must(ossl::hash(hash, octets))); };
  });
}

/// The data groups are hashed with it too.
void list_with(Scene& scene, Hash hash) {
  bend(scene, [&groups = scene.groups, hash](SodRecipe& r) {
    r.list.hash_algorithm = algorithm(pki::oid_of(hash));
    for (auto& one : r.list.data_groups) one.hash = must(ossl::hash(hash, groups.at(one.number)));
  });
}

template <Hash hash>
void rsa_pkcs1(Scene& s) {
  const auto& key = rsa_of_signers();
  renew_ds_key(s.authority, signer_of(*key));
  seal_with(s, hash, pkcs1(key, with_null(rsa_oid(hash))));
  list_with(s, hash);
}

template <Hash hash>
void rsa_key_only(Scene& s) {
  const auto& key = rsa_of_signers();
  renew_ds_key(s.authority, signer_of(*key));
  seal_with(s, hash, pkcs1(key, with_null(oids::kRsaEncryption)));
  list_with(s, hash);
}

template <Hash hash>
void rsa_pss(Scene& s) {
  const auto& key = rsa_of_signers();
  renew_ds_key(s.authority, signer_of(*key));
  seal_with(s, hash, pss(key, hash));
  list_with(s, hash);
}

template <Hash hash, Way (*make)(const std::shared_ptr<ossl::PrivateKey>&, Hash)>
void on_a_curve(Scene& s) {
  const auto key = shared(ossl::PrivateKey{must(ossl::EcPrivateKey::generate(curve_for(hash)))});
  renew_ds_key(s.authority, signer_of(*key));
  seal_with(s, hash, make(key, hash));
  list_with(s, hash);
}

template <Hash hash>
void dsa(Scene& s) {
  constexpr auto kGroup = hash == Hash::sha1     ? ossl::Modp::modp_1024_160
                          : hash == Hash::sha224 ? ossl::Modp::modp_2048_224
                                                 : ossl::Modp::modp_2048_256;
  const auto key = std::make_shared<ossl::DsaPrivateKey>(must(ossl::DsaPrivateKey::generate(kGroup)));
  const auto& domain = key->domain();
  s.authority.ds.public_key =
      asn1::encode_dsa_public_key_info({.p = domain.p, .q = domain.q, .g = domain.g, .value = key->public_value()});
  put(s.authority.ds.extensions,
      asn1::make_subject_key_identifier(must(ossl::hash(Hash::sha1, s.authority.ds.public_key))));
  const auto& named = hash == Hash::sha1     ? oids::kDsaWithSha1
                      : hash == Hash::sha224 ? oids::kDsaWithSha224
                                             : oids::kDsaWithSha256;
  seal_with(s, hash,
            {.named = algorithm(named), .sign = [key](Hash, ByteView digest) { return must(key->sign_der(digest)); }});
  list_with(s, hash);
}

/// The CSCA signs the signer's certificate in this way; its own certificate stays.
void issue_with(Scene& scene, Hash hash, const Way& way) {
  bend(scene, [&authority = scene.authority, hash, way](SodRecipe& r) {
    auto tbs = authority.ds;
    tbs.signature_algorithm = way.named;
    const auto octets = must(asn1::encode_tbs_certificate(tbs));
    const auto signature = way.sign(hash, must(ossl::hash(hash, octets)));
    bring(r, must(asn1::parse_certificate(asn1::encode_certificate(octets, way.named, signature))));
  });
}

void issued_pkcs1_sealed_pss(Scene& s) {
  renew_csca_key(s.authority, signer_of(*rsa_of_cscas()));
  rsa_pss<Hash::sha256>(s);
}

void issued_pss_sealed_pkcs1(Scene& s) {
  const auto& csca = rsa_of_cscas();
  renew_csca_key(s.authority, signer_of(*csca));
  rsa_pkcs1<Hash::sha256>(s);
  issue_with(s, Hash::sha256, pss(csca, Hash::sha256));
}

void issued_ecdsa_sealed_rsa(Scene& s) {
  renew_csca_key(s.authority, new_signer(pki::KeyAlgorithm::ecdsa_p384));
  rsa_pkcs1<Hash::sha256>(s);
}

void issued_rsa_sealed_ecdsa(Scene& s) {
  renew_csca_key(s.authority, signer_of(*rsa_of_cscas()));
  on_a_curve<Hash::sha256, ecdsa>(s);
}

Fault row(std::string_view name, std::string_view title, void (*commit)(Scene&), Trust trust = kCountry) {
  return {name, title, kAlgorithms, kCheck, kSound, kSigned, commit, trust};
}

std::vector<Fault> rsa_variants() {
  return {
      row("sod-rsa-pkcs1-sha1", "RSA with PKCS#1 v1.5 and SHA-1.", rsa_pkcs1<Hash::sha1>),
      row("sod-rsa-pkcs1-sha224", "RSA with PKCS#1 v1.5 and SHA-224.", rsa_pkcs1<Hash::sha224>),
      row("sod-rsa-pkcs1-sha256", "RSA with PKCS#1 v1.5 and SHA-256.", rsa_pkcs1<Hash::sha256>),
      row("sod-rsa-pkcs1-sha384", "RSA with PKCS#1 v1.5 and SHA-384.", rsa_pkcs1<Hash::sha384>),
      row("sod-rsa-pkcs1-sha512", "RSA with PKCS#1 v1.5 and SHA-512.", rsa_pkcs1<Hash::sha512>),
      row("sod-rsa-pss-sha1", "RSA-PSS with SHA-1.", rsa_pss<Hash::sha1>),
      row("sod-rsa-pss-sha224", "RSA-PSS with SHA-224.", rsa_pss<Hash::sha224>),
      row("sod-rsa-pss-sha256", "RSA-PSS with SHA-256.", rsa_pss<Hash::sha256>),
      row("sod-rsa-pss-sha384", "RSA-PSS with SHA-384.", rsa_pss<Hash::sha384>),
      row("sod-rsa-pss-sha512", "RSA-PSS with SHA-512.", rsa_pss<Hash::sha512>),
      row("sod-rsa-key-only-sha1", "PKCS#1 v1.5 with SHA-1, named rsaEncryption.", rsa_key_only<Hash::sha1>),
      row("sod-rsa-key-only-sha224", "PKCS#1 v1.5 with SHA-224, named rsaEncryption.", rsa_key_only<Hash::sha224>),
      row("sod-rsa-key-only-sha256", "PKCS#1 v1.5 with SHA-256, named rsaEncryption.", rsa_key_only<Hash::sha256>),
      row("sod-rsa-key-only-sha384", "PKCS#1 v1.5 with SHA-384, named rsaEncryption.", rsa_key_only<Hash::sha384>),
      row("sod-rsa-key-only-sha512", "PKCS#1 v1.5 with SHA-512, named rsaEncryption.", rsa_key_only<Hash::sha512>),
  };
}

std::vector<Fault> other_variants() {
  return {
      row("sod-dsa-sha1", "DSA of 1024 bits with SHA-1.", dsa<Hash::sha1>),
      row("sod-dsa-sha224", "DSA of 2048 bits with SHA-224.", dsa<Hash::sha224>),
      row("sod-dsa-sha256", "DSA of 2048 bits with SHA-256.", dsa<Hash::sha256>),
      row("sod-ecdsa-sha1", "ECDSA with SHA-1, as ANSI X9.62 names it.", on_a_curve<Hash::sha1, ecdsa>),
      row("sod-ecdsa-sha224", "ECDSA with SHA-224, as ANSI X9.62 names it.", on_a_curve<Hash::sha224, ecdsa>),
      row("sod-ecdsa-sha256", "ECDSA with SHA-256, as ANSI X9.62 names it.", on_a_curve<Hash::sha256, ecdsa>),
      row("sod-ecdsa-sha384", "ECDSA with SHA-384, as ANSI X9.62 names it.", on_a_curve<Hash::sha384, ecdsa>),
      row("sod-ecdsa-sha512", "ECDSA with SHA-512, as ANSI X9.62 names it.", on_a_curve<Hash::sha512, ecdsa>),
      row("sod-ecdsa-plain-sha1", "ECDSA with SHA-1, r and s side by side, as TR-03111 names it.",
          on_a_curve<Hash::sha1, ecdsa_plain>),
      row("sod-ecdsa-plain-sha224", "ECDSA with SHA-224, r and s side by side, as TR-03111 names it.",
          on_a_curve<Hash::sha224, ecdsa_plain>),
      row("sod-ecdsa-plain-sha256", "ECDSA with SHA-256, r and s side by side, as TR-03111 names it.",
          on_a_curve<Hash::sha256, ecdsa_plain>),
      row("sod-ecdsa-plain-sha384", "ECDSA with SHA-384, r and s side by side, as TR-03111 names it.",
          on_a_curve<Hash::sha384, ecdsa_plain>),
      row("sod-ecdsa-plain-sha512", "ECDSA with SHA-512, r and s side by side, as TR-03111 names it.",
          on_a_curve<Hash::sha512, ecdsa_plain>),
      row("list-of-another-hash", "The data groups are hashed with SHA-512, the message with SHA-256.",
          [](Scene& s) {
            rsa_pkcs1<Hash::sha256>(s);
            list_with(s, Hash::sha512);
          }),
      row("ds-pkcs1-sod-pss", "The CSCA signs with PKCS#1 v1.5, the signer with RSA-PSS.", issued_pkcs1_sealed_pss,
          kOwnTrust),
      row("ds-pss-sod-pkcs1", "The CSCA signs with RSA-PSS, the signer with PKCS#1 v1.5.", issued_pss_sealed_pkcs1,
          kOwnTrust),
      row("ds-ecdsa-sod-rsa", "The CSCA signs with ECDSA, the signer with RSA.", issued_ecdsa_sealed_rsa, kOwnTrust),
      row("ds-rsa-sod-ecdsa", "The CSCA signs with RSA, the signer with ECDSA.", issued_rsa_sealed_ecdsa, kOwnTrust),
      row(
          "sod-signer-out-of-band", "The message does not bring the signer's certificate; the reader has it.",
          [](Scene& s) {
            rsa_pkcs1<Hash::sha256>(s);
            bend(s, [](SodRecipe& r) { r.certificates.clear(); });
            s.trust = [](const Authority& authority) {
              auto material = authority.material();
              material.certificates.push_back(authority.ds_certificate());
              return material;
            };
          },
          kOwnTrust),
  };
}

}  // namespace

std::vector<Fault> variants_of_the_algorithms() {
  auto all = rsa_variants();
  const auto others = other_variants();
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace cicada::host::misissue
