#include "cicada/crypto/openssl/rsa.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "digest.h"
#include "rsa_state.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMinModulusBits = 1024;
constexpr std::size_t kMaxModulusBits = 8192;
constexpr std::size_t kMaxExponentOctets = 8;

ByteView without_leading_zeros(ByteView integer) noexcept {
  while (!integer.empty() && integer[0] == 0) integer = integer.subspan(1);
  return integer;
}

std::size_t bits_of(ByteView stripped) noexcept {
  if (stripped.empty()) return 0;
  return 8 * (stripped.size() - 1) + static_cast<std::size_t>(std::bit_width(stripped[0]));
}

/// The integer's octets in the machine's order, which OSSL_PARAM wants.
Bytes to_native(ByteView integer) {
  Bytes native = base::to_bytes(integer);
  if constexpr (std::endian::native == std::endian::little) std::ranges::reverse(native);
  return native;
}

Result<Bytes> read_integer(const EVP_PKEY& key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &raw) != 1) return refused("the key has no such number");
  const Bignum number{raw};
  Bytes octets(static_cast<std::size_t>(BN_num_bytes(raw)));
  BN_bn2bin(raw, octets.data());
  return octets;
}

Result<base::SecretBytes> read_secret(const EVP_PKEY& key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &raw) != 1) return refused("the key has no such number");
  const std::unique_ptr<BIGNUM, decltype(&BN_clear_free)> number{raw, BN_clear_free};
  Bytes octets(static_cast<std::size_t>(BN_num_bytes(raw)));
  BN_bn2bin(raw, octets.data());
  return base::SecretBytes{std::move(octets)};
}

/// One signature or verification with everything that the scheme says set explicitly.
using Init = int (*)(EVP_PKEY_CTX*);

Result<PkeyContext> start_pkcs1(EVP_PKEY* key, Init init, HashAlgorithm hash) {
  PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  if (!context || init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(hash)) != 1) {
    return refused("RSA PKCS#1 v1.5 is not available");
  }
  return context;
}

Result<PkeyContext> start_pss(EVP_PKEY* key, Init init, const PssParameters& parameters) {
  // The encoded message is one bit shorter than the modulus and holds salt, hash and two octets more.
  const auto encoded = (static_cast<std::size_t>(EVP_PKEY_get_bits(key)) + 6) / 8;
  if (parameters.salt_length + hash_size(parameters.hash) + 2 > encoded) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "the PSS salt is too long for the key", .clause = "RFC 8017 §9.1.1"});
  }
  PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  if (!context || init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(parameters.hash)) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), digest_of(parameters.mgf_hash)) != 1 ||
      EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), static_cast<int>(parameters.salt_length)) != 1) {
    return refused("RSA-PSS is not available with these parameters");
  }
  return context;
}

Result<void> check_digest(HashAlgorithm hash, ByteView digest) {
  if (digest.size() != hash_size(hash)) {
    return base::fail({.fault = Fault::bad_input, .what = "the digest has not the size of its hash function"});
  }
  return {};
}

Result<void> verify(Result<PkeyContext> context, ByteView digest, ByteView signature) {
  if (!context) return std::unexpected(context.error());
  // RFC 8017 §8.1.2, §8.2.2: a signature of another length than the modulus is refused before any arithmetic.
  if (std::cmp_not_equal(signature.size(), EVP_PKEY_get_size(EVP_PKEY_CTX_get0_pkey(context->get())))) {
    return base::fail({.fault = Fault::security, .what = "the signature is not as long as the modulus"});
  }
  if (EVP_PKEY_verify(context->get(), signature.data(), signature.size(), digest.data(), digest.size()) != 1) {
    return refused("the signature does not verify", Fault::security);
  }
  return {};
}

Result<Bytes> sign(Result<PkeyContext> context, ByteView digest) {
  if (!context) return std::unexpected(context.error());
  auto size = static_cast<std::size_t>(EVP_PKEY_get_size(EVP_PKEY_CTX_get0_pkey(context->get())));
  Bytes signature(size);
  if (EVP_PKEY_sign(context->get(), signature.data(), &size, digest.data(), digest.size()) != 1) {
    return refused("signing failed");
  }
  signature.resize(size);
  return signature;
}

}  // namespace

RsaPublicKey::RsaPublicKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RsaPublicKey::RsaPublicKey(RsaPublicKey&&) noexcept = default;
RsaPublicKey& RsaPublicKey::operator=(RsaPublicKey&&) noexcept = default;
RsaPublicKey::~RsaPublicKey() = default;

