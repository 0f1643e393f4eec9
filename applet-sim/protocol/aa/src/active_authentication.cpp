#include "cicada/applet_sim/protocol/aa/active_authentication.h"

namespace cicada::applet_sim::protocol::aa {
namespace {

namespace mbedtls = crypto::mbedtls;
using base::Bytes;
using base::ByteView;
using base::Result;
using mbedtls::HashAlgorithm;

constexpr std::uint8_t kHeader = 0x6A;  // partial recovery, more data, no padding: M1 fills its octets
constexpr std::size_t kMinModulus = 128;
constexpr std::size_t kMaxModulus = 512;

/// ISO/IEC 10118 hash identifiers.
Bytes trailer_of(HashAlgorithm hash) {
  constexpr std::uint8_t kExplicit = 0xCC;
  switch (hash) {
    case HashAlgorithm::sha1: return {0xBC};
    case HashAlgorithm::sha224: return {0x38, kExplicit};
    case HashAlgorithm::sha256: return {0x34, kExplicit};
    case HashAlgorithm::sha384: return {0x36, kExplicit};
    case HashAlgorithm::sha512: return {0x35, kExplicit};
  }
  return {};
}

Result<void> check_challenge(ByteView rnd_ifd) {
  if (rnd_ifd.size() == kChallengeSize) return {};
  return base::fail({.fault = base::Fault::bad_input, .what = "RND.IFD has 8 octets", .clause = "9303-11 §6.1.3"});
}

}  // namespace

Result<Bytes> message_representative(HashAlgorithm hash, std::size_t modulus_size, ByteView rnd_ifd, base::Rng& rng) {
  CICADA_CHECK(check_challenge(rnd_ifd));
  if (modulus_size < kMinModulus || modulus_size > kMaxModulus) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the modulus has 1024 to 4096 bits"});
  }
  const auto trailer = trailer_of(hash);
  Bytes recoverable(modulus_size - 1 - mbedtls::hash_size(hash) - trailer.size());
  CICADA_CHECK(rng.fill(recoverable));
  CICADA_TRY(const auto digest, mbedtls::hash(hash, base::concat({recoverable, rnd_ifd})));
  return base::concat({Bytes{kHeader}, recoverable, digest, trailer});
}

Result<Bytes> sign(const mbedtls::RsaPrivateKey& key, HashAlgorithm hash, ByteView rnd_ifd, base::Rng& rng) {
  CICADA_TRY(const auto representative, message_representative(hash, key.modulus().size(), rnd_ifd, rng));
  return key.apply(representative, rng);
}

Result<Bytes> sign(const mbedtls::EcPrivateKey& key, HashAlgorithm hash, ByteView rnd_ifd, base::Rng& rng) {
  CICADA_CHECK(check_challenge(rnd_ifd));
  CICADA_TRY(const auto digest, mbedtls::hash(hash, rnd_ifd));
  return key.sign_plain(digest, rng);
}

}  // namespace cicada::applet_sim::protocol::aa
