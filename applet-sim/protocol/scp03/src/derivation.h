// Amendment D §4.1.5: data derivation with the KDF in counter mode of SP 800-108, CMAC as its function.
#pragma once

#include <algorithm>
#include <array>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
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

/// `size` octets, 8 to 32: one block of the function or two.
inline base::Result<base::SecretBytes> derive(const crypto::mbedtls::Cmac& key, Constant constant, std::size_t size,
                                              base::ByteView context) {
  constexpr std::size_t kBlock = 16;
  const auto bits = static_cast<std::uint16_t>(size * 8);
  std::array<std::uint8_t, kBlock> head{};  // 11 octets of zero and the constant; separator; L; counter
  head[11] = static_cast<std::uint8_t>(constant);
  head[13] = static_cast<std::uint8_t>(bits >> 8U);
  head[14] = static_cast<std::uint8_t>(bits);
  base::Bytes octets;
  octets.reserve(2 * kBlock);
  while (octets.size() < size) {
    ++head[15];
    CICADA_TRY(auto block, key.compute({head, context}));
    const base::Wiper wiper{block};
    base::append(octets, base::ByteView{block}.first(std::min(kBlock, size - octets.size())));
  }
  return base::SecretBytes{std::move(octets)};
}

}  // namespace cicada::applet_sim::protocol::scp03
