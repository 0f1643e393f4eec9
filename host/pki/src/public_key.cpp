#include "cicada/host/pki/public_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "recent.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

struct HashName {
  HashAlgorithm hash;
  asn1::Oid oid;
  std::string_view name;
};

constexpr std::array kHashes = {
    HashName{HashAlgorithm::sha1, oids::kSha1, "SHA-1"},
    HashName{HashAlgorithm::sha224, oids::kSha224, "SHA-224"},
    HashName{HashAlgorithm::sha256, oids::kSha256, "SHA-256"},
    HashName{HashAlgorithm::sha384, oids::kSha384, "SHA-384"},
    HashName{HashAlgorithm::sha512, oids::kSha512, "SHA-512"},
};

const HashName& entry_of(HashAlgorithm hash) noexcept {
  return *std::ranges::find(kHashes, hash, &HashName::hash);
}

struct SimpleScheme {
  asn1::Oid oid;
  SignatureFamily family;
  std::optional<HashAlgorithm> hash;
  std::string_view deviation = {};
};

constexpr std::array kSimpleSchemes = {
    SimpleScheme{oids::kSha1WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha1},
    SimpleScheme{oids::kSha224WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha224},
    SimpleScheme{oids::kSha256WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha256},
    SimpleScheme{oids::kSha384WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha384},
    SimpleScheme{oids::kSha512WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha512},
    SimpleScheme{oids::kEcdsaWithSha1, SignatureFamily::ecdsa, HashAlgorithm::sha1},
    SimpleScheme{oids::kEcdsaWithSha224, SignatureFamily::ecdsa, HashAlgorithm::sha224},
    SimpleScheme{oids::kEcdsaWithSha256, SignatureFamily::ecdsa, HashAlgorithm::sha256},
    SimpleScheme{oids::kEcdsaWithSha384, SignatureFamily::ecdsa, HashAlgorithm::sha384},
    SimpleScheme{oids::kEcdsaWithSha512, SignatureFamily::ecdsa, HashAlgorithm::sha512},
    SimpleScheme{oids::kDsaWithSha1, SignatureFamily::dsa, HashAlgorithm::sha1},
    SimpleScheme{oids::kDsaWithSha224, SignatureFamily::dsa, HashAlgorithm::sha224},
    SimpleScheme{oids::kDsaWithSha256, SignatureFamily::dsa, HashAlgorithm::sha256},
    SimpleScheme{oids::kRsaEncryption, SignatureFamily::rsa_pkcs1, std::nullopt, deviation::kSignatureNamesKeyOnly},
    SimpleScheme{oids::kOiwSha1WithRsa, SignatureFamily::rsa_pkcs1, HashAlgorithm::sha1,
                 deviation::kSignatureAlgorithmForm},
    SimpleScheme{oids::kEcdsaWithRecommended, SignatureFamily::ecdsa, std::nullopt, deviation::kSignatureAlgorithmForm},
    SimpleScheme{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.1"), SignatureFamily::ecdsa_plain, HashAlgorithm::sha1,
                 deviation::kEcdsaPlain},
    SimpleScheme{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.2"), SignatureFamily::ecdsa_plain, HashAlgorithm::sha224,
                 deviation::kEcdsaPlain},
    SimpleScheme{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.3"), SignatureFamily::ecdsa_plain, HashAlgorithm::sha256,
                 deviation::kEcdsaPlain},
    SimpleScheme{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.4"), SignatureFamily::ecdsa_plain, HashAlgorithm::sha384,
                 deviation::kEcdsaPlain},
    SimpleScheme{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.5"), SignatureFamily::ecdsa_plain, HashAlgorithm::sha512,
                 deviation::kEcdsaPlain},
};

constexpr std::array kCurves = {
    ossl::Curve::p192,
    ossl::Curve::brainpool_p192r1,
    ossl::Curve::p224,
    ossl::Curve::brainpool_p224r1,
    ossl::Curve::p256,
    ossl::Curve::brainpool_p256r1,
    ossl::Curve::brainpool_p320r1,
    ossl::Curve::p384,
    ossl::Curve::brainpool_p384r1,
    ossl::Curve::brainpool_p512r1,
    ossl::Curve::p521,
};

