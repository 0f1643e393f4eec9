#include "cicada/crypto/openssl/ec.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <utility>

#include "curve.h"
#include "ec_state.h"
#include "ecdsa_signature.h"
#include "scalar.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kWidestOrder = 66;

Result<void> check_digest(ByteView digest) {
  if (digest.size() < hash_size(HashAlgorithm::sha1) || digest.size() > hash_size(HashAlgorithm::sha512)) {
    return base::fail({.fault = Fault::bad_input, .what = "not a hash value of 20 to 64 octets"});
  }
  return {};
}

/// Builds the library's key. `scalar` is empty for a public key.
Result<Pkey> build_key(Curve curve, Bytes& point, ByteView scalar) {
  std::array<char, 24> name{};
  std::ranges::copy(std::string_view{library_name(curve)}, name.begin());
  // The library wants the integer in the machine's order; the buffer is ours so that it can be wiped.
  std::array<std::uint8_t, kWidestOrder> native{};
  const base::Wiper wiper{native};
  const Bignum number{BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr)};
  if (!number || BN_bn2nativepad(number.get(), native.data(), static_cast<int>(scalar.size())) < 0) {
    return refused("out of memory");
  }
  std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      scalar.empty() ? OSSL_PARAM_construct_end()
                     : OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.data(), scalar.size()),
      OSSL_PARAM_construct_end(),
  };
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, scalar.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                        parameters.data()) != 1) {
    return refused("the key was refused");
  }
  return Pkey{key};
}

}  // namespace

Result<SecretBytes> private_scalar(const EVP_PKEY& key, Curve curve) {
  Bytes octets(order_size(curve));
  std::array parameters = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, octets.data(), octets.size()),
                           OSSL_PARAM_construct_end()};
  const bool read = EVP_PKEY_get_params(&key, parameters.data()) == 1;
  SecretBytes native{std::move(octets)};
  const Bignum number{BN_native2bn(native.expose().data(), static_cast<int>(native.size()), nullptr)};
  Bytes scalar(order_size(curve));
  if (!read || !number || BN_bn2binpad(number.get(), scalar.data(), static_cast<int>(scalar.size())) < 0) {
    return refused("the private key cannot be read");
  }
  return SecretBytes{std::move(scalar)};
}

EcPublicKey::EcPublicKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EcPublicKey::EcPublicKey(EcPublicKey&&) noexcept = default;
EcPublicKey& EcPublicKey::operator=(EcPublicKey&&) noexcept = default;
EcPublicKey::~EcPublicKey() = default;

Result<EcPublicKey> EcPublicKey::create(Curve curve, ByteView point) {
  CICADA_TRY(const auto decoded, decode_point(curve, point));
  CICADA_TRY(auto octets, encode_point(curve, *decoded));
  return EcPublicKey{std::make_unique<State>(curve, std::move(octets))};
}

Result<EVP_PKEY*> EcPublicKey::State::key() {
  if (auto* made = made_.load()) return made;
  CICADA_TRY(auto built, build_key(curve, point, {}));
  EVP_PKEY* other = nullptr;
  return made_.compare_exchange_strong(other, built.get()) ? built.release() : other;
}

Curve EcPublicKey::curve() const noexcept {
  return state_->curve;
}

const Bytes& EcPublicKey::point() const noexcept {
  return state_->point;
}

Result<void> EcPublicKey::verify_der(ByteView digest, ByteView signature) const {
  CICADA_CHECK(check_digest(digest));
  // The library checks the form and the ranges once more; here it is our rule, not its habit.
  CICADA_TRY(const auto plain, plain_from_der(signature, order_size(curve())));
  const auto& order = curve_parameters(curve()).order;
  if (!in_range(ByteView{plain}.first(order.size()), order) || !in_range(ByteView{plain}.last(order.size()), order)) {
    return base::fail({.fault = Fault::security, .what = "r or s is not between 0 and the order"});
  }
  CICADA_TRY(auto* const key, state_->key());
  auto context = state_->verifying.take(key);
  if (!context) return refused("ECDSA is not available");
  if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) != 1) {
    return refused("the signature does not verify", Fault::security);
  }
  state_->verifying.give_back(std::move(context));
  return {};
}

