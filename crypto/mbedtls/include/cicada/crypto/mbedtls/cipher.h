// Block ciphers: single blocks and CBC without padding.
#pragma once

#include <cstdint>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::crypto::mbedtls {

enum class CipherAlgorithm : std::uint8_t { tdes2, aes128, aes192, aes256 };

/// Octets of a block: 8 (3DES) or 16 (AES).
[[nodiscard]] std::size_t block_size(CipherAlgorithm algorithm) noexcept;
/// Octets of a key: 16 (two-key 3DES), 16, 24 or 32 (AES).
[[nodiscard]] std::size_t key_size(CipherAlgorithm algorithm) noexcept;

/// A keyed block cipher. The key schedule is computed once, in create(), and wiped with the object; encrypting
/// allocates nothing. Two-key 3DES is EDE with K1, K2, K1; parity bits are ignored. One object serves one thread at a
/// time: the library's context in it changes even when it is const.
class BlockCipher {
 public:
  /// Fails with bad_input when the key has another size than key_size().
  [[nodiscard]] static base::Result<BlockCipher> create(CipherAlgorithm algorithm, base::ByteView key);
  BlockCipher(const BlockCipher&) = delete;
  BlockCipher& operator=(const BlockCipher&) = delete;
  BlockCipher(BlockCipher&&) noexcept;
  BlockCipher& operator=(BlockCipher&&) noexcept;
  ~BlockCipher();

  /// CBC, no padding. `in` is a whole number of blocks, `iv` one block, `out` as long as `in` and either the same
  /// memory or apart from it. Fails with bad_input on any other size.
  [[nodiscard]] base::Result<void> encrypt_cbc(base::ByteView iv, base::ByteView in, base::MutableByteView out) const;
  [[nodiscard]] base::Result<void> decrypt_cbc(base::ByteView iv, base::ByteView in, base::MutableByteView out) const;
  /// One block (ECB), for initialization vectors made from counters.
  [[nodiscard]] base::Result<void> encrypt_block(base::ByteView in, base::MutableByteView out) const;

 private:
  struct State;
  explicit BlockCipher(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::mbedtls
