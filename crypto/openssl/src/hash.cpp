#include "cicada/crypto/openssl/hash.h"

#include <array>
#include <utility>

#include "digest.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Result;

const EVP_MD* digest_of(HashAlgorithm algorithm) noexcept {
  // Fetched once and kept until the process ends: a fetch walks the providers under a lock.
  static const std::array<EVP_MD*, 5> kDigests = {
      EVP_MD_fetch(nullptr, "SHA1", nullptr),     EVP_MD_fetch(nullptr, "SHA2-224", nullptr),
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr), EVP_MD_fetch(nullptr, "SHA2-384", nullptr),
      EVP_MD_fetch(nullptr, "SHA2-512", nullptr),
  };
  return kDigests.at(std::to_underlying(algorithm));
}

std::size_t hash_size(HashAlgorithm algorithm) noexcept {
  constexpr std::array<std::size_t, 5> kSizes = {20, 28, 32, 48, 64};
  return kSizes.at(std::to_underlying(algorithm));
}

Result<Bytes> hash(HashAlgorithm algorithm, ByteView data) {
  Bytes value(hash_size(algorithm));
  if (EVP_Digest(data.data(), data.size(), value.data(), nullptr, digest_of(algorithm), nullptr) != 1) {
    return refused("the hash function is not available");
  }
  return value;
}

struct Hasher::State {
  HashAlgorithm algorithm;
  MdContext context;
};

Hasher::Hasher(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Result<Hasher> Hasher::create(HashAlgorithm algorithm) {
  MdContext context{EVP_MD_CTX_new()};
  if (!context || EVP_DigestInit_ex2(context.get(), digest_of(algorithm), nullptr) != 1) {
    return refused("the hash function is not available");
  }
  return Hasher{std::make_unique<State>(algorithm, std::move(context))};
}

Result<void> Hasher::update(ByteView data) {
  if (EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) != 1) return refused("hashing failed");
  return {};
}

Result<Bytes> Hasher::finish() {
  Bytes value(hash_size(state_->algorithm));
  auto* context = state_->context.get();
  if (EVP_DigestFinal_ex(context, value.data(), nullptr) != 1 || EVP_DigestInit_ex2(context, nullptr, nullptr) != 1) {
    return refused("hashing failed");
  }
  return value;
}

}  // namespace cicada::crypto::openssl