Result<void> EcPublicKey::verify_plain(ByteView digest, ByteView signature) const {
  if (signature.size() != 2 * order_size(curve())) {
    return base::fail({.fault = Fault::malformed, .what = "the signature has a wrong size"});
  }
  return verify_der(digest, der_from_plain(signature));
}

EcPrivateKey::EcPrivateKey(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EcPrivateKey::EcPrivateKey(EcPrivateKey&&) noexcept = default;
EcPrivateKey& EcPrivateKey::operator=(EcPrivateKey&&) noexcept = default;
EcPrivateKey::~EcPrivateKey() = default;

Result<EcPrivateKey> EcPrivateKey::generate(Curve curve) {
  const auto& order = curve_parameters(curve).order;
  const Bignum limit{BN_bin2bn(order.data(), static_cast<int>(order.size()), nullptr)};
  const Bignum number{BN_new()};
  Bytes octets(order.size());
  // Zero is as likely as a guessed key, and create() refuses it.
  if (!limit || !number || BN_priv_rand_range(number.get(), limit.get()) != 1 ||
      BN_bn2binpad(number.get(), octets.data(), static_cast<int>(octets.size())) < 0) {
    return refused("no random number for the key");
  }
  const SecretBytes scalar{std::move(octets)};
  return create(curve, scalar.expose());
}

Result<EcPrivateKey> EcPrivateKey::create(Curve curve, ByteView scalar) {
  const auto* group = group_of(curve);
  if (group == nullptr) return base::fail({.fault = Fault::unsupported, .what = "the library lacks the curve"});
  const auto& order = curve_parameters(curve).order;
  if (scalar.size() != order.size() || !in_range(scalar, order)) {
    return base::fail({.fault = Fault::bad_input, .what = "the private key is not between 0 and the order"});
  }
  const Bignum number{BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr)};
  const Point point{EC_POINT_new(group)};
  if (!number || !point || EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) != 1) {
    return refused("the public key could not be computed");
  }
  CICADA_TRY(auto octets, encode_point(curve, *point));
  CICADA_TRY(auto key, build_key(curve, octets, scalar));
  return EcPrivateKey{std::make_unique<State>(curve, std::move(octets), std::move(key))};
}

Curve EcPrivateKey::curve() const noexcept {
  return state_->curve;
}

const Bytes& EcPrivateKey::public_point() const noexcept {
  return state_->point;
}

Result<SecretBytes> EcPrivateKey::scalar() const {
  return private_scalar(*state_->key, curve());
}

Result<Bytes> EcPrivateKey::sign_der(ByteView digest) const {
  CICADA_CHECK(check_digest(digest));
  auto context = state_->signing.take(state_->key.get());
  if (!context) return refused("ECDSA is not available");
  auto size = static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get()));
  Bytes signature(size);
  if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1) {
    return refused("signing failed");
  }
  state_->signing.give_back(std::move(context));
  signature.resize(size);
  return signature;
}

Result<Bytes> EcPrivateKey::sign_plain(ByteView digest) const {
  CICADA_TRY(const auto signature, sign_der(digest));
  return plain_from_der(signature, order_size(curve()));
}

Result<SecretBytes> EcPrivateKey::agree(const EcPublicKey& other) const {
  if (other.curve() != curve()) return base::fail({.fault = Fault::bad_input, .what = "the keys are on two curves"});
  CICADA_TRY(auto* const peer, other.state_->key());
  const PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr)};
  Bytes shared(field_size(curve()));
  auto size = shared.size();
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer) != 1 ||
      EVP_PKEY_derive(context.get(), shared.data(), &size) != 1 || size != shared.size()) {
    return refused("key agreement failed");
  }
  return SecretBytes{std::move(shared)};
}

}  // namespace cicada::crypto::openssl
