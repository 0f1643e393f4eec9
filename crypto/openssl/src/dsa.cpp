#include "cicada/crypto/openssl/dsa.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "cicada/base/secret.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

struct DsaPublicKey::State {
  Pkey key;
};

struct DsaPrivateKey::State {
  DsaDomain domain;
  Bytes y;
  Pkey key;
};

namespace {

using Context = std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>>;

constexpr int kMinPrimeBits = 1024;
constexpr int kMaxPrimeBits = 3072;
constexpr int kMinOrderBits = 160;
constexpr int kMaxOrderBits = 256;
constexpr std::size_t kMinDigest = 20;
constexpr std::size_t kMaxDigest = 64;
/// Larger numbers are not even read.
constexpr std::size_t kMaxOctets = 512;

/// Null for one that is too long.
Bignum number_of(ByteView octets) {
  if (octets.size() > kMaxOctets) return nullptr;
  return Bignum{BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr)};
}

struct Numbers {
  Bignum p, q, g, y;
};

std::unexpected<base::Error> bad_numbers() {
  return base::fail({.fault = Fault::bad_input, .what = "the numbers make no DSA key", .clause = "FIPS 186-4 §4.2"});
}

bool is_between(const BIGNUM* number, const BIGNUM* prime) {
  return BN_is_zero(number) == 0 && BN_is_one(number) == 0 && BN_cmp(number, prime) < 0;
}

Result<Numbers> numbers_of(const DsaDomain& domain, ByteView y) {
  Numbers numbers{.p = number_of(domain.p), .q = number_of(domain.q), .g = number_of(domain.g), .y = number_of(y)};
  if (!numbers.p || !numbers.q || !numbers.g || !numbers.y) return bad_numbers();
  const int prime = BN_num_bits(numbers.p.get());
  const int order = BN_num_bits(numbers.q.get());
  if (prime < kMinPrimeBits || prime > kMaxPrimeBits || order < kMinOrderBits || order > kMaxOrderBits ||
      BN_is_odd(numbers.p.get()) == 0 || BN_is_odd(numbers.q.get()) == 0 ||
      !is_between(numbers.g.get(), numbers.p.get()) || !is_between(numbers.y.get(), numbers.p.get())) {
    return bad_numbers();
  }
  // FIPS 186-4 §3.1: the key has to be in the subgroup, or a few values make every signature.
  const Context context{BN_CTX_new()};
  for (const auto* element : {numbers.g.get(), numbers.y.get()}) {
    const Bignum power{BN_new()};
    if (!context || !power || BN_mod_exp(power.get(), element, numbers.q.get(), numbers.p.get(), context.get()) != 1) {
      return refused("the DSA key cannot be checked");
    }
    if (BN_is_one(power.get()) == 0) {
      return base::fail({.fault = Fault::security, .what = "the DSA key is not of the order that it says"});
    }
  }
  return numbers;
}

Bytes native_of(const BIGNUM* number) {
  Bytes octets(static_cast<std::size_t>(std::max(1, BN_num_bytes(number))));
  BN_bn2nativepad(number, octets.data(), static_cast<int>(octets.size()));
  return octets;
}

Result<Pkey> build(const Numbers& numbers, const BIGNUM* secret) {
  auto p = native_of(numbers.p.get());
  auto q = native_of(numbers.q.get());
  auto g = native_of(numbers.g.get());
  auto y = native_of(numbers.y.get());
  auto x = secret != nullptr ? native_of(secret) : Bytes{};
  std::vector<OSSL_PARAM> parameters = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_P, p.data(), p.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_Q, q.data(), q.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_G, g.data(), g.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PUB_KEY, y.data(), y.size()),
  };
  if (secret != nullptr) {
    parameters.push_back(OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, x.data(), x.size()));
  }
  parameters.push_back(OSSL_PARAM_construct_end());
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr)};
  EVP_PKEY* key = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  const bool built = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                     EVP_PKEY_fromdata(context.get(), &key, selection, parameters.data()) == 1;
  const base::SecretBytes wiped{std::move(x)};
  if (!built) return refused("the DSA key was refused");
  return Pkey{key};
}

