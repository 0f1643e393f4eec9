// Single DES has only the low-level functions: see RetailMac::State.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "cicada/crypto/openssl/mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/des.h>

#include <algorithm>
#include <utility>

#include "library.h"

namespace cicada::crypto::openssl {

using base::ByteView;
using base::Fault;
using base::Result;

namespace {
constexpr std::size_t kBlock = 8;
}  // namespace

struct RetailMac::State {
  DES_key_schedule first{};
  DES_key_schedule second{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() {
    OPENSSL_cleanse(&first, sizeof first);
    OPENSSL_cleanse(&second, sizeof second);
  }
};

RetailMac::RetailMac(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RetailMac::RetailMac(RetailMac&&) noexcept = default;
RetailMac& RetailMac::operator=(RetailMac&&) noexcept = default;
RetailMac::~RetailMac() = default;

Result<RetailMac> RetailMac::create(ByteView key) {
  if (key.size() != 2 * kBlock) return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  auto state = std::make_unique<State>();
  DES_cblock half;
  std::ranges::copy(key.first(kBlock), std::begin(half));
  DES_set_key_unchecked(&half, &state->first);
  std::ranges::copy(key.last(kBlock), std::begin(half));
  DES_set_key_unchecked(&half, &state->second);
  OPENSSL_cleanse(half, sizeof half);
  return RetailMac{std::move(state)};
}

Result<std::array<std::uint8_t, 8>> RetailMac::compute(std::initializer_list<ByteView> parts) const {
  std::size_t total = 0;
  for (const auto part : parts) total += part.size();
  if (total == 0 || total % kBlock != 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the data is not a whole, positive number of blocks"});
  }
  auto& keys = *state_;
  DES_cblock chain{};
  DES_cblock pending{};
  std::size_t held = 0;
  std::size_t before_last = total - kBlock;
  for (auto part : parts) {
    while (!part.empty()) {
      if (held == 0 && before_last >= kBlock && part.size() >= kBlock) {
        const auto whole = std::min(part.size() - part.size() % kBlock, before_last);
        DES_cbc_cksum(part.data(), &chain, static_cast<long>(whole), &keys.first, &chain);
        before_last -= whole;
        part = part.subspan(whole);
        continue;
      }
      const auto take = std::min(kBlock - held, part.size());
      std::ranges::copy(part.first(take), std::begin(pending) + held);
      held += take;
      part = part.subspan(take);
      if (held == kBlock && before_last > 0) {
        DES_cbc_cksum(pending, &chain, static_cast<long>(kBlock), &keys.first, &chain);
        before_last -= kBlock;
        held = 0;
      }
    }
  }
  // The last block: E(K1), then D(K2) and E(K1) of the output transformation, which is one 3DES block.
  for (std::size_t i = 0; i < kBlock; ++i) chain[i] = static_cast<std::uint8_t>(chain[i] ^ pending[i]);
  std::array<std::uint8_t, kBlock> mac{};
  DES_cblock out;
  DES_ecb3_encrypt(&chain, &out, &keys.first, &keys.second, &keys.first, DES_ENCRYPT);
  std::ranges::copy(out, mac.begin());
  OPENSSL_cleanse(chain, sizeof chain);
  OPENSSL_cleanse(pending, sizeof pending);
  return mac;
}

struct Cmac::State {
  MacContext context;
};

Cmac::Cmac(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Cmac::Cmac(Cmac&&) noexcept = default;
Cmac& Cmac::operator=(Cmac&&) noexcept = default;
Cmac::~Cmac() = default;

Result<Cmac> Cmac::create(ByteView key) {
  static EVP_MAC* const kCmac = EVP_MAC_fetch(nullptr, "CMAC", nullptr);
  const char* cipher = nullptr;
  switch (key.size()) {
    case 16: cipher = "AES-128-CBC"; break;
    case 24: cipher = "AES-192-CBC"; break;
    case 32: cipher = "AES-256-CBC"; break;
    default: return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  }
  std::array<char, 12> name{};
  std::ranges::copy(std::string_view{cipher}, name.begin());
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name.data(), 0),
                                 OSSL_PARAM_construct_end()};
  MacContext context{EVP_MAC_CTX_new(kCmac)};
  if (!context || EVP_MAC_init(context.get(), key.data(), key.size(), parameters.data()) != 1) {
    return refused("CMAC is not available");
  }
  return Cmac{std::make_unique<State>(std::move(context))};
}

Result<std::array<std::uint8_t, 16>> Cmac::compute(std::initializer_list<ByteView> parts) const {
  auto* context = state_->context.get();
  if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1) return refused("CMAC failed");
  for (const auto part : parts) {
    if (EVP_MAC_update(context, part.data(), part.size()) != 1) return refused("CMAC failed");
  }
  std::array<std::uint8_t, 16> mac{};
  std::size_t size = 0;
  if (EVP_MAC_final(context, mac.data(), &size, mac.size()) != 1 || size != mac.size()) return refused("CMAC failed");
  return mac;
}

}  // namespace cicada::crypto::openssl
