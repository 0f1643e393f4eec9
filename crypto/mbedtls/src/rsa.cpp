#include "cicada/crypto/mbedtls/rsa.h"

#include <mbedtls/md.h>
#include <mbedtls/rsa.h>

#include <array>
#include <utility>

#include "mpi.h"
#include "pss.h"

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kMinModulusBits = 1024;
constexpr std::size_t kMaxModulusBits = 4096;
constexpr std::size_t kMaxExponentOctets = 8;
constexpr int kPublicExponent = 65537;
// Miller-Rabin rounds for primes that the card itself has made and stored: they find a damaged one.
constexpr int kPrimeRounds = 2;

struct RsaContext : mbedtls_rsa_context {
  RsaContext() noexcept : mbedtls_rsa_context{} { mbedtls_rsa_init(this, MBEDTLS_RSA_PKCS_V15, 0); }
  RsaContext(const RsaContext&) = delete;
  RsaContext& operator=(const RsaContext&) = delete;
  RsaContext(RsaContext&&) = delete;
  RsaContext& operator=(RsaContext&&) = delete;
  ~RsaContext() { mbedtls_rsa_free(this); }

  [[nodiscard]] std::size_t bits() const noexcept { return mbedtls_mpi_bitlen(&N); }
};

ByteView without_leading_zeros(ByteView integer) noexcept {
  while (!integer.empty() && integer[0] == 0) integer = integer.subspan(1);
  return integer;
}

bool usable_exponent(ByteView stripped) noexcept {
  return !stripped.empty() && stripped.size() <= kMaxExponentOctets && (stripped.back() & 1U) != 0 &&
         (stripped.size() > 1 || stripped[0] != 1);
}

mbedtls_md_type_t md_of(HashAlgorithm hash) noexcept {
  constexpr std::array kTypes = {MBEDTLS_MD_SHA1, MBEDTLS_MD_SHA224, MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384,
                                 MBEDTLS_MD_SHA512};
  return kTypes.at(std::to_underlying(hash));
}

Result<void> check_sizes(HashAlgorithm hash, ByteView digest, ByteView signature, std::size_t modulus_size) {
  if (digest.size() != hash_size(hash)) {
    return base::fail({.fault = Fault::bad_input, .what = "the digest has not the size of its hash function"});
  }
  // RFC 8017 §8.1.2, §8.2.2.
  if (signature.size() != modulus_size) {
    return base::fail({.fault = Fault::security, .what = "the signature is not as long as the modulus"});
  }
  return {};
}

}  // namespace

struct RsaPublicKey::State {
  RsaContext key{};
};

struct RsaPrivateKey::State {
  RsaContext key{};
};

RsaPublicKey::RsaPublicKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RsaPublicKey::RsaPublicKey(RsaPublicKey&&) noexcept = default;
RsaPublicKey& RsaPublicKey::operator=(RsaPublicKey&&) noexcept = default;
RsaPublicKey::~RsaPublicKey() = default;

Result<RsaPublicKey> RsaPublicKey::create(ByteView modulus, ByteView exponent) {
  modulus = without_leading_zeros(modulus);
  exponent = without_leading_zeros(exponent);
  if (modulus.size() > kMaxModulusBits / 8 || modulus.size() < kMinModulusBits / 8 || (modulus.back() & 1U) == 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the RSA modulus is even or not of 1024 to 4096 bits"});
  }
  if (!usable_exponent(exponent)) {
    return base::fail({.fault = Fault::bad_input, .what = "the RSA exponent is even, 1 or longer than 8 octets"});
  }
  auto state = std::make_unique<State>();
  auto& key = state->key;
  if (mbedtls_rsa_import_raw(&key, modulus.data(), modulus.size(), nullptr, 0, nullptr, 0, nullptr, 0, exponent.data(),
                             exponent.size()) != 0 ||
      mbedtls_rsa_complete(&key) != 0 || mbedtls_rsa_check_pubkey(&key) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "the RSA key was refused"});
  }
  if (key.bits() < kMinModulusBits) {
    return base::fail({.fault = Fault::bad_input, .what = "the RSA modulus is even or not of 1024 to 4096 bits"});
  }
  return RsaPublicKey{std::move(state)};
}

std::size_t RsaPublicKey::modulus_bits() const noexcept {
  return state_->key.bits();
}

Result<void> RsaPublicKey::verify_pkcs1(HashAlgorithm hash, ByteView digest, ByteView signature) const {
  auto& key = state_->key;
  CICADA_CHECK(check_sizes(hash, digest, signature, key.len));
  // The library builds the one right encoding and compares it whole; it does not parse what the signer wrote.
  if (mbedtls_rsa_rsassa_pkcs1_v15_verify(&key, nullptr, nullptr, MBEDTLS_RSA_PUBLIC, md_of(hash),
                                          static_cast<unsigned>(digest.size()), digest.data(), signature.data()) != 0) {
    return base::fail({.fault = Fault::security, .what = "the signature does not verify"});
  }
  return {};
}

Result<void> RsaPublicKey::verify_pss(const PssParameters& parameters, ByteView digest, ByteView signature) const {
  auto& key = state_->key;
  CICADA_CHECK(check_sizes(parameters.hash, digest, signature, key.len));
  Bytes encoded(key.len);
  // Refuses a number that is not below the modulus.
  if (mbedtls_rsa_public(&key, signature.data(), encoded.data()) != 0) {
    return base::fail({.fault = Fault::security, .what = "the signature is not below the modulus"});
  }
  return check_pss_encoding(parameters, digest, encoded, key.bits());
}

