#include "algorithms.h"

#include <array>

#include <fmt/format.h>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::conformance::lds {

namespace oids = asn1::oids;
namespace openssl = crypto::openssl;
using base::ByteView;

namespace {

constexpr std::array<std::pair<asn1::Oid, HashAlgorithm>, 4> kHashes = {{
    {oids::kSha224, HashAlgorithm::sha224},
    {oids::kSha256, HashAlgorithm::sha256},
    {oids::kSha384, HashAlgorithm::sha384},
    {oids::kSha512, HashAlgorithm::sha512},
}};

struct Known {
  asn1::Oid oid;
  SignatureKind kind;
  std::optional<HashAlgorithm> hash;
};
constexpr std::array<Known, 9> kSchemes = {{
    {oids::kSha224WithRsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha224},
    {oids::kSha256WithRsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha256},
    {oids::kSha384WithRsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha384},
    {oids::kSha512WithRsa, SignatureKind::rsa_pkcs1, HashAlgorithm::sha512},
    {oids::kRsaEncryption, SignatureKind::rsa_pkcs1, std::nullopt},
    {oids::kEcdsaWithSha224, SignatureKind::ecdsa, HashAlgorithm::sha224},
    {oids::kEcdsaWithSha256, SignatureKind::ecdsa, HashAlgorithm::sha256},
    {oids::kEcdsaWithSha384, SignatureKind::ecdsa, HashAlgorithm::sha384},
    {oids::kEcdsaWithSha512, SignatureKind::ecdsa, HashAlgorithm::sha512},
}};

bool is_null(const base::Bytes& parameters) {
  return base::equal(parameters, std::array<std::uint8_t, 2>{0x05, 0x00});
}

std::optional<HashAlgorithm> hash_by_oid(const asn1::Oid& oid) {
  for (const auto& [known, hash] : kHashes) {
    if (known == oid) return hash;
  }
  return std::nullopt;
}

Judged<SignatureScheme> pss_of(const asn1::AlgorithmIdentifier& algorithm, std::string_view what, std::size_t at) {
  if (!algorithm.has_parameters()) return breaks(fmt::format("{} is RSASSA-PSS without parameters", what), at);
  const auto parameters = asn1::parse_pss_parameters(algorithm.parameters);
  if (!parameters) return breaks(fmt::format("{} is RSASSA-PSS with parameters that are none", what), at);
  const auto hash = hash_by_oid(parameters->hash);
  if (!hash) {
    return breaks(fmt::format("{} is RSASSA-PSS with the hash {}, one of SHA-224 to SHA-512 is wanted", what,
                              parameters->hash.to_dotted()),
                  at);
  }
  if (parameters->mgf_hash != parameters->hash) {
    return breaks(fmt::format("{} is RSASSA-PSS with another hash for the mask", what), at);
  }
  return SignatureScheme{
      .kind = SignatureKind::rsa_pss, .hash = hash, .mgf_hash = *hash, .salt_length = parameters->salt_length};
}

template <typename Key>
Judged<Key> usable(base::Result<Key> key, std::string_view what, std::size_t at) {
  if (!key) return undecided(fmt::format("{}: the key cannot be computed with: {}", what, key.error().describe()), at);
  return std::move(*key);
}

Judged<void> verify_rsa(const SignatureScheme& scheme, HashAlgorithm hash, const asn1::SubjectPublicKeyInfo& info,
                        ByteView digest, ByteView signature, std::string_view what, std::size_t at) {
  const auto numbers = asn1::parse_rsa_public_key(info);
  if (!numbers) return breaks(fmt::format("{} was made with RSA, the key is none of RSA", what), at);
  CICADA_TRY(const auto key, usable(openssl::RsaPublicKey::create(numbers->modulus, numbers->exponent), what, at));
  const auto result =
      scheme.kind == SignatureKind::rsa_pss
          ? key.verify_pss({.hash = hash, .mgf_hash = scheme.mgf_hash, .salt_length = scheme.salt_length}, digest,
                           signature)
          : key.verify_pkcs1(hash, digest, signature);
  if (!result) return breaks(fmt::format("{} does not verify", what), at);
  return {};
}

Judged<void> verify_ec(const asn1::SubjectPublicKeyInfo& info, ByteView digest, ByteView signature,
                       std::string_view what, std::size_t at) {
  const auto numbers = asn1::parse_ec_public_key(info);
  if (!numbers) return breaks(fmt::format("{} was made with ECDSA, the key is none for it", what), at);
  std::optional<openssl::Curve> curve;
  if (numbers->named_curve) curve = openssl::curve_by_oid(numbers->named_curve->to_dotted());
  if (const auto& p = numbers->parameters) {
    curve = openssl::match_curve(
        {.p = p->p, .a = p->a, .b = p->b, .generator = p->generator, .order = p->order, .cofactor = p->cofactor});
  }
  if (!curve) return undecided(fmt::format("{}: the key is on a curve that is not computed with", what), at);
  CICADA_TRY(const auto key, usable(openssl::EcPublicKey::create(*curve, numbers->point), what, at));
  const auto result = key.verify_der(digest, signature);
  if (!result && result.error().fault == base::Fault::malformed) {
    return breaks(fmt::format("{} is not the DER of two numbers", what), at);
  }
  if (!result) return breaks(fmt::format("{} does not verify", what), at);
  return {};
}

}  // namespace

