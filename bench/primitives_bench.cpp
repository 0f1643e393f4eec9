// What one core does: the primitives of both crypto rooms, and the host's signatures. 256 octets are one READ BINARY of
// a chip with short lengths, rounded up to blocks; 24 octets are the input of a key derivation.
#include <benchmark/benchmark.h>

#include <array>

#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/mac.h"
#include "cicada/crypto/mbedtls/modp_group.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/crypto/openssl/rsa.h"

namespace {

using cicada::base::Bytes;
namespace mbedtls = cicada::crypto::mbedtls;
namespace openssl = cicada::crypto::openssl;

struct OpenSsl {
  using BlockCipher = openssl::BlockCipher;
  using CipherAlgorithm = openssl::CipherAlgorithm;
  using Cmac = openssl::Cmac;
  using Curve = openssl::Curve;
  using EcGroup = openssl::EcGroup;
  using HashAlgorithm = openssl::HashAlgorithm;
  using Modp = openssl::Modp;
  using ModpGroup = openssl::ModpGroup;
  using RetailMac = openssl::RetailMac;
};

struct MbedTls {
  using BlockCipher = mbedtls::BlockCipher;
  using CipherAlgorithm = mbedtls::CipherAlgorithm;
  using Cmac = mbedtls::Cmac;
  using Curve = mbedtls::Curve;
  using EcGroup = mbedtls::EcGroup;
  using HashAlgorithm = mbedtls::HashAlgorithm;
  using Modp = mbedtls::Modp;
  using ModpGroup = mbedtls::ModpGroup;
  using RetailMac = mbedtls::RetailMac;
};

Bytes counting(std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(0x1D * i + 3);
  return octets;
}

void count_octets(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// Runs `operation`, whose result must be a success, as often as the benchmark wants.
void repeat(benchmark::State& state, auto operation) {
  for (auto _ : state) {
    auto result = operation();
    if (!result) return state.SkipWithError("the operation failed");
    benchmark::DoNotOptimize(result);
  }
}

template <typename Provider>
void hash_in_one_step(benchmark::State& state, typename Provider::HashAlgorithm algorithm) {
  const auto data = counting(static_cast<std::size_t>(state.range(0)));
  repeat(state, [&] { return hash(algorithm, data); });
  count_octets(state);
}

template <typename Provider>
void sha1(benchmark::State& state) {
  hash_in_one_step<Provider>(state, Provider::HashAlgorithm::sha1);
}

template <typename Provider>
void sha256(benchmark::State& state) {
  hash_in_one_step<Provider>(state, Provider::HashAlgorithm::sha256);
}

template <typename Provider>
void cbc(benchmark::State& state, typename Provider::CipherAlgorithm algorithm, bool encrypt) {
  const auto cipher = Provider::BlockCipher::create(algorithm, counting(key_size(algorithm))).value();
  const Bytes iv(block_size(algorithm));
  const auto in = counting(static_cast<std::size_t>(state.range(0)));
  Bytes out(in.size());
  if (encrypt) {
    repeat(state, [&] { return cipher.encrypt_cbc(iv, in, out); });
  } else {
    repeat(state, [&] { return cipher.decrypt_cbc(iv, in, out); });
  }
  count_octets(state);
}

template <typename Provider>
void tdes_cbc_encrypt(benchmark::State& state) {
  cbc<Provider>(state, Provider::CipherAlgorithm::tdes2, true);
}

template <typename Provider>
void tdes_cbc_decrypt(benchmark::State& state) {
  cbc<Provider>(state, Provider::CipherAlgorithm::tdes2, false);
}

template <typename Provider>
void aes128_cbc_encrypt(benchmark::State& state) {
  cbc<Provider>(state, Provider::CipherAlgorithm::aes128, true);
}

template <typename Provider>
void aes128_cbc_decrypt(benchmark::State& state) {
  cbc<Provider>(state, Provider::CipherAlgorithm::aes128, false);
}

template <typename Provider>
void retail_mac(benchmark::State& state) {
  const auto mac = Provider::RetailMac::create(counting(16)).value();
  const auto data = counting(static_cast<std::size_t>(state.range(0)));
  repeat(state, [&] { return mac.compute({data}); });
  count_octets(state);
}

template <typename Provider>
void cmac(benchmark::State& state) {
  const auto mac = Provider::Cmac::create(counting(16)).value();
  const auto data = counting(static_cast<std::size_t>(state.range(0)));
  repeat(state, [&] { return mac.compute({data}); });
  count_octets(state);
}

/// What a new session key costs before the first octet is encrypted.
template <typename Provider>
void tdes_key_schedules(benchmark::State& state) {
  const auto key = counting(16);
  repeat(state, [&] { return Provider::BlockCipher::create(Provider::CipherAlgorithm::tdes2, key); });
}

BENCHMARK(sha1<OpenSsl>)->Arg(24)->Arg(256)->Arg(20000);
BENCHMARK(sha1<MbedTls>)->Arg(24)->Arg(256)->Arg(20000);
BENCHMARK(sha256<OpenSsl>)->Arg(24)->Arg(256)->Arg(20000);
BENCHMARK(sha256<MbedTls>)->Arg(24)->Arg(256)->Arg(20000);
BENCHMARK(tdes_cbc_encrypt<OpenSsl>)->Arg(8)->Arg(256);
BENCHMARK(tdes_cbc_encrypt<MbedTls>)->Arg(8)->Arg(256);
BENCHMARK(tdes_cbc_decrypt<OpenSsl>)->Arg(256);
BENCHMARK(tdes_cbc_decrypt<MbedTls>)->Arg(256);
BENCHMARK(tdes_key_schedules<OpenSsl>);
BENCHMARK(tdes_key_schedules<MbedTls>);
BENCHMARK(retail_mac<OpenSsl>)->Arg(8)->Arg(256);
BENCHMARK(retail_mac<MbedTls>)->Arg(8)->Arg(256);
BENCHMARK(aes128_cbc_encrypt<OpenSsl>)->Arg(16)->Arg(256);
BENCHMARK(aes128_cbc_encrypt<MbedTls>)->Arg(16)->Arg(256);
BENCHMARK(aes128_cbc_decrypt<OpenSsl>)->Arg(256);
BENCHMARK(aes128_cbc_decrypt<MbedTls>)->Arg(256);
BENCHMARK(cmac<OpenSsl>)->Arg(16)->Arg(256);
BENCHMARK(cmac<MbedTls>)->Arg(16)->Arg(256);

template <openssl::Curve Curve>
void ecdsa_sign(benchmark::State& state) {
  const auto key = openssl::EcPrivateKey::generate(Curve).value();
  const auto digest = counting(32);
  repeat(state, [&] { return key.sign_der(digest); });
}

template <openssl::Curve Curve>
void ecdsa_verify(benchmark::State& state) {
  const auto key = openssl::EcPrivateKey::generate(Curve).value();
  const auto half = openssl::EcPublicKey::create(Curve, key.public_point()).value();
  const auto digest = counting(32);
  const auto signature = key.sign_der(digest).value();
  repeat(state, [&] { return half.verify_der(digest, signature); });
}

BENCHMARK(ecdsa_sign<openssl::Curve::p256>);
BENCHMARK(ecdsa_verify<openssl::Curve::p256>);
BENCHMARK(ecdsa_sign<openssl::Curve::brainpool_p256r1>);
BENCHMARK(ecdsa_verify<openssl::Curve::brainpool_p256r1>);

void rsa2048_sign(benchmark::State& state) {
  const auto key = openssl::RsaPrivateKey::generate(2048).value();
  const auto digest = counting(32);
  repeat(state, [&] { return key.sign_pkcs1(openssl::HashAlgorithm::sha256, digest); });
}
BENCHMARK(rsa2048_sign);

void rsa2048_verify(benchmark::State& state) {
  const auto key = openssl::RsaPrivateKey::generate(2048).value();
  const auto half = openssl::RsaPublicKey::create(key.modulus(), key.exponent()).value();
  const auto digest = counting(32);
  const auto signature = key.sign_pkcs1(openssl::HashAlgorithm::sha256, digest).value();
  repeat(state, [&] { return half.verify_pkcs1(openssl::HashAlgorithm::sha256, digest, signature); });
}
BENCHMARK(rsa2048_verify);

/// What a PACE run or a chip authentication consists of: on the first curve, on brainpoolP256r1 as CCCD has it, and on
/// the longest. The scalar is as long as the order.
template <typename Provider, typename Provider::Curve Curve>
void ec_multiply_generator(benchmark::State& state) {
  const auto group = Provider::EcGroup::create(Curve).value();
  const auto scalar = counting(order_size(Curve));
  repeat(state, [&] { return group.multiply_generator(scalar); });
}

template <typename Provider, typename Provider::Curve Curve>
void ec_multiply(benchmark::State& state) {
  const auto group = Provider::EcGroup::create(Curve).value();
  const auto scalar = counting(order_size(Curve));
  const auto point = group.multiply_generator(Bytes{3}).value();
  repeat(state, [&] { return group.multiply(scalar, point); });
}

template <typename Provider, typename Provider::Curve Curve>
void ec_agree(benchmark::State& state) {
  const auto group = Provider::EcGroup::create(Curve).value();
  const auto scalar = counting(order_size(Curve));
  const auto point = group.multiply_generator(Bytes{3}).value();
  repeat(state, [&] { return group.agree(scalar, point); });
}

template <typename Provider, typename Provider::Curve Curve>
void ec_map_to_point(benchmark::State& state) {
  const auto group = Provider::EcGroup::create(Curve).value();
  const auto element = counting(field_size(Curve));
  repeat(state, [&] { return group.map_to_point(element); });
}

template <typename Provider, typename Provider::Curve Curve>
void ec_group_setup(benchmark::State& state) {
  repeat(state, [&] { return Provider::EcGroup::create(Curve); });
}

BENCHMARK(ec_multiply_generator<OpenSsl, openssl::Curve::p256>);
BENCHMARK(ec_multiply_generator<MbedTls, mbedtls::Curve::p256>);
BENCHMARK(ec_multiply<OpenSsl, openssl::Curve::p256>);
BENCHMARK(ec_multiply<MbedTls, mbedtls::Curve::p256>);
BENCHMARK(ec_multiply_generator<OpenSsl, openssl::Curve::brainpool_p256r1>);
BENCHMARK(ec_multiply_generator<MbedTls, mbedtls::Curve::brainpool_p256r1>);
BENCHMARK(ec_multiply<OpenSsl, openssl::Curve::brainpool_p256r1>);
BENCHMARK(ec_multiply<MbedTls, mbedtls::Curve::brainpool_p256r1>);
BENCHMARK(ec_agree<OpenSsl, openssl::Curve::brainpool_p256r1>);
BENCHMARK(ec_agree<MbedTls, mbedtls::Curve::brainpool_p256r1>);
BENCHMARK(ec_map_to_point<OpenSsl, openssl::Curve::brainpool_p256r1>);
BENCHMARK(ec_map_to_point<MbedTls, mbedtls::Curve::brainpool_p256r1>);
BENCHMARK(ec_group_setup<OpenSsl, openssl::Curve::brainpool_p256r1>);
BENCHMARK(ec_group_setup<MbedTls, mbedtls::Curve::brainpool_p256r1>);
BENCHMARK(ec_multiply<OpenSsl, openssl::Curve::brainpool_p320r1>);
BENCHMARK(ec_multiply<MbedTls, mbedtls::Curve::brainpool_p320r1>);
BENCHMARK(ec_multiply<OpenSsl, openssl::Curve::p521>);
BENCHMARK(ec_multiply<MbedTls, mbedtls::Curve::p521>);

/// With the check of the element, which is a second power of the same cost.
template <typename Provider, typename Provider::Modp Modp>
void modp_power(benchmark::State& state) {
  const auto group = Provider::ModpGroup::create(Modp).value();
  const auto exponent = counting(group.order().size());
  const auto element = group.power_of_generator(Bytes{3}).value();
  repeat(state, [&] { return group.power(element, exponent); });
}

template <typename Provider, typename Provider::Modp Modp>
void modp_power_of_generator(benchmark::State& state) {
  const auto group = Provider::ModpGroup::create(Modp).value();
  const auto exponent = counting(group.order().size());
  repeat(state, [&] { return group.power_of_generator(exponent); });
}

BENCHMARK(modp_power<OpenSsl, openssl::Modp::modp_1024_160>);
BENCHMARK(modp_power<MbedTls, mbedtls::Modp::modp_1024_160>);
BENCHMARK(modp_power<OpenSsl, openssl::Modp::modp_2048_256>);
BENCHMARK(modp_power<MbedTls, mbedtls::Modp::modp_2048_256>);
BENCHMARK(modp_power_of_generator<OpenSsl, openssl::Modp::modp_2048_256>);
BENCHMARK(modp_power_of_generator<MbedTls, mbedtls::Modp::modp_2048_256>);

/// Active authentication with RSA: the card's half and the host's.
void rsa2048_apply(benchmark::State& state) {
  cicada::base::ReplayRng rng{1};
  const auto key = mbedtls::RsaPrivateKey::generate(2048, rng).value();
  auto input = counting(256);
  input[0] = 0;
  repeat(state, [&] { return key.apply(input, rng); });
}
BENCHMARK(rsa2048_apply);

void rsa2048_recover(benchmark::State& state) {
  const auto key = openssl::RsaPrivateKey::generate(2048).value();
  const auto half = openssl::RsaPublicKey::create(key.modulus(), key.exponent()).value();
  const auto signature = key.sign_pkcs1(openssl::HashAlgorithm::sha256, counting(32)).value();
  repeat(state, [&] { return half.recover(signature); });
}
BENCHMARK(rsa2048_recover);

}  // namespace