Result<void> check_digest(ByteView digest) {
  if (digest.size() < kMinDigest || digest.size() > kMaxDigest) {
    return base::fail({.fault = Fault::bad_input, .what = "the digest has not the size of a hash function"});
  }
  return {};
}

}  // namespace

DsaPublicKey::DsaPublicKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DsaPublicKey::DsaPublicKey(DsaPublicKey&&) noexcept = default;
DsaPublicKey& DsaPublicKey::operator=(DsaPublicKey&&) noexcept = default;
DsaPublicKey::~DsaPublicKey() = default;

Result<DsaPublicKey> DsaPublicKey::create(const DsaDomain& domain, ByteView y) {
  CICADA_TRY(const auto numbers, numbers_of(domain, y));
  CICADA_TRY(auto key, build(numbers, nullptr));
  return DsaPublicKey{std::make_unique<State>(std::move(key))};
}

std::size_t DsaPublicKey::prime_bits() const noexcept {
  return static_cast<std::size_t>(EVP_PKEY_get_bits(state_->key.get()));
}

Result<void> DsaPublicKey::verify_der(ByteView digest, ByteView signature) const {
  CICADA_CHECK(check_digest(digest));
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  if (!context || EVP_PKEY_verify_init(context.get()) != 1) return refused("DSA is not available");
  // The library takes strict DER only, and no r or s outside 1 to q - 1.
  if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) != 1) {
    return refused("the signature does not verify", Fault::security);
  }
  return {};
}

DsaPrivateKey::DsaPrivateKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DsaPrivateKey::DsaPrivateKey(DsaPrivateKey&&) noexcept = default;
DsaPrivateKey& DsaPrivateKey::operator=(DsaPrivateKey&&) noexcept = default;
DsaPrivateKey::~DsaPrivateKey() = default;

Result<DsaPrivateKey> DsaPrivateKey::generate(Modp group) {
  CICADA_TRY(const auto known, ModpGroup::create(group));
  DsaDomain domain{.p = known.prime(), .q = known.order(), .g = known.generator()};
  const auto q = number_of(domain.q);
  const Bignum limit{q ? BN_dup(q.get()) : nullptr};
  const Bignum secret{BN_secure_new()};
  // 0 < x < q.
  if (!limit || !secret || BN_sub_word(limit.get(), 1) != 1 || BN_priv_rand_range(secret.get(), limit.get()) != 1 ||
      BN_add_word(secret.get(), 1) != 1) {
    return refused("no DSA key was made");
  }
  Bytes exponent(domain.q.size());
  BN_bn2binpad(secret.get(), exponent.data(), static_cast<int>(exponent.size()));
  const base::SecretBytes x{std::move(exponent)};
  CICADA_TRY(auto y, known.power_of_generator(x.expose()));
  CICADA_TRY(const auto numbers, numbers_of(domain, y));
  CICADA_TRY(auto key, build(numbers, secret.get()));
  y.erase(y.begin(), std::ranges::find_if(y, [](std::uint8_t octet) { return octet != 0; }));
  return DsaPrivateKey{std::make_unique<State>(std::move(domain), std::move(y), std::move(key))};
}

const DsaDomain& DsaPrivateKey::domain() const noexcept {
  return state_->domain;
}

const Bytes& DsaPrivateKey::public_value() const noexcept {
  return state_->y;
}

Result<Bytes> DsaPrivateKey::sign_der(ByteView digest) const {
  CICADA_CHECK(check_digest(digest));
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  auto size = static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get()));
  Bytes signature(size);
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1) {
    return refused("signing failed");
  }
  signature.resize(size);
  return signature;
}

}  // namespace cicada::crypto::openssl