Judged<asn1::AlgorithmIdentifier> algorithm_of(const Object& sequence, std::string_view what) {
  auto algorithm = asn1::parse_algorithm_identifier(sequence.whole);
  if (!algorithm) return breaks(fmt::format("{} is no AlgorithmIdentifier", what), sequence.at);
  return std::move(*algorithm);
}

Judged<HashAlgorithm> hash_of(const Object& sequence, std::string_view what) {
  CICADA_TRY(const auto algorithm, algorithm_of(sequence, what));
  const auto hash = hash_by_oid(algorithm.oid);
  if (!hash) {
    return breaks(fmt::format("{} is {}, one of SHA-224 to SHA-512 is wanted", what, algorithm.oid.to_dotted()),
                  sequence.at);
  }
  if (algorithm.has_parameters()) return breaks(fmt::format("{} has parameters", what), sequence.at);
  return *hash;
}

Judged<SignatureScheme> scheme_of(const Object& sequence, std::string_view what) {
  CICADA_TRY(const auto algorithm, algorithm_of(sequence, what));
  if (algorithm.oid == oids::kRsassaPss) return pss_of(algorithm, what, sequence.at);
  for (const auto& known : kSchemes) {
    if (known.oid != algorithm.oid) continue;
    const bool ec = known.kind == SignatureKind::ecdsa;
    if (ec && !algorithm.parameters.empty()) {
      return breaks(fmt::format("{} is of ECDSA and has parameters", what), sequence.at);
    }
    if (!ec && !is_null(algorithm.parameters)) {
      return breaks(fmt::format("{} is of PKCS#1 v1.5 and its parameters are not NULL", what), sequence.at);
    }
    return SignatureScheme{.kind = known.kind, .hash = known.hash};
  }
  return breaks(fmt::format("{} is {}, which 9303-12 does not allow", what, algorithm.oid.to_dotted()), sequence.at);
}

Judged<void> verify(const SignatureScheme& scheme, HashAlgorithm hash, ByteView public_key_info, ByteView message,
                    ByteView signature, std::string_view what, std::size_t at) {
  const auto info = asn1::parse_public_key_info(public_key_info);
  if (!info) return undecided(fmt::format("{}: the key cannot be read", what), at);
  const auto used = scheme.hash.value_or(hash);
  const auto digest = openssl::hash(used, message);
  if (!digest) return undecided(fmt::format("{}: not hashed: {}", what, digest.error().describe()), at);
  if (scheme.kind == SignatureKind::ecdsa) return verify_ec(*info, *digest, signature, what, at);
  return verify_rsa(scheme, used, *info, *digest, signature, what, at);
}

}  // namespace cicada::conformance::lds
