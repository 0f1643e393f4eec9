// Hash functions.
#pragma once

#include <cstdint>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::crypto::openssl {

enum class HashAlgorithm : std::uint8_t { sha1, sha224, sha256, sha384, sha512 };

/// Octets of the hash value: 20, 28, 32, 48 or 64.
[[nodiscard]] std::size_t hash_size(HashAlgorithm algorithm) noexcept;

/// The hash of `data` in one step. Fails with crypto if the library refuses.
[[nodiscard]] base::Result<base::Bytes> hash(HashAlgorithm algorithm, base::ByteView data);

/// A hash over data that arrives in pieces. finish() makes it ready for the next message. One object serves one thread
/// at a time.
class Hasher {
 public:
  [[nodiscard]] static base::Result<Hasher> create(HashAlgorithm algorithm);
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  [[nodiscard]] base::Result<void> update(base::ByteView data);
  [[nodiscard]] base::Result<base::Bytes> finish();

 private:
  struct State;
  explicit Hasher(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::openssl
