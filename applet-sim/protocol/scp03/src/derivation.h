// Amendment D §4.1.5: data derivation with the KDF in counter mode of SP 800-108, CMAC as its function.
#pragma once

#include <array>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::protocol::scp03 {

enum class Constant : std::uint8_t {
  card_cryptogram = 0x00,
  host_cryptogram = 0x01,
  card_challenge = 0x02,
  s_enc = 0x04,
  s_mac = 0x06,
  s_rmac = 0x07,
};

/// `bits` is 64 or 128: one block of the function is enough. The caller takes as many octets from the front.
inline base::Result<std::array<std::uint8_t, 16>> derive(const crypto::mbedtls::Cmac& key, Constant constant,
                                                         std::uint8_t bits, base::ByteView context) {
  std::array<std::uint8_t, 16> head{};  // 11 octets of zero and the constant; separator; L; counter
  head[11] = static_cast<std::uint8_t>(constant);
  head[14] = bits;
  head[15] = 1;
  return key.compute({head, context});
}

}  // namespace cicada::applet_sim::protocol::scp03
