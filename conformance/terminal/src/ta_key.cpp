#include <array>
#include <map>
#include <mutex>
#include <tuple>

#include "cicada/asn1/oids.h"
#include "cicada/conformance/terminal/test_pki.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::conformance::terminal {
namespace {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;
using base::Result;
using ossl::HashAlgorithm;

constexpr std::size_t kOctet = 8;

struct Scheme {
  asn1::Oid oid;
  HashAlgorithm hash{};
  bool pss = false;
};
constexpr std::array kSchemes = {
    Scheme{oids::kTaRsaV15Sha1, HashAlgorithm::sha1},
    Scheme{oids::kTaRsaV15Sha256, HashAlgorithm::sha256},
    Scheme{oids::kTaRsaV15Sha512, HashAlgorithm::sha512},
    Scheme{oids::kTaRsaPssSha1, HashAlgorithm::sha1, true},
    Scheme{oids::kTaRsaPssSha256, HashAlgorithm::sha256, true},
    Scheme{oids::kTaRsaPssSha512, HashAlgorithm::sha512, true},
    Scheme{oids::kTaEcdsaSha1, HashAlgorithm::sha1},
    Scheme{oids::kTaEcdsaSha224, HashAlgorithm::sha224},
    Scheme{oids::kTaEcdsaSha256, HashAlgorithm::sha256},
    Scheme{oids::kTaEcdsaSha384, HashAlgorithm::sha384},
    Scheme{oids::kTaEcdsaSha512, HashAlgorithm::sha512},
};

Result<Scheme> scheme_of(const asn1::Oid& oid) {
  for (const auto& scheme : kSchemes) {
    if (scheme.oid == oid) return scheme;
  }
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "a scheme of terminal authentication that is not known",
                     .clause = "9303-11 §7.1.5"});
}

Result<ossl::PrivateKey> generate(const asn1::Oid& scheme, std::optional<ossl::Curve> curve, std::size_t bits) {
  if (scheme.is_under(oids::kTaEcdsa)) {
    if (!curve) return base::fail({.fault = base::Fault::bad_input, .what = "an ECDSA key without a curve"});
    CICADA_TRY(auto key, ossl::EcPrivateKey::generate(*curve));
    return ossl::PrivateKey{std::move(key)};
  }
  constexpr std::array<std::size_t, 3> kSizes = {2048, 3072, 4096};
  for (const auto size : kSizes) {
    if (bits > size) continue;
    CICADA_TRY(auto key, ossl::RsaPrivateKey::generate(size));
    return ossl::PrivateKey{std::move(key)};
  }
  return base::fail({.fault = base::Fault::unsupported, .what = "an RSA key of more than 4096 bits"});
}

asn1::EcDomainParameters domain_of(ossl::Curve curve) {
  const auto& known = ossl::curve_parameters(curve);
  return {.p = known.p,
          .a = known.a,
          .b = known.b,
          .generator = known.generator,
          .order = known.order,
          .cofactor = known.cofactor};
}

bool is_key_of(const asn1::CvPublicKey& own, const asn1::CvPublicKey& certified) {
  if (const auto* rsa = own.rsa()) {
    const auto* const other = certified.rsa();
    return other != nullptr && rsa->modulus == other->modulus && rsa->exponent == other->exponent;
  }
  return certified.ec() != nullptr && own.ec()->point == certified.ec()->point;
}

}  // namespace

Result<TaKey> TaKey::read(const base::SecretBytes& pem, const asn1::CvPublicKey& certified) {
  CICADA_TRY(const auto scheme, scheme_of(certified.algorithm));
  CICADA_TRY(auto key, ossl::PrivateKey::from_pem(pem.expose()));
  TaKey read{std::make_shared<const ossl::PrivateKey>(std::move(key)), scheme.oid};
  if (!is_key_of(read.public_key(false), certified)) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the private key is not that of the CVCA's certificate",
                       .clause = "9303-12 §7.2"});
  }
  return read;
}

Result<TaKey> TaKey::make(const asn1::Oid& scheme, std::optional<ossl::Curve> curve, std::size_t bits, unsigned n) {
  using Name = std::tuple<bool, std::optional<ossl::Curve>, std::size_t, unsigned>;
  static std::mutex busy;
  static std::map<Name, std::shared_ptr<const ossl::PrivateKey>> made;
  CICADA_TRY(const auto known, scheme_of(scheme));
  const std::lock_guard lock{busy};
  auto& key = made[{curve.has_value(), curve, curve ? 0 : bits, n}];
  if (!key) {
    CICADA_TRY(auto fresh, generate(scheme, curve, bits));
    key = std::make_shared<const ossl::PrivateKey>(std::move(fresh));
  }
  return TaKey{key, known.oid};
}

Result<TaKey> TaKey::another(unsigned n) const {
  return make(scheme_, curve(), bits(), n);
}

std::optional<ossl::Curve> TaKey::curve() const noexcept {
  if (const auto* ec = key_->ec()) return ec->curve();
  return std::nullopt;
}

std::size_t TaKey::bits() const {
  if (const auto* ec = key_->ec()) return ossl::field_size(ec->curve()) * kOctet;
  return key_->rsa()->modulus().size() * kOctet;
}

asn1::CvPublicKey TaKey::public_key(bool with_domain) const {
  asn1::CvPublicKey key{.algorithm = scheme_, .key = {}};
  if (const auto* rsa = key_->rsa()) {
    key.key = asn1::CvRsaKey{.modulus = rsa->modulus(), .exponent = rsa->exponent()};
    return key;
  }
  asn1::CvEcKey point{.domain = std::nullopt, .point = key_->ec()->public_point()};
  if (with_domain) point.domain = domain_of(key_->ec()->curve());
  key.key = std::move(point);
  return key;
}

Result<base::Bytes> TaKey::sign(base::ByteView message) const {
  CICADA_TRY(const auto scheme, scheme_of(scheme_));
  CICADA_TRY(const auto digest, ossl::hash(scheme.hash, message));
  if (const auto* ec = key_->ec()) return ec->sign_plain(digest);
  if (!scheme.pss) return key_->rsa()->sign_pkcs1(scheme.hash, digest);
  return key_->rsa()->sign_pss({.hash = scheme.hash,
                                .mgf_hash = scheme.hash,
                                .salt_length = static_cast<std::uint32_t>(ossl::hash_size(scheme.hash))},
                               digest);
}

}  // namespace cicada::conformance::terminal
