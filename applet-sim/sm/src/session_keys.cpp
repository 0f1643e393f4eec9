#include "cicada/applet_sim/sm/session_keys.h"

#include <bit>

#include "cicada/crypto/mbedtls/hash.h"

namespace cicada::applet_sim::sm {
namespace {

using crypto::mbedtls::HashAlgorithm;

constexpr std::uint8_t kCounterEnc = 1;
constexpr std::uint8_t kCounterMac = 2;
constexpr std::uint8_t kCounterPassword = 3;

/// The lowest bit of each DES key octet makes the number of ones odd.
std::uint8_t with_odd_parity(std::uint8_t octet) {
  const auto upper = static_cast<std::uint8_t>(octet & 0xFEU);
  return static_cast<std::uint8_t>(upper | (std::popcount(upper) % 2 == 0 ? 1U : 0U));
}

base::Result<base::SecretBytes> derive(Algorithm algorithm, base::ByteView shared_secret, std::uint8_t counter) {
  const bool long_key = algorithm == Algorithm::aes192 || algorithm == Algorithm::aes256;
  auto input = base::concat({shared_secret, std::array<std::uint8_t, 4>{0, 0, 0, counter}});
  const base::Wiper wiper{input};
  CICADA_TRY(auto key, crypto::mbedtls::hash(long_key ? HashAlgorithm::sha256 : HashAlgorithm::sha1, input));
  const auto size = crypto::mbedtls::key_size(cipher_of(algorithm));
  base::wipe(base::MutableByteView{key}.subspan(size));
  key.resize(size);
  if (algorithm == Algorithm::tdes) {
    for (auto& octet : key) octet = with_odd_parity(octet);
  }
  return base::SecretBytes{std::move(key)};
}

}  // namespace

crypto::mbedtls::CipherAlgorithm cipher_of(Algorithm algorithm) noexcept {
  using crypto::mbedtls::CipherAlgorithm;
  switch (algorithm) {
    case Algorithm::aes128: return CipherAlgorithm::aes128;
    case Algorithm::aes192: return CipherAlgorithm::aes192;
    case Algorithm::aes256: return CipherAlgorithm::aes256;
    default: return CipherAlgorithm::tdes2;
  }
}

base::Result<SessionKeys> derive_session_keys(Algorithm algorithm, base::ByteView shared_secret) {
  CICADA_TRY(auto ks_enc, derive(algorithm, shared_secret, kCounterEnc));
  CICADA_TRY(auto ks_mac, derive(algorithm, shared_secret, kCounterMac));
  return SessionKeys{.algorithm = algorithm, .ks_enc = std::move(ks_enc), .ks_mac = std::move(ks_mac)};
}

base::Result<base::SecretBytes> derive_password_key(Algorithm algorithm, base::ByteView password) {
  return derive(algorithm, password, kCounterPassword);
}

}  // namespace cicada::applet_sim::sm
