#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::protocol::ta {
namespace {

namespace mbedtls = crypto::mbedtls;
using base::ByteView;
using base::Result;
using mbedtls::HashAlgorithm;

HashAlgorithm hash_of(Scheme scheme) noexcept {
  switch (scheme) {
    case Scheme::rsa_v15_sha1:
    case Scheme::rsa_pss_sha1:
    case Scheme::ecdsa_sha1: return HashAlgorithm::sha1;
    case Scheme::ecdsa_sha224: return HashAlgorithm::sha224;
    case Scheme::rsa_v15_sha256:
    case Scheme::rsa_pss_sha256:
    case Scheme::ecdsa_sha256: return HashAlgorithm::sha256;
    case Scheme::ecdsa_sha384: return HashAlgorithm::sha384;
    case Scheme::rsa_v15_sha512:
    case Scheme::rsa_pss_sha512:
    case Scheme::ecdsa_sha512: return HashAlgorithm::sha512;
  }
  return HashAlgorithm::sha256;
}

bool is_pss(Scheme scheme) noexcept {
  return scheme == Scheme::rsa_pss_sha1 || scheme == Scheme::rsa_pss_sha256 || scheme == Scheme::rsa_pss_sha512;
}

Result<void> verify_rsa(Scheme scheme, const RsaKey& key, ByteView digest, ByteView signature) {
  CICADA_TRY(const auto usable, mbedtls::RsaPublicKey::create(key.modulus, key.exponent));
  const auto hash = hash_of(scheme);
  if (!is_pss(scheme)) return usable.verify_pkcs1(hash, digest, signature);
  return usable.verify_pss(
      {.hash = hash, .mgf_hash = hash, .salt_length = static_cast<std::uint32_t>(mbedtls::hash_size(hash))}, digest,
      signature);
}

Result<void> verify_any(const PublicKey& key, ByteView message, ByteView signature) {
  CICADA_TRY(const auto digest, mbedtls::hash(hash_of(key.scheme), message));
  if (const auto* rsa = std::get_if<RsaKey>(&key.key)) return verify_rsa(key.scheme, *rsa, digest, signature);
  const auto& ec = std::get<EcKey>(key.key);
  CICADA_TRY(const auto usable, mbedtls::EcPublicKey::create(ec.curve, ec.point));
  return usable.verify_plain(digest, signature);
}

}  // namespace

Result<PublicKey> key_of(const Certificate& certificate, const std::optional<mbedtls::Curve>& inherited) {
  if (const auto* rsa = std::get_if<RsaKey>(&certificate.key)) {
    return PublicKey{.scheme = certificate.scheme, .key = *rsa};
  }
  const auto& ec = std::get<EcPoint>(certificate.key);
  const auto curve = ec.curve ? ec.curve : inherited;
  if (!curve) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "a point without a curve",
                       .clause = "9303-12 §7.2.2",
                       .sw = apdu::sw::k6A80IncorrectData});
  }
  return PublicKey{.scheme = certificate.scheme, .key = EcKey{.curve = *curve, .point = ec.point}};
}

Result<void> verify(const PublicKey& key, ByteView message, ByteView signature) {
  if (verify_any(key, message, signature)) return {};
  return base::fail({.fault = base::Fault::security,
                     .what = "the signature does not verify",
                     .clause = "9303-11 §7.1",
                     .sw = apdu::sw::k6300AuthenticationFailed});
}

Result<void> check(const PublicKey& key) {
  const auto* const ec = std::get_if<EcKey>(&key.key);
  const bool usable = ec != nullptr ? mbedtls::EcPublicKey::create(ec->curve, ec->point).has_value()
                                    : mbedtls::RsaPublicKey::create(std::get<RsaKey>(key.key).modulus,
                                                                    std::get<RsaKey>(key.key).exponent)
                                          .has_value();
  if (usable) return {};
  return base::fail({.fault = base::Fault::security,
                     .what = "the certificate brings no key that could be used",
                     .clause = "9303-11 §7.1.5",
                     .sw = apdu::sw::k6300AuthenticationFailed});
}

std::size_t key_bits(const PublicKey& key) noexcept {
  constexpr std::size_t kOctet = 8;
  if (const auto* ec = std::get_if<EcKey>(&key.key)) {
    constexpr std::size_t kP521 = 521;
    return ec->curve == mbedtls::Curve::p521 ? kP521 : mbedtls::field_size(ec->curve) * kOctet;
  }
  return std::get<RsaKey>(key.key).modulus.size() * kOctet;
}

}  // namespace cicada::applet_sim::protocol::ta
