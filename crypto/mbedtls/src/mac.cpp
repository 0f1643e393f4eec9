#include "cicada/crypto/mbedtls/mac.h"

#include <mbedtls/cipher.h>
#include <mbedtls/cmac.h>
#include <mbedtls/des.h>

#include <algorithm>
#include <utility>

#include "cicada/base/secret.h"

namespace cicada::crypto::mbedtls {

using base::ByteView;
using base::Fault;
using base::Result;

namespace {
constexpr std::size_t kDesBlock = 8;
using DesBlock = std::array<std::uint8_t, kDesBlock>;
}  // namespace

struct RetailMac::State {
  mbedtls_des_context chaining;  ///< single DES with the key's first half, for every block but the last
  mbedtls_des3_context
      closing;  ///< the last block and the output transformation, E(K1) D(K2) E(K1), are one 3DES block

  State() noexcept {
    mbedtls_des_init(&chaining);
    mbedtls_des3_init(&closing);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() {
    mbedtls_des_free(&chaining);
    mbedtls_des3_free(&closing);
  }
};

RetailMac::RetailMac(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RetailMac::RetailMac(RetailMac&&) noexcept = default;
RetailMac& RetailMac::operator=(RetailMac&&) noexcept = default;
RetailMac::~RetailMac() = default;

Result<RetailMac> RetailMac::create(ByteView key) {
  if (key.size() != 2 * kDesBlock) return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  auto state = std::make_unique<State>();
  if (mbedtls_des_setkey_enc(&state->chaining, key.data()) != 0 ||
      mbedtls_des3_set2key_enc(&state->closing, key.data()) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "DES is not available"});
  }
  return RetailMac{std::move(state)};
}

Result<std::array<std::uint8_t, 8>> RetailMac::compute(std::initializer_list<ByteView> parts) const {
  std::size_t left = 0;
  for (const auto part : parts) left += part.size();
  if (left == 0 || left % kDesBlock != 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the data is not a whole, positive number of blocks"});
  }
  DesBlock chain{};
  const base::Wiper wiper{chain};
  std::size_t held = 0;  // octets of the present block that are in the chain already
  int refusals = 0;
  for (const auto part : parts) {
    for (const auto octet : part) {
      chain.at(held) ^= octet;
      --left;
      if (++held < kDesBlock || left == 0) continue;
      refusals |= mbedtls_des_crypt_ecb(&state_->chaining, chain.data(), chain.data());
      held = 0;
    }
  }
  DesBlock mac{};
  refusals |= mbedtls_des3_crypt_ecb(&state_->closing, chain.data(), mac.data());
  if (refusals != 0) return base::fail({.fault = Fault::crypto, .what = "DES failed"});
  return mac;
}

struct Cmac::State {
  mbedtls_cipher_context_t context;

  State() noexcept { mbedtls_cipher_init(&context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() { mbedtls_cipher_free(&context); }
};

Cmac::Cmac(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Cmac::Cmac(Cmac&&) noexcept = default;
Cmac& Cmac::operator=(Cmac&&) noexcept = default;
Cmac::~Cmac() = default;

Result<Cmac> Cmac::create(ByteView key) {
  if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
    return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  }
  auto state = std::make_unique<State>();
  const auto bits = static_cast<int>(key.size() * 8);
  const auto* info = mbedtls_cipher_info_from_values(MBEDTLS_CIPHER_ID_AES, bits, MBEDTLS_MODE_ECB);
  if (mbedtls_cipher_setup(&state->context, info) != 0 ||
      mbedtls_cipher_cmac_starts(&state->context, key.data(), key.size() * 8) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "CMAC is not available"});
  }
  return Cmac{std::move(state)};
}

Result<std::array<std::uint8_t, 16>> Cmac::compute(std::initializer_list<ByteView> parts) const {
  auto* context = &state_->context;
  int refusals = mbedtls_cipher_cmac_reset(context);
  for (const auto part : parts) {
    if (!part.empty()) refusals |= mbedtls_cipher_cmac_update(context, part.data(), part.size());
  }
  std::array<std::uint8_t, 16> mac{};
  refusals |= mbedtls_cipher_cmac_finish(context, mac.data());
  if (refusals != 0) return base::fail({.fault = Fault::crypto, .what = "CMAC failed"});
  return mac;
}

}  // namespace cicada::crypto::mbedtls