RsaPrivateKey::RsaPrivateKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RsaPrivateKey::RsaPrivateKey(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey& RsaPrivateKey::operator=(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey::~RsaPrivateKey() = default;

Result<RsaPrivateKey> RsaPrivateKey::generate(std::size_t bits, base::Rng& rng) {
  if (bits < kMinModulusBits || bits > kMaxModulusBits || bits % 256 != 0) {
    return base::fail({.fault = Fault::bad_input, .what = "an RSA key has 1024 to 4096 bits, in steps of 256"});
  }
  auto state = std::make_unique<State>();
  if (mbedtls_rsa_gen_key(&state->key, draw_for_library, &rng, static_cast<unsigned>(bits), kPublicExponent) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "no RSA key was made"});
  }
  return RsaPrivateKey{std::move(state)};
}

Result<RsaPrivateKey> RsaPrivateKey::create(ByteView p, ByteView q, ByteView exponent) {
  p = without_leading_zeros(p);
  q = without_leading_zeros(q);
  exponent = without_leading_zeros(exponent);
  const auto no_key = base::fail({.fault = Fault::bad_input, .what = "the primes and the exponent make no RSA key"});
  if (p.empty() || q.empty() || p.size() + q.size() > kMaxModulusBits / 8 + 1 || base::constant_time_equal(p, q) ||
      !usable_exponent(exponent)) {
    return no_key;
  }
  auto state = std::make_unique<State>();
  auto& key = state->key;
  base::SystemRng bases;  // of the primality test: they are no part of the key
  if (mbedtls_rsa_import_raw(&key, nullptr, 0, p.data(), p.size(), q.data(), q.size(), nullptr, 0, exponent.data(),
                             exponent.size()) != 0 ||
      mbedtls_rsa_complete(&key) != 0 || mbedtls_rsa_check_privkey(&key) != 0 || key.bits() < kMinModulusBits ||
      key.bits() > kMaxModulusBits || mbedtls_mpi_is_prime_ext(&key.P, kPrimeRounds, draw_for_library, &bases) != 0 ||
      mbedtls_mpi_is_prime_ext(&key.Q, kPrimeRounds, draw_for_library, &bases) != 0) {
    return no_key;
  }
  return RsaPrivateKey{std::move(state)};
}

Result<RsaPrivateKey> RsaPrivateKey::from_exponent(ByteView modulus, ByteView private_exponent) {
  constexpr std::array<std::array<std::uint8_t, 3>, 3> kExponents = {{{0x01, 0x00, 0x01}, {0, 0, 0x03}, {0, 0, 0x11}}};
  modulus = without_leading_zeros(modulus);
  private_exponent = without_leading_zeros(private_exponent);
  const auto no_key = base::fail({.fault = Fault::bad_input, .what = "modulus and exponent make no RSA key"});
  if (modulus.empty() || modulus.size() > kMaxModulusBits / 8 || private_exponent.empty()) return no_key;
  for (const auto& exponent : kExponents) {
    State parts;
    if (mbedtls_rsa_import_raw(&parts.key, modulus.data(), modulus.size(), nullptr, 0, nullptr, 0,
                               private_exponent.data(), private_exponent.size(), exponent.data(),
                               exponent.size()) != 0 ||
        mbedtls_rsa_complete(&parts.key) != 0) {
      continue;
    }
    CICADA_TRY(const auto p, secret_octets_of(parts.key.P, mbedtls_mpi_size(&parts.key.P)));
    CICADA_TRY(const auto q, secret_octets_of(parts.key.Q, mbedtls_mpi_size(&parts.key.Q)));
    return create(p.expose(), q.expose(), exponent);
  }
  return no_key;
}

Bytes RsaPrivateKey::modulus() const {
  return octets_of(state_->key.N, mbedtls_mpi_size(&state_->key.N)).value_or(Bytes{});
}

Bytes RsaPrivateKey::exponent() const {
  return octets_of(state_->key.E, mbedtls_mpi_size(&state_->key.E)).value_or(Bytes{});
}

Result<SecretBytes> RsaPrivateKey::prime_p() const {
  return secret_octets_of(state_->key.P, mbedtls_mpi_size(&state_->key.P));
}

Result<SecretBytes> RsaPrivateKey::prime_q() const {
  return secret_octets_of(state_->key.Q, mbedtls_mpi_size(&state_->key.Q));
}

Result<Bytes> RsaPrivateKey::apply(ByteView input, base::Rng& rng) const {
  auto& key = state_->key;
  Mpi number;
  if (input.size() != key.len || !number.read(input) || mbedtls_mpi_cmp_mpi(&number, &key.N) >= 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the input is not as long as the modulus and below it"});
  }
  Bytes output(key.len);
  // Blinds base and exponents with octets of `rng`, and computes output^e before it gives the output.
  if (mbedtls_rsa_private(&key, draw_for_library, &rng, input.data(), output.data()) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "the private operation failed"});
  }
  return output;
}

}  // namespace cicada::crypto::mbedtls
