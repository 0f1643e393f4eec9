#include "cicada/host/pki/signer.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {

HashAlgorithm hash_for(const PublicHalf& half) noexcept {
  const auto* ec = std::get_if<EcHalf>(&half);
  if (ec == nullptr) return HashAlgorithm::sha256;
  const auto size = ossl::order_size(ec->curve);
  if (size <= ossl::hash_size(HashAlgorithm::sha256)) return HashAlgorithm::sha256;
  return size <= ossl::hash_size(HashAlgorithm::sha384) ? HashAlgorithm::sha384 : HashAlgorithm::sha512;
}

asn1::AlgorithmIdentifier algorithm_for(const PublicHalf& half, HashAlgorithm hash) {
  // RSA identifiers carry NULL, ECDSA identifiers nothing (RFC 4055 §5, RFC 5758 §3.2).
  if (std::holds_alternative<RsaHalf>(half)) {
    return {.oid = oids::kSha256WithRsa, .parameters = asn1::encode_null()};
  }
  switch (hash) {
    case HashAlgorithm::sha384: return {.oid = oids::kEcdsaWithSha384, .parameters = {}};
    case HashAlgorithm::sha512: return {.oid = oids::kEcdsaWithSha512, .parameters = {}};
    default: return {.oid = oids::kEcdsaWithSha256, .parameters = {}};
  }
}

PublicHalf half_of(const ossl::PrivateKey& key) {
  if (const auto* ec = key.ec()) return EcHalf{.curve = ec->curve(), .point = ec->public_point()};
  return RsaHalf{.modulus = key.rsa()->modulus(), .exponent = key.rsa()->exponent()};
}

class KeyInMemory final : public SigningKey {
 public:
  explicit KeyInMemory(ossl::PrivateKey key) : key_(std::move(key)), half_(half_of(key_)) {}

  [[nodiscard]] const PublicHalf& public_half() const noexcept override { return half_; }
  [[nodiscard]] base::Result<base::Bytes> sign_digest(HashAlgorithm hash, base::ByteView digest) const override {
    if (const auto* ec = key_.ec()) return ec->sign_der(digest);
    return key_.rsa()->sign_pkcs1(hash, digest);
  }

 private:
  ossl::PrivateKey key_;
  PublicHalf half_;
};

}  // namespace

std::vector<base::Result<base::Bytes>> SigningKey::sign_digests(HashAlgorithm hash,
                                                                std::span<const base::Bytes> digests) const {
  std::vector<base::Result<base::Bytes>> signatures;
  signatures.reserve(digests.size());
  for (const auto& digest : digests) {
    const bool failed = !signatures.empty() && !signatures.back();
    signatures.push_back(failed ? signatures.back() : sign_digest(hash, digest));
  }
  return signatures;
}

std::unique_ptr<const SigningKey> signing_key(ossl::PrivateKey key) {
  return std::make_unique<const KeyInMemory>(std::move(key));
}

Signer::Signer(std::unique_ptr<const SigningKey> key)
    : key_(std::move(key)),
      hash_(hash_for(key_->public_half())),
      algorithm_(algorithm_for(key_->public_half(), hash_)) {}

asn1::AlgorithmIdentifier Signer::digest_algorithm() const {
  return {.oid = oid_of(hash_), .parameters = {}};
}

base::Result<base::Bytes> Signer::sign(base::ByteView message) const {
  CICADA_TRY(const auto digest, ossl::hash(hash_, message));
  return key_->sign_digest(hash_, digest);
}

std::vector<base::Result<base::Bytes>> Signer::sign_each(std::span<const base::ByteView> messages) const {
  std::vector<base::Bytes> digests;
  digests.reserve(messages.size());
  for (const auto message : messages) {
    auto digest = ossl::hash(hash_, message);
    if (!digest) return std::vector(messages.size(), digest);
    digests.push_back(*std::move(digest));
  }
  return key_->sign_digests(hash_, digests);
}

base::Result<base::Bytes> Signer::public_key_info(EcParameterForm form) const {
  const auto& half = key_->public_half();
  if (const auto* rsa = std::get_if<RsaHalf>(&half)) {
    return asn1::encode_rsa_public_key_info(rsa->modulus, rsa->exponent);
  }
  const auto& ec = std::get<EcHalf>(half);
  if (form == EcParameterForm::named_curve) {
    CICADA_TRY(const auto oid, asn1::Oid::from_dotted(ossl::curve_oid(ec.curve)));
    return asn1::encode_ec_public_key_info(oid, ec.point);
  }
  const auto& known = ossl::curve_parameters(ec.curve);
  const asn1::EcDomainParameters parameters{.p = known.p,
                                            .a = known.a,
                                            .b = known.b,
                                            .generator = known.generator,
                                            .order = known.order,
                                            .cofactor = known.cofactor};
  return asn1::encode_ec_public_key_info(parameters, ec.point);
}

bool Signer::matches(const asn1::Certificate& certificate) const {
  const auto& half = key_->public_half();
  if (const auto* ec = std::get_if<EcHalf>(&half)) {
    const auto public_key = PublicKey::create(certificate.public_key);
    return public_key && public_key->ec() != nullptr && public_key->ec()->curve() == ec->curve &&
           base::equal(public_key->ec()->point(), ec->point);
  }
  const auto& rsa = std::get<RsaHalf>(half);
  const auto numbers = asn1::parse_rsa_public_key(certificate.public_key);
  return numbers && base::equal(numbers->modulus, asn1::trim_unsigned(rsa.modulus)) &&
         base::equal(numbers->exponent, asn1::trim_unsigned(rsa.exponent));
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