Result<RsaPublicKey> RsaPublicKey::create(ByteView modulus, ByteView exponent) {
  modulus = without_leading_zeros(modulus);
  exponent = without_leading_zeros(exponent);
  const auto bits = bits_of(modulus);
  if (bits < kMinModulusBits || bits > kMaxModulusBits || (modulus.back() & 1U) == 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the RSA modulus is even or not of 1024 to 8192 bits"});
  }
  if (exponent.empty() || exponent.size() > kMaxExponentOctets || (exponent.back() & 1U) == 0 ||
      bits_of(exponent) == 1) {
    return base::fail({.fault = Fault::bad_input, .what = "the RSA exponent is even, 1 or longer than 8 octets"});
  }
  auto n = to_native(modulus);
  auto e = to_native(exponent);
  std::array parameters = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.data(), n.size()),
                           OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e.data(), e.size()),
                           OSSL_PARAM_construct_end()};
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1) {
    return refused("the RSA key was refused");
  }
  return RsaPublicKey{std::make_unique<State>(Pkey{key})};
}

std::size_t RsaPublicKey::modulus_bits() const noexcept {
  return static_cast<std::size_t>(EVP_PKEY_get_bits(state_->key.get()));
}

Result<void> RsaPublicKey::verify_pkcs1(HashAlgorithm hash, ByteView digest, ByteView signature) const {
  CICADA_CHECK(check_digest(hash, digest));
  // The library builds the one right encoding and compares it whole; it does not parse what the signer wrote.
  return verify(start_pkcs1(state_->key.get(), EVP_PKEY_verify_init, hash), digest, signature);
}

Result<void> RsaPublicKey::verify_pss(const PssParameters& parameters, ByteView digest, ByteView signature) const {
  CICADA_CHECK(check_digest(parameters.hash, digest));
  return verify(start_pss(state_->key.get(), EVP_PKEY_verify_init, parameters), digest, signature);
}

Result<Bytes> RsaPublicKey::recover(ByteView signature) const {
  CICADA_TRY(const auto modulus, read_integer(*state_->key, OSSL_PKEY_PARAM_RSA_N));
  if (signature.size() != modulus.size()) {
    return base::fail({.fault = Fault::malformed, .what = "the signature is not as long as the modulus"});
  }
  // Neither is secret, and both have one length: octets compare as the numbers do.
  if (!std::ranges::lexicographical_compare(signature, modulus)) {
    return base::fail({.fault = Fault::security, .what = "the signature is not below the modulus"});
  }
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  Bytes recovered(modulus.size());
  auto size = recovered.size();
  if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_verify_recover(context.get(), recovered.data(), &size, signature.data(), signature.size()) != 1 ||
      size != recovered.size()) {
    return refused("the RSA public operation failed");
  }
  return recovered;
}

RsaPrivateKey::RsaPrivateKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RsaPrivateKey::RsaPrivateKey(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey& RsaPrivateKey::operator=(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey::~RsaPrivateKey() = default;

Result<RsaPrivateKey> RsaPrivateKey::generate(std::size_t bits) {
  if (bits != 2048 && bits != 3072 && bits != 4096) {
    return base::fail({.fault = Fault::bad_input, .what = "an RSA key has 2048, 3072 or 4096 bits"});
  }
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) != 1 ||
      EVP_PKEY_generate(context.get(), &key) != 1) {
    return refused("no RSA key was made");
  }
  return adopt(std::make_unique<State>(Bytes{}, Bytes{}, Pkey{key}));
}

Result<RsaPrivateKey> RsaPrivateKey::adopt(std::unique_ptr<State> state) {
  CICADA_TRY(state->modulus, read_integer(*state->key, OSSL_PKEY_PARAM_RSA_N));
  CICADA_TRY(state->exponent, read_integer(*state->key, OSSL_PKEY_PARAM_RSA_E));
  return RsaPrivateKey{std::move(state)};
}

Bytes RsaPrivateKey::modulus() const {
  return state_->modulus;
}

Bytes RsaPrivateKey::exponent() const {
  return state_->exponent;
}

Result<RsaNumbers> RsaPrivateKey::numbers() const {
  const auto& key = *state_->key;
  RsaNumbers numbers;
  CICADA_TRY(numbers.exponent, read_secret(key, OSSL_PKEY_PARAM_RSA_D));
  CICADA_TRY(numbers.prime_p, read_secret(key, OSSL_PKEY_PARAM_RSA_FACTOR1));
  CICADA_TRY(numbers.prime_q, read_secret(key, OSSL_PKEY_PARAM_RSA_FACTOR2));
  CICADA_TRY(numbers.exponent_p, read_secret(key, OSSL_PKEY_PARAM_RSA_EXPONENT1));
  CICADA_TRY(numbers.exponent_q, read_secret(key, OSSL_PKEY_PARAM_RSA_EXPONENT2));
  CICADA_TRY(numbers.coefficient, read_secret(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1));
  return numbers;
}

Result<Bytes> RsaPrivateKey::sign_pkcs1(HashAlgorithm hash, ByteView digest) const {
  CICADA_CHECK(check_digest(hash, digest));
  return sign(start_pkcs1(state_->key.get(), EVP_PKEY_sign_init, hash), digest);
}

Result<Bytes> RsaPrivateKey::sign_pss(const PssParameters& parameters, ByteView digest) const {
  CICADA_CHECK(check_digest(parameters.hash, digest));
  return sign(start_pss(state_->key.get(), EVP_PKEY_sign_init, parameters), digest);
}

}  // namespace cicada::crypto::openssl
