#include "cicada/crypto/mbedtls/cipher.h"

#include <mbedtls/aes.h>
#include <mbedtls/des.h>

#include <array>
#include <functional>
#include <utility>
#include <variant>

namespace cicada::crypto::mbedtls {

using base::ByteView;
using base::Fault;
using base::MutableByteView;
using base::Result;

std::size_t block_size(CipherAlgorithm algorithm) noexcept {
  return algorithm == CipherAlgorithm::tdes2 ? 8 : 16;
}

std::size_t key_size(CipherAlgorithm algorithm) noexcept {
  constexpr std::array<std::size_t, 4> kSizes = {16, 16, 24, 32};
  return kSizes.at(std::to_underlying(algorithm));
}

namespace {

constexpr std::size_t kLongestBlock = 16;
using Chain = std::array<std::uint8_t, kLongestBlock>;

bool same_or_apart(ByteView in, ByteView out) noexcept {
  constexpr std::less_equal<> kNotAfter;
  return in.data() == out.data() || kNotAfter(in.data() + in.size(), out.data()) ||
         kNotAfter(out.data() + out.size(), in.data());
}

/// The library's schedules for the two directions are different values, so both are kept. Freeing wipes them.
template <typename Context, auto Init, auto Free>
class Schedules {
 public:
  Schedules() noexcept {
    Init(&encrypting_);
    Init(&decrypting_);
  }
  Schedules(const Schedules&) = delete;
  Schedules& operator=(const Schedules&) = delete;
  Schedules(Schedules&&) = delete;
  Schedules& operator=(Schedules&&) = delete;
  ~Schedules() {
    Free(&encrypting_);
    Free(&decrypting_);
  }

 protected:
  Context encrypting_;
  Context decrypting_;
};

class Tdes : public Schedules<mbedtls_des3_context, mbedtls_des3_init, mbedtls_des3_free> {
 public:
  [[nodiscard]] bool start(ByteView key) noexcept {
    return mbedtls_des3_set2key_enc(&encrypting_, key.data()) == 0 &&
           mbedtls_des3_set2key_dec(&decrypting_, key.data()) == 0;
  }
  [[nodiscard]] bool encrypt(Chain& iv, ByteView in, MutableByteView out) noexcept {
    return mbedtls_des3_crypt_cbc(&encrypting_, MBEDTLS_DES_ENCRYPT, in.size(), iv.data(), in.data(), out.data()) == 0;
  }
  [[nodiscard]] bool decrypt(Chain& iv, ByteView in, MutableByteView out) noexcept {
    return mbedtls_des3_crypt_cbc(&decrypting_, MBEDTLS_DES_DECRYPT, in.size(), iv.data(), in.data(), out.data()) == 0;
  }
  [[nodiscard]] bool encrypt_block(ByteView in, MutableByteView out) noexcept {
    return mbedtls_des3_crypt_ecb(&encrypting_, in.data(), out.data()) == 0;
  }
};

class Aes : public Schedules<mbedtls_aes_context, mbedtls_aes_init, mbedtls_aes_free> {
 public:
  [[nodiscard]] bool start(ByteView key) noexcept {
    const auto bits = static_cast<unsigned>(key.size() * 8);
    return mbedtls_aes_setkey_enc(&encrypting_, key.data(), bits) == 0 &&
           mbedtls_aes_setkey_dec(&decrypting_, key.data(), bits) == 0;
  }
  [[nodiscard]] bool encrypt(Chain& iv, ByteView in, MutableByteView out) noexcept {
    return mbedtls_aes_crypt_cbc(&encrypting_, MBEDTLS_AES_ENCRYPT, in.size(), iv.data(), in.data(), out.data()) == 0;
  }
  [[nodiscard]] bool decrypt(Chain& iv, ByteView in, MutableByteView out) noexcept {
    return mbedtls_aes_crypt_cbc(&decrypting_, MBEDTLS_AES_DECRYPT, in.size(), iv.data(), in.data(), out.data()) == 0;
  }
  [[nodiscard]] bool encrypt_block(ByteView in, MutableByteView out) noexcept {
    return mbedtls_aes_crypt_ecb(&encrypting_, MBEDTLS_AES_ENCRYPT, in.data(), out.data()) == 0;
  }
};

Result<void> check_sizes(std::size_t block, ByteView iv, ByteView in, ByteView out) noexcept {
  if (iv.size() != block) {
    return base::fail({.fault = Fault::bad_input, .what = "the initialization vector is not one block"});
  }
  if (in.size() % block != 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the data is not a whole number of blocks"});
  }
  if (out.size() != in.size()) {
    return base::fail({.fault = Fault::bad_input, .what = "output and input differ in length"});
  }
  if (!same_or_apart(in, out)) return base::fail({.fault = Fault::bad_input, .what = "output overlaps the input"});
  return {};
}

}  // namespace

struct BlockCipher::State {
  CipherAlgorithm algorithm;
  std::variant<std::monostate, Tdes, Aes> cipher;

  [[nodiscard]] bool start(ByteView key) noexcept {
    if (algorithm == CipherAlgorithm::tdes2) return cipher.emplace<Tdes>().start(key);
    return cipher.emplace<Aes>().start(key);
  }

  /// Calls `step` with the cipher that is in use.
  template <typename Step>
  Result<void> run(Step step) noexcept {
    auto* tdes = std::get_if<Tdes>(&cipher);
    const bool done = tdes != nullptr ? step(*tdes) : step(std::get<Aes>(cipher));
    if (!done) return base::fail({.fault = Fault::crypto, .what = "the cipher failed"});
    return {};
  }
};

BlockCipher::BlockCipher(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
BlockCipher::BlockCipher(BlockCipher&&) noexcept = default;
BlockCipher& BlockCipher::operator=(BlockCipher&&) noexcept = default;
BlockCipher::~BlockCipher() = default;

Result<BlockCipher> BlockCipher::create(CipherAlgorithm algorithm, ByteView key) {
  if (key.size() != key_size(algorithm)) {
    return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  }
  auto state = std::make_unique<State>(algorithm);
  if (!state->start(key)) return base::fail({.fault = Fault::crypto, .what = "the cipher is not available"});
  return BlockCipher{std::move(state)};
}

Result<void> BlockCipher::encrypt_cbc(ByteView iv, ByteView in, MutableByteView out) const {
  CICADA_CHECK(check_sizes(block_size(state_->algorithm), iv, in, out));
  Chain chain{};
  std::ranges::copy(iv, chain.begin());
  return state_->run([&](auto& cipher) { return cipher.encrypt(chain, in, out); });
}

Result<void> BlockCipher::decrypt_cbc(ByteView iv, ByteView in, MutableByteView out) const {
  CICADA_CHECK(check_sizes(block_size(state_->algorithm), iv, in, out));
  Chain chain{};
  std::ranges::copy(iv, chain.begin());
  return state_->run([&](auto& cipher) { return cipher.decrypt(chain, in, out); });
}

Result<void> BlockCipher::encrypt_block(ByteView in, MutableByteView out) const {
  const auto block = block_size(state_->algorithm);
  if (in.size() != block) return base::fail({.fault = Fault::bad_input, .what = "the data is not one block"});
  CICADA_CHECK(check_sizes(block, in, in, out));
  return state_->run([&](auto& cipher) { return cipher.encrypt_block(in, out); });
}

}  // namespace cicada::crypto::mbedtls