base::Result<ossl::PssParameters> pss_parameters(base::ByteView der) {
  CICADA_TRY(const auto parsed, asn1::parse_pss_parameters(der));
  const auto hash = hash_by_oid(parsed.hash);
  const auto mgf_hash = hash_by_oid(parsed.mgf_hash);
  if (!hash || !mgf_hash) {
    return base::fail({.fault = base::Fault::unsupported, .what = "RSA-PSS with a hash that is not supported"});
  }
  return ossl::PssParameters{.hash = *hash, .mgf_hash = *mgf_hash, .salt_length = parsed.salt_length};
}

bool same_pss(const ossl::PssParameters& a, const ossl::PssParameters& b) noexcept {
  // RFC 4055 §3.3: hashes as the key says, the salt not shorter.
  return a.hash == b.hash && a.mgf_hash == b.mgf_hash && a.salt_length >= b.salt_length;
}

/// A compressed generator, replaced by the full point of the known curve that it belongs to.
base::Bytes full_generator(const asn1::EcDomainParameters& given) {
  if (given.generator.empty() || (given.generator[0] != 0x02 && given.generator[0] != 0x03)) return given.generator;
  const auto x = base::ByteView{given.generator}.subspan(1);
  for (const auto curve : kCurves) {
    const auto& known = ossl::curve_parameters(curve).generator;
    const auto half = (known.size() - 1) / 2;
    const auto parity = static_cast<std::uint8_t>(0x02U | (known.back() & 1U));
    if (base::equal(x, base::ByteView{known}.subspan(1, half)) && parity == given.generator[0]) return known;
  }
  return given.generator;
}

base::Result<ossl::Curve> curve_of(const asn1::EcPublicKeyNumbers& numbers) {
  if (numbers.named_curve) {
    const auto named = ossl::curve_by_oid(numbers.named_curve->to_dotted());
    if (named) return *named;
    return base::fail({.fault = base::Fault::unsupported, .what = "the named curve is not supported"});
  }
  if (!numbers.parameters) return base::fail({.what = "an EC key without domain parameters"});
  const auto& given = *numbers.parameters;
  const auto known = ossl::match_curve({.p = given.p,
                                        .a = given.a,
                                        .b = given.b,
                                        .generator = full_generator(given),
                                        .order = given.order,
                                        .cofactor = given.cofactor});
  if (known) return *known;
  return base::fail({.fault = base::Fault::security,
                     .what = "the explicit curve parameters are not those of a known curve",
                     .clause = "9303-12 §4.1.6.3"});
}

constexpr std::size_t kWeakRsaBits = 2048;
constexpr std::size_t kWeakOrderSize = 28;

}  // namespace

std::optional<HashAlgorithm> hash_by_oid(const asn1::Oid& oid) noexcept {
  const auto* found = std::ranges::find(kHashes, oid, &HashName::oid);
  if (found == kHashes.end()) return std::nullopt;
  return found->hash;
}

const asn1::Oid& oid_of(HashAlgorithm hash) noexcept {
  return entry_of(hash).oid;
}

std::string_view name_of(HashAlgorithm hash) noexcept {
  return entry_of(hash).name;
}

namespace {
base::Result<SignatureScheme> pss_scheme(const asn1::AlgorithmIdentifier& algorithm) {
  SignatureScheme scheme{.family = SignatureFamily::rsa_pss, .hash = {}, .pss = {}};
  if (!algorithm.has_parameters()) {
    scheme.pss_names_hash = false;
    scheme.pss_names_mask_hash = false;
    scheme.deviations = {deviation::kPssWithoutParameters};
    return scheme;
  }
  CICADA_TRY(const auto parsed, asn1::parse_pss_parameters(algorithm.parameters));
  CICADA_TRY(scheme.pss, pss_parameters(algorithm.parameters));
  scheme.hash = scheme.pss->hash;
  scheme.pss_names_hash = parsed.names_hash;
  scheme.pss_names_mask_hash = parsed.names_mgf_hash;
  return scheme;
}

/// ecdsa-with-SHA2 of X9.62-2005: the hash is the parameter.
base::Result<SignatureScheme> specified_scheme(const asn1::AlgorithmIdentifier& algorithm) {
  CICADA_TRY(const auto parameter, asn1::parse_algorithm_identifier(algorithm.parameters));
  const auto hash = hash_by_oid(parameter.oid);
  if (!hash) return base::fail({.fault = base::Fault::unsupported, .what = "ECDSA with a hash that is not supported"});
  return SignatureScheme{
      .family = SignatureFamily::ecdsa, .hash = hash, .pss = {}, .deviations = {deviation::kSignatureAlgorithmForm}};
}
}  // namespace

