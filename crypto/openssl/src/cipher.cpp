// DES has only the low-level functions: see Tdes.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "cicada/crypto/openssl/cipher.h"

#include <openssl/crypto.h>
#include <openssl/des.h>

#include <array>
#include <functional>
#include <limits>
#include <utility>
#include <variant>

#include "aes.h"
#include "library.h"

namespace cicada::crypto::openssl {

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

const EVP_CIPHER* aes_cbc(std::size_t key_size) noexcept {
  static const EVP_CIPHER* const kAes128 = EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr);
  static const EVP_CIPHER* const kAes192 = EVP_CIPHER_fetch(nullptr, "AES-192-CBC", nullptr);
  static const EVP_CIPHER* const kAes256 = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
  switch (key_size) {
    case 16: return kAes128;
    case 24: return kAes192;
    case 32: return kAes256;
    default: return nullptr;
  }
}

namespace {

enum class Direction : std::uint8_t { decrypt = 0, encrypt = 1 };

bool same_or_apart(ByteView in, ByteView out) noexcept {
  constexpr std::less_equal<> kNotAfter;
  return in.data() == out.data() || kNotAfter(in.data() + in.size(), out.data()) ||
         kNotAfter(out.data() + out.size(), in.data());
}

/// The low-level DES, because EVP only wraps it: 11.2 us instead of 10.8 us for 256 octets, and 0.6 us instead of 0.35
/// us for one block. (OpenSSL has no other code for DES, so nothing is lost beside EVP.)
class Tdes {
 public:
  explicit Tdes(ByteView key) noexcept {
    DES_cblock half;
    for (std::size_t i = 0; i < schedules_.size(); ++i) {
      std::copy_n(key.begin() + static_cast<std::ptrdiff_t>(8 * i), 8, std::begin(half));
      DES_set_key_unchecked(&half, &schedules_.at(i));
    }
    OPENSSL_cleanse(half, sizeof half);
  }
  Tdes(const Tdes&) = delete;
  Tdes& operator=(const Tdes&) = delete;
  Tdes(Tdes&&) = delete;
  Tdes& operator=(Tdes&&) = delete;
  ~Tdes() { OPENSSL_cleanse(schedules_.data(), sizeof schedules_); }

  Result<void> cbc(Direction direction, ByteView iv, ByteView in, MutableByteView out) noexcept {
    DES_cblock chain;
    std::ranges::copy(iv, std::begin(chain));
    DES_ede3_cbc_encrypt(in.data(), out.data(), static_cast<long>(in.size()), &schedules_[0], &schedules_[1],
                         &schedules_[0], &chain, std::to_underlying(direction));
    return {};
  }

 private:
  std::array<DES_key_schedule, 2> schedules_{};
};

class Aes {
 public:
  static Result<void> start(CipherContext& context, ByteView key, Direction direction) {
    context.reset(EVP_CIPHER_CTX_new());
    if (!context ||
        EVP_CipherInit_ex2(context.get(), aes_cbc(key.size()), key.data(), nullptr, std::to_underlying(direction),
                           nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
      return refused("AES is not available");
    }
    return {};
  }

  Result<void> start(ByteView key) {
    CICADA_CHECK(start(encrypting_, key, Direction::encrypt));
    return start(decrypting_, key, Direction::decrypt);
  }

  Result<void> cbc(Direction direction, ByteView iv, ByteView in, MutableByteView out) noexcept {
    auto* context = direction == Direction::encrypt ? encrypting_.get() : decrypting_.get();
    int written = 0;
    // Only the vector is new; the schedule stays.
    if (EVP_CipherInit_ex2(context, nullptr, nullptr, iv.data(), -1, nullptr) != 1 ||
        EVP_CipherUpdate(context, out.data(), &written, in.data(), static_cast<int>(in.size())) != 1 ||
        std::cmp_not_equal(written, in.size())) {
      return refused("AES failed");
    }
    return {};
  }

 private:
  CipherContext encrypting_;
  CipherContext decrypting_;
};

}  // namespace

struct BlockCipher::State {
  CipherAlgorithm algorithm;
  std::variant<std::monostate, Tdes, Aes> cipher;

  Result<void> cbc(Direction direction, ByteView iv, ByteView in, MutableByteView out) noexcept {
    const auto block = block_size(algorithm);
    if (iv.size() != block)
      return base::fail({.fault = Fault::bad_input, .what = "the initialization vector is not one block"});
    if (in.size() % block != 0)
      return base::fail({.fault = Fault::bad_input, .what = "the data is not a whole number of blocks"});
    if (out.size() != in.size())
      return base::fail({.fault = Fault::bad_input, .what = "output and input differ in length"});
    if (!same_or_apart(in, out)) return base::fail({.fault = Fault::bad_input, .what = "output overlaps the input"});
    if (in.empty()) return {};
    if (std::cmp_greater(in.size(), std::numeric_limits<int>::max())) {
      return base::fail({.fault = Fault::limit, .what = "more than 2 GiB in one piece"});
    }
    if (auto* tdes = std::get_if<Tdes>(&cipher)) return tdes->cbc(direction, iv, in, out);
    return std::get<Aes>(cipher).cbc(direction, iv, in, out);
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
  if (algorithm == CipherAlgorithm::tdes2) {
    state->cipher.emplace<Tdes>(key);
  } else {
    CICADA_CHECK(state->cipher.emplace<Aes>().start(key));
  }
  return BlockCipher{std::move(state)};
}

Result<void> BlockCipher::encrypt_cbc(ByteView iv, ByteView in, MutableByteView out) const {
  return state_->cbc(Direction::encrypt, iv, in, out);
}

Result<void> BlockCipher::decrypt_cbc(ByteView iv, ByteView in, MutableByteView out) const {
  return state_->cbc(Direction::decrypt, iv, in, out);
}

Result<void> BlockCipher::encrypt_block(ByteView in, MutableByteView out) const {
  constexpr std::array<std::uint8_t, 16> kZero{};
  const auto block = block_size(state_->algorithm);
  if (in.size() != block) return base::fail({.fault = Fault::bad_input, .what = "the data is not one block"});
  return state_->cbc(Direction::encrypt, ByteView{kZero}.first(block), in, out);
}

}  // namespace cicada::crypto::openssl
