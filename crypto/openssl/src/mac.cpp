// Single DES and CMAC_CTX are low-level functions, which OpenSSL 3 calls deprecated: see the two State structs.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "cicada/crypto/openssl/mac.h"

#include <openssl/cmac.h>
#include <openssl/crypto.h>
#include <openssl/des.h>

#include <algorithm>
#include <utility>

#include "aes.h"
#include "library.h"

namespace cicada::crypto::openssl {

using base::ByteView;
using base::Fault;
using base::Result;

namespace {
constexpr std::size_t kBlock = 8;
}  // namespace

// The low-level DES, because in EVP single DES lives in the legacy provider alone: whether it works would depend on the
// machine's openssl.cnf. It is also faster than EVP with that provider (3.8 us against 4.4 us for 256 octets).
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

// CMAC_CTX is what EVP_MAC drives in the end. Used directly it takes 0.6 us for 256 octets instead of 0.9 us.
struct Cmac::State {
  std::unique_ptr<CMAC_CTX, FreeWith<CMAC_CTX_free>> context;
};

Cmac::Cmac(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Cmac::Cmac(Cmac&&) noexcept = default;
Cmac& Cmac::operator=(Cmac&&) noexcept = default;
Cmac::~Cmac() = default;

Result<Cmac> Cmac::create(ByteView key) {
  if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
    return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  }
  auto state = std::make_unique<State>(decltype(State::context){CMAC_CTX_new()});
  if (!state->context || CMAC_Init(state->context.get(), key.data(), key.size(), aes_cbc(key.size()), nullptr) != 1) {
    return refused("CMAC is not available");
  }
  return Cmac{std::move(state)};
}

Result<std::array<std::uint8_t, 16>> Cmac::compute(std::initializer_list<ByteView> parts) const {
  auto* context = state_->context.get();
  // No key: starts a new message under the old one.
  if (CMAC_Init(context, nullptr, 0, nullptr, nullptr) != 1) return refused("CMAC failed");
  for (const auto part : parts) {
    if (CMAC_Update(context, part.data(), part.size()) != 1) return refused("CMAC failed");
  }
  std::array<std::uint8_t, 16> mac{};
  std::size_t size = mac.size();
  if (CMAC_Final(context, mac.data(), &size) != 1 || size != mac.size()) return refused("CMAC failed");
  return mac;
}

}  // namespace cicada::crypto::openssl
