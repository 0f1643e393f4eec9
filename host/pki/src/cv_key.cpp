#include "cicada/host/pki/cv_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

struct NamedScheme {
  asn1::Oid oid;
  CvScheme scheme;
};

constexpr std::array kSchemes = {
    NamedScheme{oids::kTaEcdsaSha1, {SignatureFamily::ecdsa, HashAlgorithm::sha1}},
    NamedScheme{oids::kTaEcdsaSha224, {SignatureFamily::ecdsa, HashAlgorithm::sha224}},
    NamedScheme{oids::kTaEcdsaSha256, {SignatureFamily::ecdsa, HashAlgorithm::sha256}},
    NamedScheme{oids::kTaEcdsaSha384, {SignatureFamily::ecdsa, HashAlgorithm::sha384}},
    NamedScheme{oids::kTaEcdsaSha512, {SignatureFamily::ecdsa, HashAlgorithm::sha512}},
    NamedScheme{oids::kTaRsaV15Sha1, {SignatureFamily::rsa_pkcs1, HashAlgorithm::sha1}},
    NamedScheme{oids::kTaRsaV15Sha256, {SignatureFamily::rsa_pkcs1, HashAlgorithm::sha256}},
    NamedScheme{oids::kTaRsaV15Sha512, {SignatureFamily::rsa_pkcs1, HashAlgorithm::sha512}},
    NamedScheme{oids::kTaRsaPssSha1, {SignatureFamily::rsa_pss, HashAlgorithm::sha1}},
    NamedScheme{oids::kTaRsaPssSha256, {SignatureFamily::rsa_pss, HashAlgorithm::sha256}},
    NamedScheme{oids::kTaRsaPssSha512, {SignatureFamily::rsa_pss, HashAlgorithm::sha512}},
};

constexpr base::Literal kClause = "9303-11 §7.1.5";

ossl::PssParameters pss_of(HashAlgorithm hash) {
  return {.hash = hash, .mgf_hash = hash, .salt_length = static_cast<std::uint32_t>(ossl::hash_size(hash))};
}

base::Result<ossl::Curve> curve_of(const asn1::CvEcKey& key, std::optional<ossl::Curve> inherited) {
  if (!key.domain) {
    if (inherited) return *inherited;
    return base::fail({.what = "an EC key without a domain, and none to inherit", .clause = "9303-11 §7.1.5"});
  }
  const auto known = ossl::match_curve({.p = key.domain->p,
                                        .a = key.domain->a,
                                        .b = key.domain->b,
                                        .generator = key.domain->generator,
                                        .order = key.domain->order,
                                        .cofactor = key.domain->cofactor});
  if (known) return *known;
  return base::fail({.fault = base::Fault::security,
                     .what = "the explicit curve parameters are not those of a known curve",
                     .clause = "9303-11 §9.5.1"});
}

HashAlgorithm usual_hash(const ossl::PrivateKey& key) {
  if (key.ec() == nullptr) return HashAlgorithm::sha256;
  const auto size = ossl::order_size(key.ec()->curve());
  if (size <= ossl::hash_size(HashAlgorithm::sha256)) return HashAlgorithm::sha256;
  return size <= ossl::hash_size(HashAlgorithm::sha384) ? HashAlgorithm::sha384 : HashAlgorithm::sha512;
}

std::string_view family_name(SignatureFamily family) {
  return family == SignatureFamily::rsa_pss ? "PSS" : "PKCS#1 v1.5";
}

}  // namespace

base::Result<CvScheme> cv_scheme(const asn1::Oid& algorithm) {
  const auto* found = std::ranges::find(kSchemes, algorithm, &NamedScheme::oid);
  if (found != kSchemes.end()) return found->scheme;
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "the signature algorithm of a card-verifiable certificate is not known",
                     .clause = kClause});
}

base::Result<asn1::Oid> cv_algorithm(const CvScheme& scheme) {
  const auto* found = std::ranges::find(kSchemes, scheme, &NamedScheme::scheme);
  if (found != kSchemes.end()) return found->oid;
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "card-verifiable certificates have no signature algorithm of this kind",
                     .clause = kClause});
}

base::Result<CvKey> CvKey::create(const asn1::CvPublicKey& key, std::optional<ossl::Curve> inherited) {
  CICADA_TRY(const auto scheme, cv_scheme(key.algorithm));
  if (const auto* ec = key.ec()) {
    CICADA_TRY(const auto curve, curve_of(*ec, inherited));
    CICADA_TRY(auto point, ossl::EcPublicKey::create(curve, ec->point));
    return CvKey{Key{std::move(point)}, scheme};
  }
  CICADA_TRY(auto numbers, ossl::RsaPublicKey::create(key.rsa()->modulus, key.rsa()->exponent));
  return CvKey{Key{std::move(numbers)}, scheme};
}

