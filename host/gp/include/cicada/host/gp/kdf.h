// The key derivation under SCP03 and under key diversification: SP 800-108 in counter mode with AES-CMAC.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/openssl/mac.h"

namespace cicada::host::gp {

/// Data derivation constants (Amendment D §4.1.5, table 4-1).
enum class Derivation : std::uint8_t {
  card_cryptogram = 0x00,
  host_cryptogram = 0x01,
  s_enc = 0x04,
  s_mac = 0x06,
  s_rmac = 0x07,
};

/// SP 800-108 §4.1 (counter mode): fills `out` with CMAC(before || i || after), i = 1, 2, ... in one octet.
/// Fails with bad_input when `out` needs more than 255 rounds.
[[nodiscard]] base::Result<void> derive_in_counter_mode(const crypto::openssl::Cmac& key, base::ByteView before,
                                                        base::ByteView after, base::MutableByteView out);

/// Amendment D §4.1.5: 11 octets 00 || constant || 00 || L (bits, 2 octets) || i || context. L is the size of `out`.
[[nodiscard]] base::Result<void> derive_scp03(const crypto::openssl::Cmac& key, Derivation constant,
                                              base::ByteView context, base::MutableByteView out);

}  // namespace cicada::host::gp
