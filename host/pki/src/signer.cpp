#include "cicada/host/pki/signer.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {
HashAlgorithm hash_for(const ossl::PrivateKey& key) noexcept {
  if (key.ec() == nullptr) return HashAlgorithm::sha256;
  const auto size = ossl::order_size(key.ec()->curve());
  if (size <= ossl::hash_size(HashAlgorithm::sha256)) return HashAlgorithm::sha256;
  return size <= ossl::hash_size(HashAlgorithm::sha384) ? HashAlgorithm::sha384 : HashAlgorithm::sha512;
}

asn1::AlgorithmIdentifier algorithm_for(const ossl::PrivateKey& key, HashAlgorithm hash) {
  // RSA identifiers carry NULL, ECDSA identifiers nothing (RFC 4055 §5, RFC 5758 §3.2).
  if (key.ec() == nullptr) return {.oid = oids::kSha256WithRsa, .parameters = asn1::encode_null()};
  switch (hash) {
    case HashAlgorithm::sha384: return {.oid = oids::kEcdsaWithSha384, .parameters = {}};
    case HashAlgorithm::sha512: return {.oid = oids::kEcdsaWithSha512, .parameters = {}};
    default: return {.oid = oids::kEcdsaWithSha256, .parameters = {}};
  }
}
}  // namespace

Signer::Signer(ossl::PrivateKey key)
    : key_(std::move(key)), hash_(hash_for(key_)), algorithm_(algorithm_for(key_, hash_)) {}

asn1::AlgorithmIdentifier Signer::digest_algorithm() const {
  return {.oid = oid_of(hash_), .parameters = {}};
}

base::Result<base::Bytes> Signer::sign(base::ByteView message) const {
  CICADA_TRY(const auto digest, ossl::hash(hash_, message));
  if (const auto* ec = key_.ec()) return ec->sign_der(digest);
  return key_.rsa()->sign_pkcs1(hash_, digest);
}

base::Result<base::Bytes> Signer::public_key_info(EcParameterForm form) const {
  if (const auto* rsa = key_.rsa()) return asn1::encode_rsa_public_key_info(rsa->modulus(), rsa->exponent());
  const auto curve = key_.ec()->curve();
  if (form == EcParameterForm::named_curve) {
    CICADA_TRY(const auto oid, asn1::Oid::from_dotted(ossl::curve_oid(curve)));
    return asn1::encode_ec_public_key_info(oid, key_.ec()->public_point());
  }
  const auto& known = ossl::curve_parameters(curve);
  const asn1::EcDomainParameters parameters{.p = known.p,
                                            .a = known.a,
                                            .b = known.b,
                                            .generator = known.generator,
                                            .order = known.order,
                                            .cofactor = known.cofactor};
  return asn1::encode_ec_public_key_info(parameters, key_.ec()->public_point());
}

bool Signer::matches(const asn1::Certificate& certificate) const {
  if (const auto* ec = key_.ec()) {
    const auto public_key = PublicKey::create(certificate.public_key);
    return public_key && public_key->ec() != nullptr && public_key->ec()->curve() == ec->curve() &&
           base::equal(public_key->ec()->point(), ec->public_point());
  }
  const auto numbers = asn1::parse_rsa_public_key(certificate.public_key);
  return numbers && base::equal(numbers->modulus, asn1::trim_unsigned(key_.rsa()->modulus())) &&
         base::equal(numbers->exponent, asn1::trim_unsigned(key_.rsa()->exponent()));
}

base::Result<void> check_usable(const DocumentSigner& signer, base::Instant at) {
  const auto& validity = signer.certificate.validity;
  if (at < validity.not_before || at > validity.not_after) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the document signer's certificate is not valid now",
                       .clause = "9303-12 §4.1.1.1",
                       .hint = "make a new document signer"});
  }
  CICADA_TRY(const auto period, signer.certificate.private_key_usage_period());
  if (period && ((period->not_before && at < *period->not_before) || (period->not_after && at > *period->not_after))) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the document signer's key may not sign any more (private key usage period)",
                       .clause = "9303-12 §4.1.1.2",
                       .hint = "make a new document signer"});
  }
  return {};
}

}  // namespace cicada::host::pki