base::Result<void> CvKey::verify(base::ByteView message, base::ByteView signature) const {
  CICADA_TRY(const auto digest, ossl::hash(scheme_.hash, message));
  if (const auto* ec = std::get_if<ossl::EcPublicKey>(&key_)) {
    const auto size = ossl::order_size(ec->curve());
    if (signature.size() != 2 * size) {
      return base::fail({.fault = base::Fault::security,
                         .what = "the ECDSA signature is not r and s, each as long as the order",
                         .clause = "9303-11 §7.1.5"});
    }
    return ec->verify_plain(digest, signature);
  }
  const auto& rsa = std::get<ossl::RsaPublicKey>(key_);
  if (scheme_.family == SignatureFamily::rsa_pss) return rsa.verify_pss(pss_of(scheme_.hash), digest, signature);
  return rsa.verify_pkcs1(scheme_.hash, digest, signature);
}

std::optional<ossl::Curve> CvKey::curve() const noexcept {
  if (const auto* ec = std::get_if<ossl::EcPublicKey>(&key_)) return ec->curve();
  return std::nullopt;
}

std::string CvKey::describe() const {
  if (const auto known = curve()) return fmt::format("EC {}, {}", ossl::curve_name(*known), name_of(scheme_.hash));
  return fmt::format("RSA {} bit, {}, {}", std::get<ossl::RsaPublicKey>(key_).modulus_bits(),
                     family_name(scheme_.family), name_of(scheme_.hash));
}

base::Result<CvSigner> CvSigner::create(ossl::PrivateKey key, const asn1::Oid& algorithm) {
  CICADA_TRY(const auto scheme, cv_scheme(algorithm));
  if ((scheme.family == SignatureFamily::ecdsa) != (key.ec() != nullptr)) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "the signature algorithm does not fit the key", .clause = kClause});
  }
  return CvSigner{std::move(key), algorithm, scheme};
}

base::Result<CvSigner> CvSigner::create(ossl::PrivateKey key) {
  const auto family = key.ec() != nullptr ? SignatureFamily::ecdsa : SignatureFamily::rsa_pss;
  CICADA_TRY(const auto algorithm, cv_algorithm({.family = family, .hash = usual_hash(key)}));
  return create(std::move(key), algorithm);
}

base::Result<base::Bytes> CvSigner::sign(base::ByteView message) const {
  CICADA_TRY(const auto digest, ossl::hash(scheme_.hash, message));
  if (const auto* ec = key_.ec()) return ec->sign_plain(digest);
  if (scheme_.family == SignatureFamily::rsa_pss) return key_.rsa()->sign_pss(pss_of(scheme_.hash), digest);
  return key_.rsa()->sign_pkcs1(scheme_.hash, digest);
}

asn1::CvPublicKey CvSigner::public_key(bool with_domain) const {
  asn1::CvPublicKey key{.algorithm = algorithm_, .key = {}};
  if (const auto* rsa = key_.rsa()) {
    key.key = asn1::CvRsaKey{.modulus = base::to_bytes(asn1::trim_unsigned(rsa->modulus())),
                             .exponent = base::to_bytes(asn1::trim_unsigned(rsa->exponent()))};
    return key;
  }
  asn1::CvEcKey point{.domain = std::nullopt, .point = key_.ec()->public_point()};
  if (with_domain) {
    const auto& known = ossl::curve_parameters(key_.ec()->curve());
    point.domain = asn1::EcDomainParameters{.p = known.p,
                                            .a = known.a,
                                            .b = known.b,
                                            .generator = known.generator,
                                            .order = known.order,
                                            .cofactor = known.cofactor};
  }
  key.key = std::move(point);
  return key;
}

bool CvSigner::matches(const asn1::CvPublicKey& key) const {
  const auto own = public_key(false);
  if (own.algorithm != key.algorithm) return false;
  if (const auto* rsa = own.rsa()) {
    return key.rsa() != nullptr && rsa->modulus == key.rsa()->modulus && rsa->exponent == key.rsa()->exponent;
  }
  return key.ec() != nullptr && own.ec()->point == key.ec()->point;
}

std::optional<ossl::Curve> CvSigner::curve() const noexcept {
  if (const auto* ec = key_.ec()) return ec->curve();
  return std::nullopt;
}

}  // namespace cicada::host::pki
