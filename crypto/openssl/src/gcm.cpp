#include "cicada/crypto/openssl/gcm.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "cicada/base/secret.h"
#include "library.h"

namespace cicada::crypto::openssl {

using base::ByteView;
using base::Fault;
using base::MutableByteView;
using base::Result;

namespace {

enum class Direction : std::uint8_t { decrypt = 0, encrypt = 1 };

const EVP_CIPHER* aes_256_gcm() noexcept {
  static const EVP_CIPHER* const kCipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return kCipher;
}

Result<void> check_sizes(ByteView key, ByteView nonce, ByteView associated, ByteView data, ByteView tag) {
  if (key.size() != kGcmKeySize) return base::fail({.fault = Fault::bad_input, .what = "the key has a wrong size"});
  if (nonce.size() != kGcmNonceSize || tag.size() != kGcmTagSize) {
    return base::fail({.fault = Fault::bad_input, .what = "the nonce or the tag has a wrong size"});
  }
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (data.size() > kMost || associated.size() > kMost) {
    return base::fail({.fault = Fault::limit, .what = "more than 2 GiB in one piece"});
  }
  return {};
}

/// Key, nonce, associated data, data: what both directions have in common.
bool process(EVP_CIPHER_CTX* context, Direction direction, ByteView key, ByteView nonce, ByteView associated,
             MutableByteView data) {
  int written = 0;
  if (EVP_CipherInit_ex2(context, aes_256_gcm(), key.data(), nonce.data(), std::to_underlying(direction), nullptr) !=
      1) {
    return false;
  }
  if (!associated.empty() &&
      EVP_CipherUpdate(context, nullptr, &written, associated.data(), static_cast<int>(associated.size())) != 1) {
    return false;
  }
  if (data.empty()) return true;
  return EVP_CipherUpdate(context, data.data(), &written, data.data(), static_cast<int>(data.size())) == 1 &&
         std::cmp_equal(written, data.size());
}

}  // namespace

Result<void> encrypt_gcm(ByteView key, ByteView nonce, ByteView associated, MutableByteView data, MutableByteView tag) {
  CICADA_CHECK(check_sizes(key, nonce, associated, data, tag));
  const CipherContext context{EVP_CIPHER_CTX_new()};
  std::array<std::uint8_t, kGcmTagSize> rest{};  // GCM is a stream cipher: nothing is left for the end
  int written = 0;
  if (!context || !process(context.get(), Direction::encrypt, key, nonce, associated, data) ||
      EVP_CipherFinal_ex(context.get(), rest.data(), &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()), tag.data()) != 1) {
    return refused("AES-GCM failed");
  }
  return {};
}

Result<void> decrypt_gcm(ByteView key, ByteView nonce, ByteView associated, MutableByteView data, ByteView tag) {
  CICADA_CHECK(check_sizes(key, nonce, associated, data, tag));
  const CipherContext context{EVP_CIPHER_CTX_new()};
  std::array<std::uint8_t, kGcmTagSize> expected{};
  std::ranges::copy(tag, expected.begin());
  std::array<std::uint8_t, kGcmTagSize> rest{};
  int written = 0;
  if (!context || !process(context.get(), Direction::decrypt, key, nonce, associated, data) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(expected.size()), expected.data()) !=
          1) {
    base::wipe(data);
    return refused("AES-GCM failed");
  }
  if (EVP_CipherFinal_ex(context.get(), rest.data(), &written) != 1) {
    base::wipe(data);  // nobody may see what was not authentic
    return refused("the data is not what was encrypted, or the key is another", Fault::security);
  }
  return {};
}

}  // namespace cicada::crypto::openssl
