// Cipher and MAC of one session (9303-11 §9.8.6, §9.8.7); form and order of objects are nobody's business here.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/cipher.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/access/kdf.h"

namespace cicada::conformance::terminal {

/// Octets of a block, and of the counter: 8 (3DES) or 16 (AES).
[[nodiscard]] std::size_t block_size(host::access::KeyKind kind) noexcept;

class SmCrypto {
 public:
  using Checksum = std::array<std::uint8_t, 8>;

  /// Fails with bad_input on keys of the wrong size.
  [[nodiscard]] static base::Result<SmCrypto> create(host::access::KeyKind kind, base::ByteView enc,
                                                     base::ByteView mac);

  /// Whole blocks, encrypted or decrypted at the counter `ssc`.
  [[nodiscard]] base::Result<base::Bytes> encrypt(base::ByteView ssc, base::ByteView blocks) const;
  [[nodiscard]] base::Result<base::Bytes> decrypt(base::ByteView ssc, base::ByteView blocks) const;
  /// Over SSC || padded header || padded objects; a command without objects ends with its header, a response has no
  /// header.
  [[nodiscard]] base::Result<Checksum> checksum(base::ByteView ssc, base::ByteView header,
                                                base::ByteView objects) const;

 private:
  using Mac = std::variant<crypto::openssl::RetailMac, crypto::openssl::Cmac>;
  SmCrypto(std::size_t block, crypto::openssl::BlockCipher cipher, Mac mac)
      : block_(block), cipher_(std::move(cipher)), mac_(std::move(mac)) {}
  [[nodiscard]] base::Result<base::Bytes> initialization_vector(base::ByteView ssc) const;

  std::size_t block_;
  crypto::openssl::BlockCipher cipher_;
  Mac mac_;
};

/// Adds one to a counter, big-endian; the last value wraps to zero.
void increment(base::Bytes& counter) noexcept;

/// `data`, 80, and zeros up to a whole number of blocks (ISO/IEC 9797-1 padding method 2).
[[nodiscard]] base::Bytes padded(base::ByteView data, std::size_t block);

}  // namespace cicada::conformance::terminal
