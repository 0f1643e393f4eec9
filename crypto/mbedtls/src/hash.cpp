#include "cicada/crypto/mbedtls/hash.h"

#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include <array>
#include <utility>
#include <variant>

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Result;

std::size_t hash_size(HashAlgorithm algorithm) noexcept {
  constexpr std::array<std::size_t, 5> kSizes = {20, 28, 32, 48, 64};
  return kSizes.at(std::to_underlying(algorithm));
}

namespace {

// mbedTLS takes the two truncated functions as variants of the longer ones, and writes the longer value.
constexpr std::size_t kLongest = 64;
using Value = std::array<std::uint8_t, kLongest>;

/// One of the library's contexts. All three start, take and finish the same way and are wiped when freed.
template <typename Context, auto Init, auto Free, auto Start, auto Update, auto Finish>
class Running {
 public:
  Running() noexcept { Init(&context_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Running(Running&&) = delete;
  Running& operator=(Running&&) = delete;
  ~Running() { Free(&context_); }

  template <typename... Variant>
  [[nodiscard]] bool start(Variant... variant) noexcept {
    return Start(&context_, variant...) == 0;
  }
  [[nodiscard]] bool update(ByteView data) noexcept { return Update(&context_, data.data(), data.size()) == 0; }
  [[nodiscard]] bool finish(Value& value) noexcept { return Finish(&context_, value.data()) == 0; }

 private:
  Context context_;
};

using Sha1 = Running<mbedtls_sha1_context, mbedtls_sha1_init, mbedtls_sha1_free, mbedtls_sha1_starts_ret,
                     mbedtls_sha1_update_ret, mbedtls_sha1_finish_ret>;
using Sha256 = Running<mbedtls_sha256_context, mbedtls_sha256_init, mbedtls_sha256_free, mbedtls_sha256_starts_ret,
                       mbedtls_sha256_update_ret, mbedtls_sha256_finish_ret>;
using Sha512 = Running<mbedtls_sha512_context, mbedtls_sha512_init, mbedtls_sha512_free, mbedtls_sha512_starts_ret,
                       mbedtls_sha512_update_ret, mbedtls_sha512_finish_ret>;

}  // namespace

struct Hasher::State {
  HashAlgorithm algorithm;
  std::variant<std::monostate, Sha1, Sha256, Sha512> running;

  [[nodiscard]] bool start() noexcept {
    switch (algorithm) {
      case HashAlgorithm::sha1: return running.emplace<Sha1>().start();
      case HashAlgorithm::sha224: return running.emplace<Sha256>().start(1);
      case HashAlgorithm::sha256: return running.emplace<Sha256>().start(0);
      case HashAlgorithm::sha384: return running.emplace<Sha512>().start(1);
      case HashAlgorithm::sha512: return running.emplace<Sha512>().start(0);
    }
    return false;
  }

  [[nodiscard]] bool update(ByteView data) noexcept {
    if (auto* sha1 = std::get_if<Sha1>(&running)) return sha1->update(data);
    if (auto* sha256 = std::get_if<Sha256>(&running)) return sha256->update(data);
    if (auto* sha512 = std::get_if<Sha512>(&running)) return sha512->update(data);
    return false;
  }

  [[nodiscard]] bool finish(Value& value) noexcept {
    if (auto* sha1 = std::get_if<Sha1>(&running)) return sha1->finish(value);
    if (auto* sha256 = std::get_if<Sha256>(&running)) return sha256->finish(value);
    if (auto* sha512 = std::get_if<Sha512>(&running)) return sha512->finish(value);
    return false;
  }

  /// The value so far; afterwards ready for the next message.
  Result<Bytes> finish() {
    Value value{};
    const bool done = finish(value) && start();
    if (!done) return base::fail({.fault = base::Fault::crypto, .what = "hashing failed"});
    return Bytes{value.begin(), value.begin() + static_cast<std::ptrdiff_t>(hash_size(algorithm))};
  }
};

Hasher::Hasher(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Result<Hasher> Hasher::create(HashAlgorithm algorithm) {
  auto state = std::make_unique<State>(algorithm);
  if (!state->start()) return base::fail({.fault = base::Fault::crypto, .what = "the hash function is not available"});
  return Hasher{std::move(state)};
}

Result<void> Hasher::update(ByteView data) {
  if (!state_->update(data)) return base::fail({.fault = base::Fault::crypto, .what = "hashing failed"});
  return {};
}

Result<Bytes> Hasher::finish() {
  return state_->finish();
}

Result<Bytes> hash(HashAlgorithm algorithm, ByteView data) {
  CICADA_TRY(auto hasher, Hasher::create(algorithm));
  CICADA_CHECK(hasher.update(data));
  return hasher.finish();
}

}  // namespace cicada::crypto::mbedtls