base::Result<SignatureScheme> signature_scheme(const asn1::AlgorithmIdentifier& algorithm) {
  if (algorithm.oid == oids::kRsassaPss) return pss_scheme(algorithm);
  if (algorithm.oid == oids::kEcdsaWithSpecified) return specified_scheme(algorithm);
  // Some security objects name the key where the signature belongs; the parameters are then the curve.
  if (algorithm.oid == oids::kEcPublicKey) {
    return SignatureScheme{
        .family = SignatureFamily::ecdsa, .hash = {}, .pss = {}, .deviations = {deviation::kSignatureNamesKeyOnly}};
  }
  if (const auto hash = hash_by_oid(algorithm.oid)) {
    return SignatureScheme{.family = SignatureFamily::of_the_key,
                           .hash = hash,
                           .pss = {},
                           .deviations = {deviation::kSignatureNamesHashOnly}};
  }
  const auto* simple = std::ranges::find(kSimpleSchemes, algorithm.oid, &SimpleScheme::oid);
  if (simple == kSimpleSchemes.end()) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "the signature algorithm is not supported",
                       .clause = "9303-12 §4.1.6"});
  }
  SignatureScheme scheme{.family = simple->family, .hash = simple->hash, .pss = {}};
  if (!simple->deviation.empty()) scheme.deviations.push_back(simple->deviation);
  // RFC 5758 §3.2: none belong there. Nothing is taken from them.
  if (algorithm.has_parameters()) scheme.deviations.push_back(deviation::kSignatureAlgorithmParameters);
  return scheme;
}

namespace {
KeyForm form_of(const asn1::EcPublicKeyNumbers& numbers, ossl::Curve curve) {
  return {.named_curve = numbers.named_curve.has_value(), .weak = ossl::order_size(curve) < kWeakOrderSize};
}

/// Of a number without leading zeros.
std::size_t bits_of(base::ByteView number) noexcept {
  return number.empty() ? 0 : 8 * (number.size() - 1) + static_cast<std::size_t>(std::bit_width(number[0]));
}

KeyForm form_of(const asn1::RsaPublicKeyNumbers& numbers, const asn1::SubjectPublicKeyInfo& info) {
  return {.weak = bits_of(numbers.modulus) < kWeakRsaBits || has_roca_fingerprint(numbers.modulus),
          .negative = numbers.negative,
          .pss_only = info.algorithm.oid == oids::kRsassaPss};
}
}  // namespace

base::Result<KeyForm> key_form(const asn1::SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid == oids::kEcPublicKey) {
    CICADA_TRY(const auto numbers, asn1::parse_ec_public_key(info));
    CICADA_TRY(const auto curve, curve_of(numbers));
    return form_of(numbers, curve);
  }
  if (info.algorithm.oid == oids::kDsa) {
    CICADA_TRY(const auto numbers, asn1::parse_dsa_public_key(info));
    return KeyForm{.weak = bits_of(numbers.p) < kWeakRsaBits};
  }
  CICADA_TRY(const auto numbers, asn1::parse_rsa_public_key(info));
  return form_of(numbers, info);
}

base::Result<PublicKey> PublicKey::create(const asn1::SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid == oids::kEcPublicKey) {
    CICADA_TRY(const auto numbers, asn1::parse_ec_public_key(info));
    CICADA_TRY(const auto curve, curve_of(numbers));
    CICADA_TRY(auto point, ossl::EcPublicKey::create(curve, numbers.point));
    return PublicKey{Key{std::move(point)}, form_of(numbers, curve)};
  }
  if (info.algorithm.oid == oids::kDsa) {
    CICADA_TRY(const auto form, key_form(info));
    CICADA_TRY(const auto numbers, asn1::parse_dsa_public_key(info));
    CICADA_TRY(auto key, ossl::DsaPublicKey::create({.p = numbers.p, .q = numbers.q, .g = numbers.g}, numbers.value));
    return PublicKey{Key{std::move(key)}, form};
  }
  CICADA_TRY(const auto numbers, asn1::parse_rsa_public_key(info));
  CICADA_TRY(auto rsa, ossl::RsaPublicKey::create(numbers.modulus, numbers.exponent));
  PublicKey key{Key{std::move(rsa)}, form_of(numbers, info)};
  if (key.form_.pss_only && info.algorithm.has_parameters()) {
    CICADA_TRY(key.pss_restriction_, pss_parameters(info.algorithm.parameters));
  }
  return key;
}

base::Result<std::shared_ptr<const PublicKey>> kept_public_key(const asn1::SubjectPublicKeyInfo& info) {
  struct Kept {
    asn1::SubjectPublicKeyInfo info;
    PublicKey key;
  };
  static Recent<Kept, kMaxKeptSigners> recent;
  auto kept = recent.find([&info](const Kept& one) {
    return one.info.key == info.key && one.info.algorithm == info.algorithm && one.info.der == info.der;
  });
  if (!kept) {
    CICADA_TRY(auto key, PublicKey::create(info));
    kept = std::make_shared<const Kept>(info, std::move(key));
    recent.keep(kept);
  }
  return std::shared_ptr<const PublicKey>{kept, &kept->key};
}

std::string PublicKey::describe() const {
  if (const auto* key = ec()) return fmt::format("EC {}", ossl::curve_name(key->curve()));
  if (const auto* key = dsa()) return fmt::format("DSA {} bit", key->prime_bits());
  return fmt::format("RSA {} bit", rsa()->modulus_bits());
}

base::Result<void> PublicKey::verify(const SignatureScheme& scheme, base::ByteView message,
                                     base::ByteView signature) const {
  if (!scheme.hash) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the signature algorithm does not say which hash"});
  }
  CICADA_TRY(const auto digest, ossl::hash(*scheme.hash, message));
  return verify_digest(scheme, *scheme.hash, digest, signature);
}

base::Result<void> PublicKey::verify_digest(const SignatureScheme& scheme, HashAlgorithm hash, base::ByteView digest,
                                            base::ByteView signature) const {
  const bool wants_ec = scheme.family == SignatureFamily::ecdsa || scheme.family == SignatureFamily::ecdsa_plain ||
                        (scheme.family == SignatureFamily::of_the_key && ec() != nullptr);
  const bool wants_dsa =
      scheme.family == SignatureFamily::dsa || (scheme.family == SignatureFamily::of_the_key && dsa() != nullptr);
  if (wants_ec != (ec() != nullptr) || wants_dsa != (dsa() != nullptr) ||
      (form_.pss_only && scheme.family != SignatureFamily::rsa_pss)) {
    return base::fail({.fault = base::Fault::security, .what = "the signature algorithm does not fit the key"});
  }
  if (scheme.hash && *scheme.hash != hash) {
    return base::fail({.fault = base::Fault::security,
                       .what = "the signature algorithm names another hash than the digest algorithm"});
  }
  if (scheme.family == SignatureFamily::ecdsa_plain) return ec()->verify_plain(digest, signature);
  if (wants_ec) return ec()->verify_der(digest, signature);
  if (wants_dsa) return dsa()->verify_der(digest, signature);
  if (scheme.family != SignatureFamily::rsa_pss) return rsa()->verify_pkcs1(hash, digest, signature);
  const auto pss = scheme.pss.value_or(ossl::PssParameters{
      .hash = hash, .mgf_hash = hash, .salt_length = static_cast<std::uint32_t>(ossl::hash_size(hash))});
  if (!allows(pss)) {
    return base::fail({.fault = base::Fault::security,
                       .what = "the RSA-PSS parameters are not those that the key allows",
                       .clause = "RFC 4055 §3.3"});
  }
  return rsa()->verify_pss(pss, digest, signature);
}

bool PublicKey::allows(const ossl::PssParameters& parameters) const noexcept {
  return !pss_restriction_ || same_pss(parameters, *pss_restriction_);
}

base::Result<void> verify_signature(const asn1::AlgorithmIdentifier& algorithm, const asn1::SubjectPublicKeyInfo& key,
                                    base::ByteView message, base::ByteView signature) {
  CICADA_TRY(const auto scheme, signature_scheme(algorithm));
  CICADA_TRY(const auto public_key, PublicKey::create(key));
  return public_key.verify(scheme, message, signature);
}

}  // namespace cicada::host::pki
